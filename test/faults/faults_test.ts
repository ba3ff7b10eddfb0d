import assert from "node:assert/strict";
import { runSeeds } from "./run_seeds.ts";
import { SCENARIOS } from "./scenario.ts";

Deno.test("under ten seconds of faults nothing is lost, wrong or acknowledged too early", async () => {
  const said: string[] = [];
  const { seeds, failed } = await runSeeds({
    first: 1,
    last: 1000,
    seconds: 8,
    jobs: 4,
    maxFailures: 1,
    receivers: undefined,
    say: (line) => said.push(line),
  });
  assert.equal(failed, 0, said.join("\n"));
  assert.ok(seeds >= SCENARIOS.length, said.join("\n"));
});
