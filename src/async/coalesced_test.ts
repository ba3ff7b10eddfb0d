import assert from "node:assert/strict";
import { coalesced } from "./coalesced.ts";

Deno.test("who asks together is served by one run, and who asks later by another", async () => {
  let runs = 0;
  const run = coalesced(() => void runs++);
  const together = [run(), run(), run()];
  assert.equal(runs, 0);
  await Promise.all(together);
  assert.equal(runs, 1);
  await run();
  assert.equal(runs, 2);
});

Deno.test("an error reaches all who asked for that run, and no one else", async () => {
  let fails = true;
  const run = coalesced(() => {
    if (fails) throw new Error("disk full");
  });
  const asked = [run(), run()];
  const outcomes = await Promise.allSettled(asked);
  assert.deepEqual(outcomes.map(({ status }) => status), ["rejected", "rejected"]);
  fails = false;
  await run();
});
