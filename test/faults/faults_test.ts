import assert from "node:assert/strict";
import { runSeeds } from "./run_seeds.ts";

/** What has no long way to its first record; the gate runs all. */
const QUICK = ["queue", "file"];

Deno.test("under ten seconds of faults nothing is lost, wrong or acknowledged too early", async () => {
  const said: string[] = [];
  const { seeds, failed } = await runSeeds({
    first: 1,
    last: 1000,
    seconds: 8,
    jobs: 3,
    maxFailures: 1,
    receivers: QUICK,
    say: (line) => said.push(line),
  });
  assert.equal(failed, 0, said.join("\n"));
  assert.ok(seeds >= QUICK.length, said.join("\n"));
});
