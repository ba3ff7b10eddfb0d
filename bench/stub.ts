/**
 * AWS, an OTLP endpoint and Elasticsearch in a process of their own. Argument: a {@linkcode StubLoad} as JSON. It writes its
 * {@linkcode Places} as JSON on the first line of stdout; `GET /result` of the endpoint is the {@linkcode Arrived}.
 */
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { Aws } from "../test/world/aws.ts";
import { GROUP } from "../test/world/cloudwatch_logs.ts";
import { idsIn } from "../test/world/document_ids.ts";
import { messageCount } from "../test/world/queue_stage.ts";
import { bodyObjects, DISTINCT_OBJECTS, lines, type Load, logObjects } from "./data.ts";
import type { Source } from "./rows.ts";

export interface StubLoad extends Load {
  readonly source: Source;
}

export interface Places {
  readonly aws: string;
  readonly queueUrl: string;
  readonly endpoint: string;
}

export interface Arrived {
  readonly records: number;
  readonly distinct: number;
  readonly requests: number;
  readonly wireBytes: number;
  readonly awsRequests: number;
  /** Messages that were not deleted. */
  readonly left: number;
}

const NDJSON = "application/x-ndjson";
const NEWLINE = 10;

const load = JSON.parse(Deno.args[0] ?? "") as StubLoad;
await using aws = await Aws.start({ visibilityTimeoutSeconds: 300, maxReceiveCount: 5 });
let s3Requests = 0;
aws.s3.fault = () => {
  s3Requests++;
  return undefined;
};
publish();

/** Bodies as they came: they are read when all is over, so that the endpoint takes as little time as possible. */
const requests: { bytes: Uint8Array; encoding: string | null }[] = [];
const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
  const path = new URL(request.url).pathname;
  if (path === "/result") return Response.json(arrived());
  const encoding = request.headers.get("content-encoding");
  const bytes = await request.bytes();
  requests.push({ bytes, encoding });
  const contentType = request.headers.get("content-type") ?? "";
  return contentType === NDJSON
    ? bulkAnswer(decompressed({ bytes, encoding }))
    : new Response(null, { headers: { "content-type": contentType } });
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
  return Response.json({
    errors: false,
    items: Array.from({ length: lines / 2 }, () => ({ create: { status: 201 } })),
  });
}

function decompressed({ bytes, encoding }: { bytes: Uint8Array; encoding: string | null }): Uint8Array {
  return encoding === "gzip" ? gunzipSync(bytes) : encoding === "zstd" ? zstdDecompressSync(bytes) : bytes;
}

function arrived(): Arrived {
  const ids = new Set<string>();
  let records = 0;
  let wireBytes = 0;
  for (const request of requests) {
    wireBytes += request.bytes.length;
    const body = decompressed(request);
    for (const id of idsIn(Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1"))) {
      records++;
      ids.add(id);
    }
  }
  return {
    records,
    distinct: ids.size,
    requests: requests.length,
    wireBytes,
    awsRequests: s3Requests + aws.sqs.requests.length + aws.logs.requests.length,
    left: messageCount(aws.queueState()),
  };
}
