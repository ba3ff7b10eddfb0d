/**
 * `deno task test:memory [SHAPES [MODES]]`: runs the program as its users start it under what becomes large, or much,
 * once it is read, and prints a table. Exits with 1 unless everything is delivered and the process stays below
 * {@linkcode LIMIT_BYTES}. SHAPES: a pattern of names in `shapes.ts`; MODES: `ecs,raw`. Needs Linux (/proc).
 */
import { gzipSync } from "node:zlib";
import { MODES } from "../../src/mappings/field.ts";
import { configFor } from "../world/config.ts";
import { HttpServer } from "../world/http_server.ts";
import { measuredRun } from "../world/measured_run.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { MIB, type Shape, SHAPES } from "./shapes.ts";

const LIMIT_BYTES = 400 * MIB;
const SETTINGS: Readonly<Record<string, Record<string, unknown>>> = {
  ...Object.fromEntries(MODES.map((mapping) => [mapping, { mapping }])),
  redacted: { content: "redacted" },
  metadata_only: { content: "metadata_only" },
};

/** Puts the objects of a shape into the bucket and announces them; the number of records that come of it. */
function publish(shape: Shape, { aws }: QueueStage): number {
  let records = 0;
  for (let number = 0; number < shape.objects; number++) {
    const { content, beside = [], records: count } = shape.object(number);
    for (const [key, bytes] of beside) aws.putLogs(key, bytes);
    const bytes = content[0] === 0x1f ? content : gzipSync(content, { level: 1 });
    aws.notify([aws.putLogs(`${number}.json.gz`, bytes, { gzip: false })]);
    records += count;
  }
  return records;
}

/** Takes logs and keeps their ids alone: a body with millions of values is not to be decoded here. */
class LeanEndpoint implements AsyncDisposable {
  readonly ids = new Set<string>();
  #server: HttpServer | undefined;

  static async start(): Promise<LeanEndpoint> {
    const endpoint = new LeanEndpoint();
    endpoint.#server = await HttpServer.start(({ headers, body }) => {
      for (
        const [, id] of Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1").matchAll(DOCUMENT_ID)
      ) {
        endpoint.ids.add(id as string);
      }
      return new Response(null, { headers: { "content-type": headers.get("content-type") ?? "" } });
    }, { keep: false });
    return endpoint;
  }

  get url(): string {
    return this.#server?.url ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }
}

/** An attribute in protobuf: its key, then two lengths and the text. */
// deno-lint-ignore no-control-regex
const DOCUMENT_ID = /elasticsearch\.document_id\x12.\n.([0-9a-f]{32}-\d{12,})/g;

interface Outcome {
  readonly peakMemoryBytes: number;
  readonly cpuSeconds: number;
  /** What is not as it should be. */
  readonly problems: readonly string[];
}

async function tried(shape: Shape, mode: string): Promise<Outcome> {
  await using stage = await QueueStage.start({ visibilityTimeoutSeconds: 300 });
  await using endpoint = await LeanEndpoint.start();
  const records = publish(shape, stage);
  const config = configFor(stage.aws, endpoint, {
    processor: SETTINGS[mode] ?? {},
    // The stand-in shares the machine with the program.
    exporter: { timeout: "5m" },
    service: { telemetry: { logs: { level: "error" } } },
  });
  const { code, stderr, peakMemoryBytes, cpuSeconds } = await measuredRun(await stage.folder.writeConfig(config));
  const problems = [];
  if (code !== 0) problems.push(`it exited with ${code}: ${stderr.slice(0, 500)}`);
  if (endpoint.ids.size !== records) problems.push(`${endpoint.ids.size} of ${records} records were delivered`);
  if (messageCount(stage.aws.queueState()) > 0) problems.push("messages are left in the queue");
  if (peakMemoryBytes >= LIMIT_BYTES) problems.push("too much memory");
  return { peakMemoryBytes, cpuSeconds, problems };
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

const [wanted = "", modes] = Deno.args;
let failed = 0;
print(`${"shape".padEnd(36)} ${"mode".padEnd(14)} peak RSS       CPU`);
for (const shape of SHAPES.filter(({ name }) => new RegExp(wanted).test(name))) {
  for (const mode of modes?.split(",") ?? Object.keys(SETTINGS)) {
    const { peakMemoryBytes, cpuSeconds, problems } = await tried(shape, mode);
    const figures = `${String(Math.round(peakMemoryBytes / MIB)).padStart(4)} MiB ${
      cpuSeconds.toFixed(1).padStart(7)
    } s`;
    print(
      `${shape.name.padEnd(36)} ${mode.padEnd(14)} ${figures}  ${problems.length === 0 ? "ok" : problems.join("; ")}`,
    );
    if (problems.length > 0) failed++;
  }
}
if (failed > 0) Deno.exit(1);
