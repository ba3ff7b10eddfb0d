/**
 * `deno task test:memory [SHAPES [WAYS]]`: runs the program as its users start it under what becomes large, or much,
 * once it is read, and prints a table. Exits with 1 unless everything is delivered and the process stays below
 * {@linkcode LIMIT_BYTES}. SHAPES: a pattern of names in `shapes.ts`; WAYS: names in {@linkcode WAYS}, such as
 * `ecs,from_logs`. Needs Linux (/proc).
 */
import { gzipSync } from "node:zlib";
import { MODES } from "../../src/mappings/field.ts";
import { ACCOUNT, REGION } from "../world/aws_service.ts";
import { type Aws, BUCKET } from "../world/aws.ts";
import { type Config, configFor, type ConfigOptions, configWith } from "../world/config.ts";
import { idsIn } from "../world/document_ids.ts";
import { HttpServer } from "../world/http_server.ts";
import { GROUP } from "../world/cloudwatch_logs.ts";
import { logsConfig } from "../world/logs_stage.ts";
import { measuredRun } from "../world/measured_run.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { MIB, type Shape, SHAPES } from "./shapes.ts";

const LIMIT_BYTES = 400 * MIB;
/** Longest event that CloudWatch Logs takes. */
const MAX_EVENT_BYTES = MIB;

/** What a run differs in from the ordinary one: a queue in front, OTLP as protobuf behind, everything by default. */
interface Way extends ConfigOptions {
  /** What reads; absent: the queue. */
  readonly from?: "file" | "listing" | "logs";
  /** What writes; absent: `otlp_http`. */
  readonly to?: "elasticsearch" | "file";
}

const WAYS: Readonly<Record<string, Way>> = {
  ...Object.fromEntries(MODES.map((mapping) => [mapping, { processor: { mapping } }])),
  redacted: { processor: { content: "redacted" } },
  metadata_only: { processor: { content: "metadata_only" } },
  json: { exporter: { encoding: "json" } },
  to_elasticsearch: { to: "elasticsearch" },
  to_file: { to: "file" },
  from_listing: { from: "listing" },
  from_file: { from: "file" },
  from_logs: { from: "logs" },
};

/** Puts the objects of a shape where the program reads them; the number of records that come of it. */
function publish(shape: Shape, { from, stage }: { from: Way["from"]; stage: QueueStage }): number {
  const { aws } = stage;
  let records = 0;
  for (let number = 0; number < shape.objects; number++) {
    const { content, beside = [], records: count } = shape.object(number);
    records += count;
    for (const [key, bytes] of beside) aws.putLogs(key, bytes);
    if (from === "logs") {
      putEvents(aws, content);
      continue;
    }
    const bytes = content[0] === 0x1f ? content : gzipSync(content, { level: 1 });
    if (from === "file") {
      Deno.writeFileSync(stage.folder.file(`${number}.json.gz`), bytes);
      continue;
    }
    const stored = aws.putLogs(keyOf(number), bytes, { gzip: false });
    if (from === undefined) aws.notify([stored]);
  }
  return records;
}

/** A key as Bedrock writes it, so that a listing finds it. */
function keyOf(number: number): string {
  return `AWSLogs/${ACCOUNT}/BedrockModelInvocationLogs/${REGION}/2025/06/01/00/${
    String(number).padStart(6, "0")
  }.json.gz`;
}

function putEvents({ logs }: Aws, content: Uint8Array): void {
  for (const line of new TextDecoder().decode(content).split("\n")) {
    if (line !== "") logs.memory.put({ timeMs: Date.now() - 5 * 60_000, message: line }, GROUP);
  }
}

/** Whether a shape can come this way: an event has its longest length, and only a bucket has bodies beside a record. */
function isPossible(shape: Shape, { from }: Way): boolean {
  if (from !== "logs" && from !== "file") return true;
  const { content, beside = [] } = shape.object(0);
  if (from === "file") return beside.length === 0;
  return content[0] !== 0x1f && longestLine(content) <= MAX_EVENT_BYTES;
}

function longestLine(content: Uint8Array): number {
  let longest = 0;
  for (let start = 0, end; (end = content.indexOf(0x0a, start)) >= 0; start = end + 1) {
    longest = Math.max(longest, end - start);
  }
  return longest;
}

/** Takes logs and documents, and keeps their ids alone: a body with millions of values is not to be decoded here. */
class LeanEndpoint implements AsyncDisposable {
  readonly ids = new Set<string>();
  #server: HttpServer | undefined;

