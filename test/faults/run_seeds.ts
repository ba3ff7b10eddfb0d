/** Many seeds, some at a time, and the shrinking of those that fail. */
import { describePlan, type Plan, planOf } from "./plan.ts";
import { runSeed, type SeedOptions } from "./run_seed.ts";
import { SCENARIOS } from "./scenario.ts";

export interface SeedsOptions {
  readonly first: number;
  readonly last: number;
  /** No seed begins after this time. */
  readonly seconds: number;
  /** Seeds at a time. */
  readonly jobs: number;
  /** No seed begins after so many failures. */
  readonly maxFailures: number;
  /** How long there is trouble in each seed; undefined: a short time, of which the seed decides. */
  readonly spanMs?: number | undefined;
  /** A file of the seeds that passed, which are left out, and to which others are added. */
  readonly state?: string | undefined;
  /** Names of scenarios; undefined: all. */
  readonly receivers: readonly string[] | undefined;
  /** Whether the fewest faults are looked for that make a seed fail; default: yes. */
  readonly shrinks?: boolean;
  readonly say: (line: string) => void;
}

export interface Summary {
  readonly seeds: number;
  readonly failed: number;
}

/** The seed alone decides what is run: the same seed runs the same receiver, exporter and plan. */
export function optionsOf(
  seed: number,
  { receivers, spanMs: wantedMs }: Pick<SeedsOptions, "receivers" | "spanMs">,
): SeedOptions {
  const chosen = SCENARIOS.filter(({ name }) => receivers?.includes(name) !== false);
  const scenario = chosen[seed % chosen.length];
  if (scenario === undefined) throw new Error(`No such receiver; there are ${SCENARIOS.map(({ name }) => name)}`);
  const turn = Math.floor(seed / chosen.length);
  const exporter = scenario.places.includes("cloudwatch") || turn % 3 !== 2 ? "otlp_http" : "elasticsearch";
  const isProcess = turn % 5 === 4 || scenario.command !== undefined;
  const ends = isProcess ? ["SIGTERM", "SIGKILL", "SIGKILL", "SIGSTOP"] as const : ["stop"] as const;
  // Some last longer than the queue hides a message.
  const spanMs = wantedMs ?? (turn % 3 === 1 ? 4000 : 1200);
  const plan = planOf(seed, { places: scenario.places, ends, spanMs, readsEveryMs: scenario.readsEveryMs ?? 0 });
  return { scenario, exporter, plan, isProcess };
}

export async function runSeeds(options: SeedsOptions): Promise<Summary> {
  const { first, last, seconds, jobs, maxFailures, receivers, shrinks = true, say, state } = options;
  const beganMs = performance.now();
  const passed = await readState(state);
  const isBefore = ({ seed }: Passed) => first <= seed && seed <= last;
  const before = [...passed.values()].filter(isBefore);
  let [next, seeds] = [first, before.length];
  let records = before.reduce((sum, one) => sum + one.records, 0);
  let duplicates = before.reduce((sum, one) => sum + one.duplicates, 0);
  const failed: SeedOptions[] = [];
  const work = async () => {
    while (next <= last && failed.length < maxFailures && performance.now() - beganMs < seconds * 1000) {
      const seed = next++;
      if (passed.has(seed)) continue;
      const chosen = optionsOf(seed, options);
      const result = await runSeed(chosen);
      seeds++;
      records += result.records;
      duplicates += result.duplicates;
      if (result.problems.length === 0) {
        const line: Passed = { seed, records: result.records, duplicates: result.duplicates };
        if (state !== undefined) await Deno.writeTextFile(state, JSON.stringify(line) + "\n", { append: true });
        continue;
      }
      failed.push(chosen);
      say(`FAILED ${nameOf(chosen)}: ${result.problems.slice(0, 5).join("; ")} (${result.problems.length} problems)`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  if (shrinks) {
    await Promise.all(
      failed.slice(0, 3).map(async (one) => {
        const plan = await shrink(one);
        const among = receivers === undefined ? "" : ` --receivers ${receivers}`;
        say(`SHRUNK ${nameOf({ ...one, plan })}`);
        say(`replay: deno task test:faults --seeds ${plan.seed}${among}`);
      }),
    );
  }
  const tookS = (performance.now() - beganMs) / 1000;
  const resumed = before.length === 0 ? "" : `, ${before.length} of them before`;
  say(
    `${seeds} seeds (${first}..${next - 1}${resumed}), ${records} records and points, ` +
      `${duplicates} duplicates with equal ids, ${failed.length} seeds failed, ${tookS.toFixed(0)} s`,
  );
  return { seeds, failed: failed.length };
}

/** A seed as it is kept in the state file. */
interface Passed {
  readonly seed: number;
  readonly records: number;
  readonly duplicates: number;
}

async function readState(path: string | undefined): Promise<Map<number, Passed>> {
  const text = path === undefined ? "" : await Deno.readTextFile(path).catch(() => "");
  const lines = text.split("\n").filter(Boolean).map((line): Passed => JSON.parse(line));
  return new Map(lines.map((line) => [line.seed, line]));
}

function nameOf({ scenario, exporter, plan, isProcess }: SeedOptions): string {
  return `${scenario.name} to ${exporter}${isProcess ? " in its own process" : ""}, ${describePlan(plan)}`;
}

/** Leaves out one trouble after the other, as long as the seed still fails. */
async function shrink(options: SeedOptions): Promise<Plan> {
  let { plan } = options;
  for (const trouble of options.plan.troubles) {
    const without = { ...plan, troubles: plan.troubles.filter((one) => one !== trouble) };
    if ((await runSeed({ ...options, plan: without })).problems.length > 0) plan = without;
  }
  return plan;
}
