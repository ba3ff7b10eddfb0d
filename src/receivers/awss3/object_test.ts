import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { ObjectMissingError, ObjectUnreadableError } from "../../decode/object_error.ts";
import type { LogRecord } from "../../component/batch.ts";
import { objectId, readObject, type ReadObjectOptions } from "./object.ts";
import type { ObjectRef, ObjectStore, StoredObject } from "../../aws/s3/object_store.ts";
import { cut } from "../../../test/world/cut.ts";

const REF = { bucket: "logs", key: "AWSLogs/2026/a b+ü.json.gz" };
const LINES = ['{"schemaType":"x","n":1}', '{"schemaType":"x","n":2}', '{"schemaType":"x","n":"é"}'];
const NDJSON = LINES.join("\n") + "\n";
const OPTIONS: ReadObjectOptions = { maxBytes: 1024 * 1024, signal: new AbortController().signal };

/** A store that holds objects in memory, by `bucket/key`, and remembers what was asked for. */
class MemoryStore implements ObjectStore {
  readonly asked: ObjectRef[] = [];
  readonly #objects: Readonly<Record<string, Uint8Array | string | AsyncIterable<Uint8Array>>>;
  readonly #region: string;

  constructor(
    objects: Readonly<Record<string, Uint8Array | string | AsyncIterable<Uint8Array>>>,
    region = "us-east-1",
  ) {
    this.#objects = objects;
    this.#region = region;
  }

  get(ref: ObjectRef): Promise<StoredObject> {
    this.asked.push(ref);
    const content = this.#objects[`${ref.bucket}/${ref.key}`];
    if (content === undefined) return Promise.reject(new ObjectMissingError("no such object"));
    const isBytes = typeof content === "string" || content instanceof Uint8Array;
    return Promise.resolve({
      body: isBytes ? cut(Buffer.from(content), 10) : content,
      etag: "e1",
      sizeBytes: undefined,
      lastModified: new Date(0),
      region: this.#region,
      headers: { "last-modified": "Thu, 01 Jan 1970 00:00:00 GMT", "x-amz-meta-team": "search" },
    });
  }
}

function storeWith(content: Uint8Array | string | AsyncIterable<Uint8Array>, region?: string): MemoryStore {
  return new MemoryStore({ [`${REF.bucket}/${REF.key}`]: content }, region);
}

async function read(
  store: ObjectStore,
  options: Partial<ReadObjectOptions> = {},
): Promise<{ records: LogRecord[]; error?: unknown }> {
  const records: LogRecord[] = [];
  try {
    for await (const group of readObject(store, REF, { ...OPTIONS, ...options })) records.push(...group);
  } catch (error) {
    return { records, error };
  }
  return { records };
}

Deno.test("a record says what it is and where it was read", async () => {
  const { records } = await read(storeWith(gzipSync(NDJSON)));
  assert.deepEqual(records.map((record) => record.body), LINES);
  const [, second] = records;
  assert.deepEqual(second?.attributes, {
    "aws.s3.bucket.name": "logs",
    "aws.s3.bucket.arn": "arn:aws:s3:::logs",
    "aws.s3.object.key": "AWSLogs/2026/a b+ü.json.gz",
    "log.file.path": "https://logs.s3.us-east-1.amazonaws.com/AWSLogs/2026/a%20b%2B%C3%BC.json.gz",
    "log.offset": 25,
  });
  assert.deepEqual(second.hrTime, [0, 0]);
  assert.ok(Math.abs(second.hrTimeObserved[0] - Date.now() / 1000) < 60);
  assert.equal(second.origin.source.name, "s3://logs/AWSLogs/2026/a b+ü.json.gz");
  assert.equal(second.origin.position, 25);
  assert.equal(second.origin.sizeBytes, 24);
  assert.ok(second.sizeBytes > second.origin.sizeBytes);
  assert.equal(records[2]?.origin.sizeBytes, 27);
  assert.ok(records.every((record) => record.origin.source === second.origin.source));
});

Deno.test("the id is made of bucket, key, ETag and byte offset, and stays the same", async () => {
  const [first, second] = await Promise.all([read(storeWith(NDJSON)), read(storeWith(gzipSync(NDJSON)))]);
  const ids = first.records.map((record) => record.origin.id);
  assert.deepEqual(ids, second.records.map((record) => record.origin.id));
  // printf 'logs\0k\0e1' | sha256sum
  assert.equal(objectId({ bucket: "logs", key: "k" }, "e1"), "14b798ea0d6851b34b4624f7605a5da3");
  assert.deepEqual(ids, ["000000000000", "000000000025", "000000000050"].map((at) => `${objectId(REF, "e1")}-${at}`));
});

Deno.test("elements of lists have their own offsets", async () => {
  const { records } = await read(storeWith(`{"Records":[${LINES.join(",")}]}`), {
    expandEventListFromField: "Records",
  });
  assert.deepEqual(records.map((record) => record.attributes["log.offset"]), [12, 37, 62]);
});

Deno.test("chosen headers of the object become attributes", async () => {
  const { records } = await read(storeWith(NDJSON), {
    includeS3Metadata: ["Last-Modified", "last-modified", "x-amz-meta-team", "x-no"],
  });
  const metadata = Object.entries(records[0]?.attributes ?? {}).filter(([name]) => name.includes(".metadata."));
  assert.deepEqual(metadata, [
    ["aws.s3.metadata.last-modified", "Thu, 01 Jan 1970 00:00:00 GMT"],
    ["aws.s3.metadata.x-amz-meta-team", "search"],
  ]);
});

