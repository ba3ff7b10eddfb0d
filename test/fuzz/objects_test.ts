/** Whatever bytes an object has, its whole records come, and what is wrong has a name. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { decompress } from "../../src/decode/decompress.ts";
import { DamagedObjectError, UnfinishedRecordError } from "../../src/decode/object_error.ts";
import { type RawRecord, splitRecords } from "../../src/decode/split_records.ts";
import { ndjson } from "../world/aws.ts";
import { samples } from "../world/samples.ts";
import { damaged, fuzz } from "./fuzz.ts";
import { cut } from "../world/cut.ts";

const RECORDS = samples(6, { sizeBytes: 1500 });
const LINES = ndjson(RECORDS);
/** As Firehose writes what a subscription of CloudWatch Logs gives it: envelopes, one behind the other. */
const ENVELOPES = RECORDS.map((record, index) =>
  JSON.stringify({
    messageType: "DATA_MESSAGE",
    owner: "123456789012",
    logGroup: "/aws/bedrock",
    logStream: "aws/bedrock/modelinvocations",
    subscriptionFilters: ["f"],
    logEvents: [{ id: String(index).padStart(56, "0"), timestamp: 1_772_427_967_000, message: JSON.stringify(record) }],
  })
).join("");
/** As Firehose writes it where it does not decompress: a gzip member for each envelope, and its own gzip around all. */
const TWICE = gzipSync(Buffer.concat([gzipSync(ENVELOPES.slice(0, 2500)), gzipSync(ENVELOPES.slice(2500))]));
const PLAIN = [LINES, ENVELOPES, JSON.stringify({ Records: RECORDS }), JSON.stringify(RECORDS, null, 2)];

async function read(bytes: Uint8Array, chunkBytes: number): Promise<{ records: RawRecord[]; error: unknown }> {
  const records: RawRecord[] = [];
  try {
    const groups = splitRecords(decompress(cut(bytes, chunkBytes)), { maxBytes: 100_000 });
    for await (const group of groups) records.push(...group);
    return { records, error: undefined };
  } catch (error) {
    return { records, error };
  }
}

function assertNamed(error: unknown): void {
  if (error === undefined || error instanceof UnfinishedRecordError) return;
  assert.ok(error instanceof DamagedObjectError, `${(error as Error).stack}`);
  assert.ok(error.message.length > 5);
}

Deno.test("whatever bytes an object has, there are records or an error with a name", async () => {
  const contents = [
    ...PLAIN,
    ...PLAIN.map((text) => gzipSync(text)),
    ...PLAIN.map((text) => zstdCompressSync(text)),
    TWICE,
  ];
  await fuzz(fc.asyncProperty(damaged(contents), fc.integer({ min: 50, max: 5000 }), async (bytes, chunkBytes) => {
    assertNamed((await read(bytes, chunkBytes)).error);
  }));
});

Deno.test("of an object that is cut anywhere, the whole records before the cut come", async () => {
  const bytes = Buffer.from(LINES);
  await fuzz(fc.asyncProperty(fc.nat(bytes.length), fc.integer({ min: 50, max: 5000 }), async (at, chunkBytes) => {
    const { records, error } = await read(bytes.subarray(0, at), chunkBytes);
    assertNamed(error);
    const whole = bytes.subarray(0, at).toString().split("\n").slice(0, -1);
    assert.deepEqual(records.slice(0, whole.length).map(({ text }) => text), whole);
  }));
});

Deno.test("how an object is cut into chunks changes nothing", async () => {
  await fuzz(fc.asyncProperty(damaged(PLAIN), fc.integer({ min: 1, max: 3000 }), async (bytes, chunkBytes) => {
    const [whole, cut] = [await read(bytes, 1_000_000), await read(bytes, chunkBytes)];
    assert.deepEqual(cut.records, whole.records);
    assert.equal(String(cut.error), String(whole.error));
  }));
});
