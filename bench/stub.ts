/**
 * AWS, an OTLP endpoint and Elasticsearch in a process of their own. Argument: a {@linkcode StubLoad} as JSON. It writes its
 * {@linkcode Places} as JSON on the first line of stdout; `GET /progress` of the endpoint is the {@linkcode Progress},
 * `GET /result` the {@linkcode Arrived}.
 */
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { Aws } from "../test/world/aws.ts";
import { GROUP } from "../test/world/cloudwatch_logs.ts";
import { idsIn } from "../test/world/document_ids.ts";
import { messageCount } from "../test/world/queue_stage.ts";
import { bodyObjects, DISTINCT_OBJECTS, lines, type Load, logObjects, recordsOf } from "./data.ts";
import type { Source } from "./rows.ts";

export interface StubLoad extends Load {
  readonly source: Source;
  /** Whether another program reads, whose documents have no ids of ours, and which polls a queue for as long as AWS lets it. */
  readonly forPeer?: boolean;
}

export interface Places {
  readonly aws: string;
  readonly queueUrl: string;
  readonly endpoint: string;
}

export interface Progress {
  /** Of bulk requests. */
  readonly documents: number;
  /** Messages that were not deleted. */
  readonly left: number;
}

export interface Arrived {
  readonly records: number;
  /** Without those that arrived more often than they were put. */
  readonly distinct: number;
  readonly requests: number;
  readonly wireBytes: number;
  readonly awsRequests: number;
  /** Messages that were not deleted. */
  readonly left: number;
}

const NEWLINE = 10;

const load = JSON.parse(Deno.args[0] ?? "") as StubLoad;
await using aws = await Aws.start({
  visibilityTimeoutSeconds: 300,
  maxReceiveCount: 5,
  ...load.forPeer && { maxWaitSeconds: 20 },
});
let s3Requests = 0;
let documents = 0;
aws.s3.fault = () => {
  s3Requests++;
  return undefined;
};
publish();

/** Bodies as they came: who is in them is looked at when all is over. */
const requests: { bytes: Uint8Array; encoding: string | null }[] = [];
const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
  const path = new URL(request.url).pathname;
  if (path === "/progress") return Response.json({ documents, left: messagesLeft() } satisfies Progress);
  if (path === "/result") return Response.json(arrived());
  if (request.method === "GET") return Response.json({ version: { number: "8.19.0" } });
  const encoding = request.headers.get("content-encoding");
  const bytes = await request.bytes();
  requests.push({ bytes, encoding });
  // Of whatever kind it is, an endpoint has to: rows that send to different ones wait for the same work.
  const body = decompressed({ bytes, encoding });
  if (path.endsWith("/_bulk")) return bulkAnswer(body);
  return new Response(null, { headers: { "content-type": request.headers.get("content-type") ?? "" } });
});
const places: Places = {
  aws: aws.endpoint,
  queueUrl: aws.queueUrl,
  endpoint: `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}`,
};
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(places)}\n`));
await server.finished;

function publish(): void {
  if (load.source === "logs") return putEvents();
  for (const { key, bytes } of bodyObjects(load)) aws.putLogs(key, bytes, { gzip: false });
  for (const { key, bytes } of logObjects(load)) {
    const object = aws.putLogs(key, bytes, { gzip: false });
    if (load.source === "queue") aws.notify([object]);
  }
}

function putEvents(): void {
  const timeMs = Date.now() - 5 * 60_000;
  const objects = Math.ceil(load.records / load.recordsPerObject);
  const messages = new Map<number, string[]>();
  for (let object = 0; object < objects; object++) {
    const known = messages.get(object % DISTINCT_OBJECTS) ?? lines(load, object).trimEnd().split("\n");
    messages.set(object % DISTINCT_OBJECTS, known);
    for (const message of known) aws.logs.memory.put({ timeMs, message }, GROUP);
  }
}

/** As Elasticsearch answers with the `filter_path` of the exporter. */
function bulkAnswer(body: Uint8Array): Response {
  let lines = 0;
  for (let at = body.indexOf(NEWLINE); at >= 0; at = body.indexOf(NEWLINE, at + 1)) lines++;
  documents += lines / 2;
  return Response.json({
    errors: false,
    items: Array.from({ length: lines / 2 }, () => ({ create: { status: 201 } })),
  });
}

function decompressed({ bytes, encoding }: { bytes: Uint8Array; encoding: string | null }): Uint8Array {
  return encoding === "gzip" ? gunzipSync(bytes) : encoding === "zstd" ? zstdDecompressSync(bytes) : bytes;
}

function arrived(): Arrived {
  const times = new Map<string, number>();
  const find = load.forPeer === true ? requestIdsIn : idsIn;
  let records = 0;
  let wireBytes = 0;
  for (const request of requests) {
    wireBytes += request.bytes.length;
    const body = decompressed(request);
    for (const id of find(Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1"))) {
      records++;
      times.set(id, (times.get(id) ?? 0) + 1);
    }
  }
  return {
    records,
    distinct: load.forPeer === true ? arrivedAsPut(times) : times.size,
    requests: requests.length,
    wireBytes,
    awsRequests: s3Requests + aws.sqs.requests.length + aws.logs.requests.length,
    left: messagesLeft(),
  };
}

function messagesLeft(): number {
  return messageCount(aws.queueState());
}

/** Request ids of records, parsed or as lines in a string. */
function* requestIdsIn(text: string): Generator<string> {
  for (const { 1: id } of text.matchAll(/requestId\\?": ?\\?"([0-9a-f]{8}-1111-4222-8333-[0-9a-f]{12})/g)) {
    yield id as string;
  }
}

/** How many records arrived, of each at most as many as there were: objects repeat the content of others. */
function arrivedAsPut(times: ReadonlyMap<string, number>): number {
  const objects = Math.ceil(load.records / load.recordsPerObject);
  let sum = 0;
  for (let object = 0; object < Math.min(objects, DISTINCT_OBJECTS); object++) {
    const put = Math.ceil((objects - object) / DISTINCT_OBJECTS);
    for (const { requestId } of recordsOf(load, object)) sum += Math.min(put, times.get(requestId) ?? 0);
  }
  return sum;
}