Deno.test("buckets of other partitions have their own names", async () => {
  const { records: [china] } = await read(storeWith(NDJSON, "cn-north-1"));
  assert.equal(china?.attributes["aws.s3.bucket.arn"], "arn:aws-cn:s3:::logs");
  assert.match(String(china?.attributes["log.file.path"]), /^https:\/\/logs\.s3\.cn-north-1\.amazonaws\.com\.cn\//);
  const { records: [gov] } = await read(storeWith(NDJSON, "us-gov-west-1"));
  assert.equal(gov?.attributes["aws.s3.bucket.arn"], "arn:aws-us-gov:s3:::logs");
});

Deno.test("a record over maxBytes has no text but a fault", async () => {
  const { records } = await read(storeWith(`${LINES[0]}\n${"x".repeat(2000)}\n${LINES[1]}\n`), { maxBytes: 1000 });
  assert.deepEqual(records.map((record) => record.body), [LINES[0], "", LINES[1]]);
  assert.equal(records[1]?.origin.fault?.reason, "too_large");
  assert.equal(records[1]?.origin.sizeBytes, 2000);
  assert.ok((records[1]?.sizeBytes ?? 0) < 1000);
});

Deno.test("of a damaged object the records before the damage come before the error", async () => {
  const long = gzipSync(Array.from({ length: 500 }, (_, n) => `{"n":${n},"id":"${crypto.randomUUID()}"}\n`).join(""));
  const { records, error } = await read(storeWith(long.subarray(0, long.length / 2)));
  assert.ok(records.length > 200);
  assert.equal(JSON.parse(String(records.at(-1)?.body)).n, records.length - 1);
  assert.ok(error instanceof ObjectUnreadableError);
  assert.equal(error.reason, "damaged");
  assert.match(error.message, /^Cannot read object: s3:\/\/logs\/AWSLogs.* is damaged: .*unexpected end of file$/);
});

Deno.test("a lost connection is no damage", async () => {
  const lost = new Error("lost");
  async function* body(): AsyncGenerator<Uint8Array, void, void> {
    yield* cut(gzipSync(NDJSON).subarray(0, 30), 10);
    throw lost;
  }
  assert.equal((await read(storeWith(body()))).error, lost);
});

Deno.test("a missing object is told as such", async () => {
  assert.ok((await read(new MemoryStore({}))).error instanceof ObjectMissingError);
});

Deno.test("what is stored beside the object is read through its source", async () => {
  const body = JSON.stringify({ prompt: "p".repeat(1000) });
  const store = new MemoryStore({
    [`${REF.bucket}/${REF.key}`]: NDJSON,
    "logs/data/r1_input.json.gz": gzipSync(body),
    "other/k": body,
  }, "eu-west-1");
  const { records: [record] } = await read(store);
  const { source, writtenMs } = record?.origin ?? {};
  assert.ok(source?.readCompanion !== undefined);
  assert.equal(source.bucket, "logs");
  assert.equal(source.signal, OPTIONS.signal);
  assert.equal(writtenMs, 0);
  for (const [bucket, key] of [["logs", "data/r1_input.json.gz"], ["other", "k"]] as const) {
    using companion = await source.readCompanion({ bucket, key });
    const stored: Uint8Array[] = [];
    for await (const piece of companion.body) stored.push(piece);
    assert.ok(Buffer.concat(stored).equals(bucket === "logs" ? gzipSync(body) : Buffer.from(body)));
  }
  assert.deepEqual(store.asked.slice(1), [
    { bucket: "logs", key: "data/r1_input.json.gz", region: "eu-west-1" },
    { bucket: "other", key: "k", region: "eu-west-1" },
  ]);
  await assert.rejects(source.readCompanion({ bucket: "logs", key: "data/no.json.gz" }), ObjectMissingError);
});

Deno.test("behind an access point a body is read through it, whatever bucket its record names", async () => {
  const ref = { bucket: "arn:aws:s3:eu-west-1:123456789012:accesspoint/logs", key: "a", region: "eu-west-1" };
  const store = new MemoryStore({ [`${ref.bucket}/a`]: NDJSON, [`${ref.bucket}/data/b`]: "body" }, "eu-west-1");
  const { value: [record] = [] } = await readObject(store, ref, OPTIONS).next() as { value: LogRecord[] };
  const { source } = record?.origin ?? {};
  assert.equal(source?.bucket, undefined);
  using _companion = await source?.readCompanion?.({ bucket: "logs", key: "data/b" });
  assert.deepEqual(store.asked[1], { ...ref, key: "data/b" });
});

Deno.test("an object of any size is read in constant memory", async () => {
  const lines = Buffer.from(`{"schemaType":"x","text":"${"y".repeat(5000)}"}\n`.repeat(200));
  const member = gzipSync(lines);
  async function* body(): AsyncGenerator<Uint8Array, void, void> {
    for (let i = 0; i < 200; i++) yield await Promise.resolve(member);
  }
  // Collected first: what lives is measured, not how soon V8 collects.
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const used = () => {
    collect();
    return Deno.memoryUsage().heapUsed + Deno.memoryUsage().external;
  };
  const before = used();
  let count = 0;
  let mostBytes = 0;
  let groups = 0;
  for await (const group of readObject(storeWith(body()), REF, OPTIONS)) {
    count += group.length;
    if (groups++ % 50 === 0) mostBytes = Math.max(mostBytes, used() - before);
  }
  assert.equal(count, 40_000);
  assert.ok(mostBytes < 32e6, `${mostBytes} bytes more`);
});
