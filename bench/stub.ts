/**
 * S3, SQS, an OTLP endpoint and Elasticsearch with fixed answers, as cheap as possible; a process of its own.
 * Arguments: records, records per object. It writes its port on the first line of stdout; `GET /result` tells what
 * arrived.
 */
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { s3Event } from "../src/commands/demo/s3_event.ts";
import { decodeLogsRequest } from "../test/world/otlp_logs.ts";
import { logObjects } from "./data.ts";

const BUCKET = "bench";
const [records, recordsPerObject, recordBytes] = Deno.args.map(Number) as [number, number, number];
const objects = logObjects({ records, recordsPerObject, recordBytes });
const bodies = new Map(objects.map(({ key, bytes }) => [`/${BUCKET}/${key}`, bytes]));
const messages = objects.map(({ key, bytes }, index) => {
  const Body = JSON.stringify(s3Event([{ bucket: BUCKET, key, sizeBytes: bytes.length, etag: `etag${index}` }]));
  return {
    MessageId: `message-${index}`,
    ReceiptHandle: `receipt-${index}`,
    Body,
    MD5OfBody: createHash("md5").update(Body).digest("hex"),
    Attributes: { ApproximateReceiveCount: "1", SentTimestamp: String(Date.now()) },
  };
});
const requests: { bytes: Uint8Array; gzip: boolean; contentType: string }[] = [];
let deleted = 0;

const OBJECT_HEADERS = { etag: '"fixed"', "content-type": "application/gzip" };
const SQS_HEADERS = { "content-type": "application/x-amz-json-1.0" };
const QUEUE_ATTRIBUTES = { Attributes: { RedrivePolicy: '{"maxReceiveCount":5}', VisibilityTimeout: "300" } };

interface SqsInput {
  readonly MaxNumberOfMessages?: number;
  readonly Entries?: readonly { readonly Id: string }[];
}

function sqs(operation: string, input: SqsInput): unknown {
  switch (operation) {
    case "ReceiveMessage":
      return { Messages: messages.splice(0, input.MaxNumberOfMessages ?? 1) };
    case "DeleteMessage":
      deleted++;
      return {};
    case "DeleteMessageBatch":
      deleted += input.Entries?.length ?? 0;
      return { Successful: input.Entries?.map(({ Id }) => ({ Id })), Failed: [] };
    case "GetQueueAttributes":
      return QUEUE_ATTRIBUTES;
    default:
      return {};
  }
}

const NDJSON = "application/x-ndjson";
const NEWLINE = 10;

/** The actions of a bulk request: every other line. */
function bulkActions(body: Uint8Array): { create: { _id: string } }[] {
  return new TextDecoder().decode(body).split("\n").filter((line, at) => at % 2 === 0 && line !== "").map((line) =>
    JSON.parse(line)
  );
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

function result(): unknown {
  const ids = new Set<unknown>();
  let count = 0;
  let wireBytes = 0;
  for (const { bytes, gzip, contentType } of requests) {
    wireBytes += bytes.length;
    if (contentType === NDJSON) {
      for (const { create } of bulkActions(gzip ? gunzipSync(bytes) : bytes)) {
        count++;
        ids.add(create._id);
      }
      continue;
    }
    for (const { attributes } of decodeLogsRequest(gzip ? gunzipSync(bytes) : bytes, contentType)) {
      count++;
      ids.add(attributes["elasticsearch.document_id"]);
    }
  }
  return { records: count, distinct: ids.size, requests: requests.length, wireBytes, deleted };
}

const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
  const path = request.url.slice(request.url.indexOf("/", 8));
  if (request.method === "GET") {
    if (path === "/result") return Response.json(result());
    const body = bodies.get(path.split("?")[0] as string);
    return body === undefined ? new Response(null, { status: 404 }) : new Response(body, { headers: OBJECT_HEADERS });
  }
  if (path === "/v1/logs") {
    const { headers } = request;
    const gzip = headers.get("content-encoding") === "gzip";
    requests.push({ bytes: await request.bytes(), gzip, contentType: headers.get("content-type") ?? "" });
    return new Response(null, { headers: { "content-type": headers.get("content-type") ?? "" } });
  }
  if (path.startsWith("/_bulk")) {
    const gzip = request.headers.get("content-encoding") === "gzip";
    const bytes = await request.bytes();
    requests.push({ bytes, gzip, contentType: NDJSON });
    return bulkAnswer(gzip ? gunzipSync(bytes) : bytes);
  }
  const operation = request.headers.get("x-amz-target")?.split(".").at(-1) ?? "";
  return new Response(JSON.stringify(sqs(operation, await request.json())), { headers: SQS_HEADERS });
});
await Deno.stdout.write(new TextEncoder().encode(`${(server.addr as Deno.NetAddr).port}\n`));
