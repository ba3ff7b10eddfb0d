import assert from "node:assert/strict";
import { fakeClock } from "../../../test/world/fake_time.ts";
import { Settling } from "./settling.ts";

const SETTLE_MS = 5000;

/** Looks at one file. */
function look(settling: Settling, mtimeMs: number, sizeBytes = 1): number {
  settling.begin();
  return settling.waitMs("a", { inode: 1, sizeBytes, mtimeMs });
}

Deno.test("a file is ready once its time is as long ago as it has to be quiet", () => {
  using _ = fakeClock({ now: 1_000_000 });
  const settling = new Settling(SETTLE_MS);
  assert.equal(look(settling, 999_000), 4000);
  assert.equal(look(settling, 995_000), 0);
});

Deno.test("a file whose time is in the future is ready once it was seen unchanged for so long", () => {
  using clock = fakeClock({ now: 1_000_000 });
  const settling = new Settling(SETTLE_MS);
  assert.equal(look(settling, 2_000_000), SETTLE_MS);
  clock.tick(4000);
  assert.equal(look(settling, 2_000_000), 1000);
  assert.equal(look(settling, 2_000_000, 2), SETTLE_MS, "it has grown");
  clock.tick(SETTLE_MS);
  assert.equal(look(settling, 2_000_000, 2), 0);
  settling.begin();
  assert.equal(look(settling, 2_000_000, 2), SETTLE_MS, "it was gone meanwhile");
});
