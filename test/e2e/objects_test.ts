import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { ndjson } from "../world/aws.ts";
import { sample, samples } from "../world/samples.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";

const RECORDS = samples(6);
const LINES = RECORDS.map((record) => JSON.stringify(record));
const encoder = new TextEncoder();

interface ObjectCase {
  readonly key: string;
  /** As stored. */
  readonly content: Uint8Array | string;
  readonly receiver?: Record<string, unknown>;
}

const CASES: Readonly<Record<string, ObjectCase>> = {
  "gzip in several members": { key: "a.json.gz", content: inMembers(LINES) },
  "gzip under a name without .gz": { key: "a.json", content: gzipSync(ndjson(RECORDS)) },
  "plain text under a name with .gz": { key: "a.json.gz", content: ndjson(RECORDS) },
  "zstd": { key: "a.json.zst", content: zstdCompressSync(ndjson(RECORDS)) },
  "two JSON arrays": {
    key: "a.json",
    content: `${JSON.stringify(RECORDS.slice(0, 3))}${JSON.stringify(RECORDS.slice(3))}`,
  },
  "lines of a CloudWatch Logs export task": {
    key: "export/000000.gz",
    content: gzipSync(LINES.map((line) => `2026-03-02T05:06:07.000Z ${line}\n`).join("")),
  },
  "NDJSON without a last newline": { key: "a.json", content: LINES.join("\n") },
  "NDJSON with CRLF, a BOM and blank lines": { key: "a.json", content: `\ufeff${LINES.join("\r\n\r\n")}\r\n` },
  "a JSON array": { key: "a.json", content: JSON.stringify(RECORDS) },
  "a JSON array over many lines": { key: "a.json", content: JSON.stringify(RECORDS, null, 2) },
  "JSON objects one after another": { key: "a.json", content: LINES.join("") },
  "JSON objects over many lines": {
    key: "a.json",
    content: RECORDS.map((record) => JSON.stringify(record, null, 2)).join("\n"),
  },
  "a list under Records": {
    key: "a.json",
    content: JSON.stringify({ Records: RECORDS }),
    receiver: { expand_event_list_from_field: "Records" },
  },
};

/** The envelopes in which CloudWatch Logs hands the records to Firehose, two in each. */
const ENVELOPES = [0, 2, 4].map((first) =>
  JSON.stringify({
    messageType: "DATA_MESSAGE",
    owner: "123456789012",
    logGroup: "bedrock",
    logStream: "aws/bedrock/modelinvocations",
    subscriptionFilters: ["all"],
    logEvents: LINES.slice(first, first + 2).map((message, index) => ({
      id: `event${first + index}`,
      timestamp: 1_772_427_967_000,
      message,
    })),
  })
);

const FROM_FIREHOSE: Record<string, Uint8Array | string> = {
  "uncompressed": ENVELOPES.join(""),
  "with a record delimiter": ENVELOPES.join("\n"),
  "as CloudWatch Logs compressed them": Buffer.concat(ENVELOPES.map((envelope) => gzipSync(envelope))),
  "as CloudWatch Logs compressed them, with a record delimiter": Buffer.concat(
    ENVELOPES.flatMap((envelope) => [gzipSync(envelope), Buffer.from("\n")]),
  ),
  "compressed twice": gzipSync(Buffer.concat(ENVELOPES.map((envelope) => gzipSync(envelope)))),
};

Deno.test("awss3 tells of a picture once, and says what it looks like", async () => {
  await using stage = await QueueStage.start();
  const picture = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]), Buffer.alloc(10_000, "\x01\n")]);
  stage.aws.notify([stage.aws.putLogs("logo.png", new Uint8Array(picture), { gzip: false })]);
  const { undelivered, events } = await stage.runOnce();
  assert.equal(undelivered, 0);
  const errors = pipelineErrors(stage);
  assert.deepEqual(errors.map((attributes) => attributes["error.message"]), [
    "Cannot read records: 10006 bytes are no text: it looks like a PNG picture",
  ]);
  assert.equal(events.count("bedrock.pipeline_errors", "not_text"), 1);
  assert.equal(messageCount(stage.aws.queueState()), 0);
});

for (const [how, content] of Object.entries(FROM_FIREHOSE)) {
  Deno.test(`awss3 reads log events that Firehose wrote ${how}, under their own ids`, async () => {
    await using stage = await QueueStage.start();
    const bytes = typeof content === "string" ? encoder.encode(content) : content;
    stage.aws.notify([stage.aws.putLogs("2026/03/02/05/to-s3-1-2026", bytes, { gzip: false })]);
    assert.equal((await stage.runOnce()).undelivered, 0);
    assert.deepEqual(stage.tookInvocations, requestIds(RECORDS));
    assert.deepEqual([...stage.endpoint.ids].sort(), RECORDS.map((_, index) => `event${index}`));
    const [{ attributes } = { attributes: {} as Record<string, unknown> }] = stage.endpoint.accepted;
    assert.equal(attributes["aws.cloudwatch.log_group"], "bedrock");
    assert.equal(attributes["aws.cloudwatch.log_stream"], "aws/bedrock/modelinvocations");
    assert.match(String(attributes["aws.cloudwatch.event_id"]), /^event\d$/);
  });
}

