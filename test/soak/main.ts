/**
 * `deno task test:soak [--minutes N]`: the program as its users start it, under a constant load. Prints how much memory and how
 * many handles it had and how long its event loop took to answer, in each minute. Exits with 1 unless all is delivered
 * once, and all three stay flat after the warm-up. Needs Linux (/proc).
 */
import { parseArgs } from "node:util";
import { eventually } from "../world/eventually.ts";
import { documentId } from "../world/otlp_endpoint.ts";
import { freePort } from "../world/ports.ts";
import { Program } from "../world/program.ts";
import { QueueStage } from "../world/queue_stage.ts";
import { samples } from "../world/samples.ts";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });
const SOAK_MS = Number(values.minutes) * 60_000;
if (!(SOAK_MS > 0)) throw new Error(`--minutes ${values.minutes}: expected a number, such as 10`);

const RECORDS_AN_OBJECT = 50;
const OBJECT_EVERY_MS = 500;
const LOOK_EVERY_MS = 1000;
/** What may be more in the last third than in the second; the first one is the warm-up. */
const LIMITS = { memory: 1.1, memoryMib: 10, handles: 4, delay: 2, delayMs: 30 };

/** What is seen of the program at one moment. */
interface Look {
  readonly memoryMib: number;
  readonly handles: number;
  /** How long an answer of its health check took: its event loop has to come to it. */
  readonly delayMs: number;
}

async function look(pid: number, health: string): Promise<Look> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const handles = [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
  const askedMs = performance.now();
  await (await fetch(health)).body?.cancel();
  const delayMs = performance.now() - askedMs;
  return { memoryMib: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1024, handles, delayMs };
}

/** The middle of what was seen. */
function middleOf(looks: readonly Look[]): Look {
  const median = (of: (look: Look) => number) => looks.map(of).sort((a, b) => a - b)[looks.length >> 1] ?? NaN;
  return {
    memoryMib: median(({ memoryMib }) => memoryMib),
    handles: median(({ handles }) => handles),
    delayMs: median(({ delayMs }) => delayMs),
  };
}

function textOf({ memoryMib, handles, delayMs }: Look): string {
  return `${memoryMib.toFixed(0)} MiB, ${handles} handles, ${delayMs.toFixed(1)} ms`;
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

await using stage = await QueueStage.start();
const ids = new Set<string>();
let taken = 0;
const takeIn = () => {
  for (const record of stage.endpoint.accepted.splice(0)) {
    taken++;
    ids.add(documentId(record));
  }
  stage.endpoint.requests.splice(0);
  stage.aws.sqs.requests.splice(0);
};
stage.endpoint.idsOnly = true;

const endpoint = `127.0.0.1:${await freePort()}`;
const config = stage.config({
  service: { storage: { directory: stage.stateDirectory }, extensions: ["health_check"] },
});
const file = await stage.folder.writeConfig({ ...config, extensions: { health_check: { endpoint } } });
await using program = new Program(["run", "--config", file]);
await program.said("service.started");

const looks: Look[] = [];
let put = 0;
const beganMs = performance.now();
const isOver = () => performance.now() - beganMs > SOAK_MS;
const putting = (async () => {
  for (let object = 0; !isOver(); object++) {
    const key = `AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/02/05/${object}.json.gz`;
    stage.aws.publish(key, samples(RECORDS_AN_OBJECT, { first: object * RECORDS_AN_OBJECT, sizeBytes: 3000 }));
    put += RECORDS_AN_OBJECT;
    await sleep(Math.max(0, beganMs + (object + 1) * OBJECT_EVERY_MS - performance.now()));
  }
})();
for (let minute = 1; !isOver();) {
  await sleep(LOOK_EVERY_MS);
  looks.push(await look(program.pid, `http://${endpoint}/`));
  takeIn();
  if (performance.now() - beganMs < minute * 60_000) continue;
  say(`minute ${minute++}: ${textOf(middleOf(looks.slice(-60)))}, ${taken} records`);
}
await putting;
await eventually(() => (takeIn(), ids.size >= put), {
  timeoutMs: 300_000,
  what: () => `${put} records; there are ${ids.size}`,
});
program.signal("SIGTERM");
const { code } = await program.result();

const third = Math.floor(looks.length / 3);
const [before, after] = [middleOf(looks.slice(third, -third)), middleOf(looks.slice(-third))];
const problems = [
  code === 0 ? "" : `the program ended with ${code}`,
  after.memoryMib <= before.memoryMib * LIMITS.memory + LIMITS.memoryMib ? "" : "memory grows",
  after.handles <= before.handles + LIMITS.handles ? "" : "handles grow",
  after.delayMs <= before.delayMs * LIMITS.delay + LIMITS.delayMs ? "" : "the event loop becomes slower",
].filter(Boolean);
say(
  `${values.minutes} min, ${put} records, ${taken - ids.size} duplicates; second third ${textOf(before)}; ` +
    `last third ${textOf(after)}: ${problems.join("; ") || "flat"}`,
);
Deno.exitCode = problems.length === 0 ? 0 : 1;
