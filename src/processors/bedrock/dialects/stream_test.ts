import assert from "node:assert/strict";
import { blocksOf, firstAt, joinedText, lastAt } from "./stream.ts";

interface Event {
  readonly index?: number;
  readonly start?: unknown;
  readonly text?: string;
}

function blocks(...events: Event[]) {
  return blocksOf(events, { indexOf: ({ index }) => index, startOf: ({ start }) => start })
    .map(({ start, deltas }) => ({ start, text: joinedText(deltas, "text") }));
}

Deno.test("blocks of a stream that are interleaved are put together each, in the order of their beginnings", () => {
  assert.deepEqual(
    blocks(
      { index: 1, start: { type: "a" } },
      { index: 0, start: { type: "b" } },
      { index: 1, text: "on" },
      { index: 0, text: "t" },
      { index: 1, text: "e" },
      { index: 0, text: "wo" },
    ),
    [{ start: { type: "a" }, text: "one" }, { start: { type: "b" }, text: "two" }],
  );
});

Deno.test("a block that no event began has no start, and one that began again has what came after", () => {
  assert.deepEqual(blocks({ index: 0, text: "x" }), [{ start: undefined, text: "x" }]);
  assert.deepEqual(
    blocks({ index: 0, start: { n: 1 } }, { index: 0, text: "old" }, { index: 0, start: { n: 2 } }, {
      index: 0,
      text: "new",
    }),
    [{ start: { n: 2 }, text: "new" }],
  );
});

Deno.test("the first and the last value at a path are found past nulls and values of any shape", () => {
  const values = ["text", null, { a: { b: null } }, { a: { b: 1 } }, { a: { b: 2 } }, { a: "none" }];
  assert.equal(firstAt(values, "a.b"), 1);
  assert.equal(lastAt(values, "a.b"), 2);
  assert.equal(lastAt(values, "a.c"), undefined);
});