for (const [name, { key, content, receiver = {} }] of Object.entries(CASES)) {
  Deno.test(`awss3 reads an object of ${name}`, async () => {
    await using stage = await QueueStage.start();
    const bytes = typeof content === "string" ? encoder.encode(content) : content;
    stage.aws.notify([stage.aws.putLogs(key, bytes, { gzip: false })]);

    assert.equal((await stage.runOnce({ receiver })).undelivered, 0);

    assert.deepEqual(stage.tookInvocations, requestIds(RECORDS));
    assert.equal(stage.endpoint.ids.size, RECORDS.length);
    assert.equal(messageCount(stage.aws.queueState()), 0);
  });
}

Deno.test("a record of 8 MiB arrives whole, among small ones", async () => {
  await using stage = await QueueStage.start();
  const large = sample(1, { shape: "converse", sizeBytes: 8 * 1024 * 1024 });
  const all = [sample(0), large, sample(2)];
  stage.aws.publish("a.json.gz", all);

  assert.equal((await stage.runOnce({ exporter: { timeout: "60s" } })).undelivered, 0);

  assert.deepEqual(stage.tookInvocations, requestIds(all));
  assert.ok(stage.endpoint.requests.some(({ bytes }) => bytes > 8e6), "one request holds the record uncut");
  assert.equal(messageCount(stage.aws.queueState()), 0);
});

Deno.test("a record over max_bytes leaves as a pipeline_error that says where it was and how long", async () => {
  await using stage = await QueueStage.start();
  const [first, large, last] = [sample(0), sample(1, { sizeBytes: 100_000 }), sample(2)];
  stage.aws.publish("a.json.gz", [first, large, last]);

  assert.equal((await stage.runOnce({ receiver: { max_bytes: "64KiB" } })).undelivered, 0);

  const [fault, ...more] = pipelineErrors(stage);
  assert.deepEqual(more, []);
  assert.ok(fault !== undefined, "a pipeline_error");
  assert.equal(fault["log.offset"], encoder.encode(JSON.stringify(first) + "\n").length);
  assert.match(String(fault["error.message"]), new RegExp(String(encoder.encode(JSON.stringify(large)).length)));
  assert.equal(fault["aws.s3.object.key"], "a.json.gz");
  assert.deepEqual(invocations(stage), requestIds([first, last]));
  assert.equal(messageCount(stage.aws.queueState()), 0);
});

Deno.test("malformed lines among good ones leave as pipeline_error and hold nothing up", async () => {
  await using stage = await QueueStage.start();
  const lines = [
    LINES[0],
    "not JSON at all",
    LINES[1],
    '{"schemaType":"SomethingElse"}',
    '"text"',
    '{"cut":',
    LINES[2],
  ];
  stage.aws.publish("a.json", lines.join("\n"));

  assert.equal((await stage.runOnce()).undelivered, 0);

  assert.deepEqual(invocations(stage), requestIds(RECORDS.slice(0, 3)));
  const faults = pipelineErrors(stage);
  assert.equal(faults.length, 4);
  for (const fault of faults) assert.ok(fault["error.message"], JSON.stringify(fault));
  assert.equal(stage.endpoint.ids.size, lines.length);
  assert.equal(messageCount(stage.aws.queueState()), 0);
});

Deno.test("of a truncated gzip object everything before the damage is delivered, and the message stays", async () => {
  await using stage = await QueueStage.start();
  const whole = gzipSync(ndjson(samples(200, { sizeBytes: 5000 })));
  const cut = whole.subarray(0, Math.floor(whole.length / 2));
  stage.aws.notify([stage.aws.putLogs("a.json.gz", cut, { gzip: false })]);

  const { undelivered } = await stage.runOnce();

  assert.ok(undelivered > 0, "undelivered");
  assert.ok(stage.endpoint.ids.size > 50, `${stage.endpoint.ids.size} delivered`);
  assert.equal(messageCount(stage.aws.queueState()), 1);
});

function inMembers(lines: readonly string[]): Uint8Array {
  // A member ends in the middle of a record.
  const text = lines.join("\n") + "\n";
  const middle = Math.floor(text.length / 2) + 100;
  return new Uint8Array(Buffer.concat([gzipSync(text.slice(0, middle)), gzipSync(text.slice(middle))]));
}

function pipelineErrors(stage: QueueStage): Record<string, unknown>[] {
  return stage.endpoint.accepted.map(({ attributes }) => attributes)
    .filter((attributes) => attributes["event.kind"] === "pipeline_error");
}

function invocations(stage: QueueStage): string[] {
  return stage.endpoint.accepted.filter(({ attributes }) => attributes["event.kind"] === "event")
    .map(({ attributes }) => String(attributes["event.id"])).sort();
}