  static async start(): Promise<LeanEndpoint> {
    const endpoint = new LeanEndpoint();
    endpoint.#server = await HttpServer.start(({ url, headers, body }) => {
      const ids = [...idsIn(Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1"))];
      for (const id of ids) endpoint.ids.add(id);
      if (url.pathname !== "/_bulk") {
        const type = headers.get("content-type") ?? "";
        return new Response(type === "application/json" ? "{}" : null, { headers: { "content-type": type } });
      }
      return Response.json({ errors: false, items: ids.map((_id) => ({ create: { _id, status: 201 } })) }, {
        headers: { "x-elastic-product": "Elasticsearch" },
      });
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

/** Ids in what the exporter `file` wrote: a line holds a request. */
async function idsInFile(path: string): Promise<Set<string>> {
  const ids = new Set<string>();
  const lines = (await Deno.open(path)).readable.pipeThrough(new TextDecoderStream("latin1"));
  let line: string[] = [];
  for await (const chunk of lines) {
    const end = chunk.lastIndexOf("\n") + 1;
    line.push(chunk.slice(0, end || undefined));
    if (end === 0) continue;
    for (const id of idsIn(line.join(""))) ids.add(id);
    line = [chunk.slice(end)];
  }
  return ids;
}

function configOf(way: Way, { stage, endpoint }: { stage: QueueStage; endpoint: LeanEndpoint }): Config {
  const options = {
    ...way,
    // The stand-in shares the machine with the program.
    exporter: { timeout: "5m", ...way.exporter },
    service: { storage: { directory: stage.stateDirectory }, telemetry: { logs: { level: "error" } } },
  };
  const config = sourceConfig(way.from, { stage, endpoint, options });
  if (way.to === undefined) return config;
  const exporter = way.to === "file"
    ? { path: stage.folder.file("out.ndjson") }
    : { endpoint: endpoint.url, check_templates: false, timeout: "5m" };
  const receivers = Object.keys(config["receivers"] as Config);
  const pipelines = { logs: { receivers, processors: ["bedrock"], exporters: [way.to] } };
  return { ...config, exporters: { [way.to]: exporter }, service: { ...options.service, pipelines } };
}

function sourceConfig(
  from: Way["from"],
  { stage, endpoint, options }: { stage: QueueStage; endpoint: LeanEndpoint; options: ConfigOptions },
): Config {
  if (from === "file") {
    const file = { include: [`${stage.folder.path}/*.json.gz`], settle_time: "0s" };
    return configWith({ file }, endpoint, options);
  }
  if (from === "logs") return logsConfig(stage.aws, { endpoint, directory: stage.stateDirectory, ...options });
  const listing = { queue_url: undefined, bucket_arn: `arn:aws:s3:::${BUCKET}` };
  return configFor(stage.aws, endpoint, from === "listing" ? { ...options, receiver: listing } : options);
}

interface Outcome {
  readonly peakMemoryBytes: number;
  readonly cpuSeconds: number;
  /** What is not as it should be. */
  readonly problems: readonly string[];
}

async function tried(shape: Shape, way: Way): Promise<Outcome> {
  await using stage = await QueueStage.start({ visibilityTimeoutSeconds: 300 });
  await using endpoint = await LeanEndpoint.start();
  const records = publish(shape, { from: way.from, stage });
  const config = await stage.folder.writeConfig(configOf(way, { stage, endpoint }));
  const { code, stderr, peakMemoryBytes, cpuSeconds } = await measuredRun(config);
  const delivered = way.to === "file" ? (await idsInFile(stage.folder.file("out.ndjson"))).size : endpoint.ids.size;
  const problems = [];
  if (code !== 0) problems.push(`it exited with ${code}: ${stderr.slice(0, 500)}`);
  if (delivered !== records) problems.push(`${delivered} of ${records} records were delivered`);
  if (messageCount(stage.aws.queueState()) > 0) problems.push("messages are left in the queue");
  if (peakMemoryBytes >= LIMIT_BYTES) problems.push("too much memory");
  return { peakMemoryBytes, cpuSeconds, problems };
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

const [wanted = "", ways] = Deno.args;
let failed = 0;
print(`${"shape".padEnd(36)} ${"way".padEnd(16)} peak RSS       CPU`);
for (const shape of SHAPES.filter(({ name }) => new RegExp(wanted).test(name))) {
  for (const name of ways?.split(",") ?? Object.keys(WAYS)) {
    const way = WAYS[name];
    if (way === undefined) throw new Error(`no such way: ${name}; there are ${Object.keys(WAYS).join(", ")}`);
    if (!isPossible(shape, way)) continue;
    const { peakMemoryBytes, cpuSeconds, problems } = await tried(shape, way);
    const figures = `${String(Math.round(peakMemoryBytes / MIB)).padStart(4)} MiB ${
      cpuSeconds.toFixed(1).padStart(7)
    } s`;
    print(
      `${shape.name.padEnd(36)} ${name.padEnd(16)} ${figures}  ${problems.length === 0 ? "ok" : problems.join("; ")}`,
    );
    if (problems.length > 0) failed++;
  }
}
if (failed > 0) Deno.exit(1);
