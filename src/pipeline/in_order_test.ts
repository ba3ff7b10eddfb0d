import assert from "node:assert/strict";
import { batchOf } from "../component/batch.ts";
import { inOrder } from "./in_order.ts";
import { items, type TestItem } from "./testing.ts";

/** A consumer whose batches settle when the test says so, by the name of their first item. */
function held() {
  const settle = new Map<string, PromiseWithResolvers<void>>();
  const told: string[] = [];
  const consumer = inOrder<TestItem>(
    {
      consume: (batch) => {
        const settled = Promise.withResolvers<void>();
        settle.set(batch.items[0]?.name ?? "", settled);
        return settled.promise;
      },
    },
    ({ id }) => void told.push(id),
  );
  const begin = (...names: string[]) => consumer.consume(batchOf(items(names)));
  return { begin, told, settled: (name: string) => settle.get(name) as PromiseWithResolvers<void> };
}

Deno.test("what is delivered early is told once everything before it is delivered", async () => {
  const { begin, told, settled } = held();
  const [first, second, third] = [begin("a", "b"), begin("c"), begin("d")];
  settled("c").resolve();
  await second;
  assert.deepEqual(told, []);
  settled("a").resolve();
  await first;
  assert.deepEqual(told, ["c"]);
  settled("d").resolve();
  await third;
  assert.deepEqual(told, ["c", "d"]);
});

Deno.test("nothing behind a batch that failed is told", async () => {
  const { begin, told, settled } = held();
  const [first, second, third] = [begin("a"), begin("b"), begin("c")];
  settled("b").reject(new Error("refused"));
  await assert.rejects(second, /refused/);
  settled("c").resolve();
  await third;
  settled("a").resolve();
  await first;
  assert.deepEqual(told, ["a"]);
});
