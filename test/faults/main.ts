/**
 * `deno task test:faults [--seeds A..B] [--seconds N] [--receivers NAMES] [--span SECONDS] [--state FILE]
 * [--jobs N]`: runs the program under faults and compares what was put in with what arrived. A seed that fails is printed
 * with the fewest faults that make it fail. `--state` remembers the seeds that passed, to go on another time. Exits with 1
 * when one failed.
 */
import { parseArgs } from "node:util";
import { runSeeds } from "./run_seeds.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1..100000" },
    seconds: { type: "string" },
    receivers: { type: "string" },
    span: { type: "string" },
    state: { type: "string" },
    jobs: { type: "string", default: "6" },
    "no-shrink": { type: "boolean", default: false },
    failures: { type: "string", default: "1" },
  },
});
const [first, last] = /^(\d+)(?:\.\.(\d+))?$/.exec(values.seeds)?.slice(1) ?? [];
if (first === undefined) throw new Error(`--seeds ${values.seeds}: expected A..B, such as 1..100`);
if (values.seconds === undefined && last === undefined && values.seeds.includes("..")) {
  throw new Error("--seeds: no end");
}

const summary = await runSeeds({
  first: Number(first),
  last: Number(last ?? first),
  seconds: Number(values.seconds ?? (values.seeds === "1..100000" ? 60 : Infinity)),
  jobs: Number(values.jobs),
  maxFailures: Number(values.failures),
  spanMs: values.span === undefined ? undefined : Number(values.span) * 1000,
  state: values.state,
  shrinks: !values["no-shrink"],
  receivers: values.receivers?.split(","),
  say: (line) => void Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`)),
});
Deno.exit(summary.failed === 0 && summary.seeds > 0 ? 0 : 1);
