/** What is small as it is stored and large, or much, once it is read: each shape as objects of a bucket. */
import { gzipSync } from "node:zlib";
import { MAX_VALUES } from "../../src/decode/weight.ts";
import { BUCKET } from "../world/aws.ts";
import { type Sample, sample } from "../world/samples.ts";
import { storedSample } from "../world/stored_bodies.ts";

export const MIB = 1024 * 1024;
/** A little less than `max_bytes`. */
const RECORD_BYTES = 10 * MIB - 4096;

/** One object of a shape: what is written, what is stored beside it, and how many records come of it. */
export interface ShapedObject {
  readonly content: Uint8Array;
  readonly beside?: readonly (readonly [key: string, content: Uint8Array])[];
  readonly records: number;
}

export interface Shape {
  readonly name: string;
  readonly objects: number;
  object(number: number): ShapedObject;
}

/** A list of so many bytes whose elements are all this text. */
function listOf(element: string, bytes: number): string {
  return `[${Array(Math.floor(bytes / (element.length + 1))).fill(element).join(",")}]`;
}

/** The text of a record with this text as a body; the other body is an ordinary one. */
function recordWith(number: number, side: "input" | "output", body: string): string {
  const record = sample(number, { shape: "anthropic" });
  const part = record[side] as Record<string, unknown>;
  return JSON.stringify({ ...record, [side]: { ...part, [`${side}BodyJson`]: "@BODY@" } }).replace(
    '"@BODY@"',
    () => body,
  );
}

function lines(texts: readonly string[]): Uint8Array {
  return new TextEncoder().encode(texts.map((text) => `${text}\n`).join(""));
}

/** Each object holds one record of nearly `max_bytes` and an ordinary one behind it. */
function records(name: string, textOf: (number: number) => string, { objects = 20 } = {}): Shape {
  return {
    name,
    objects,
    object: (number) => ({
      content: lines([textOf(2 * number), JSON.stringify(sample(2 * number + 1))]),
      records: 2,
    }),
  };
}

function bodies(name: string, body: string, side: "input" | "output" = "input"): Shape {
  return records(name, (number) => recordWith(number, side, body));
}

/** As many members as are just parsed. */
const MANY_NAMES = Object.fromEntries(
  Array.from({ length: MAX_VALUES - 1000 }, (_, index) => [`k${index.toString(36).padStart(5, "0")}`, 1]),
);
const MESSAGE = '{"role":"user","content":"x"}';
const DELTA = '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}';
const CONVERSE_DELTA = '{"contentBlockDelta":{"delta":{"text":"x"},"contentBlockIndex":0}}';

/** A list of as many elements with so many values each as are just parsed. */
function nearly(element: string, values: number): string {
  const count = Math.floor((MAX_VALUES - 1000) / values);
  return listOf(element, Math.min(count * (element.length + 1), RECORD_BYTES));
}

/** Bodies of 4 MB each, as large as they are joined. */
function joined(name: string, input: string, output: string): Shape {
  return {
    name,
    objects: 20,
    object(number) {
      const { record, stored } = storedSample(number, { shape: "anthropic", bucket: BUCKET });
      const contents = [input, output];
      return {
        content: lines([JSON.stringify(record)]),
        beside: stored.map(([key], index) => [key, new TextEncoder().encode(contents[index] as string)]),
        records: 1,
      };
    },
  };
}

const BODY_BYTES = 4 * MIB - 1024;

function many(
  name: string,
  { text, count, objects = 1 }: { text: (index: number) => string; count: number; objects?: number },
): Shape {
  return {
    name,
    objects,
    object: (number) => ({
      content: lines(Array.from({ length: count }, (_, index) => text(number * count + index))),
      records: count,
    }),
  };
}

/** Envelopes of CloudWatch Logs, each of which has so many events of nothing. */
function envelopes(name: string, events: number): Shape {
  const text = JSON.stringify({ messageType: "DATA_MESSAGE", logEvents: Array(events).fill({ message: "" }) });
  return { name, objects: 40, object: () => ({ content: lines([text]), records: events }) };
}

/** One line that ends after so many bytes of one character. */
function oneLine(name: string, bytes: number, objects: number): Shape {
  const content = gzipSync(Buffer.alloc(bytes, "x"), { level: 1 });
  return { name, objects, object: () => ({ content, records: 1 }) };
}

function anySample(index: number): Sample {
  return sample(index);
}

export const SHAPES: readonly Shape[] = [
  many("ordinary records", { text: (index) => JSON.stringify(anySample(index)), count: 500, objects: 20 }),
  many("one record", { text: (index) => JSON.stringify(anySample(index)), count: 1 }),
  bodies("[]", listOf("[]", RECORD_BYTES)),
  bodies('{"a":1}', listOf('{"a":1}', RECORD_BYTES)),
  bodies('{"a":1} as a member', `{"messages":${listOf('{"a":1}', RECORD_BYTES)}}`),
  bodies("short messages", `{"anthropic_version":"bedrock-2023-05-31","messages":${listOf(MESSAGE, RECORD_BYTES)}}`),
  bodies("just parsed: short messages", `{"anthropic_version":"b","messages":${nearly(MESSAGE, 3)}}`),
  bodies("just parsed: objects", `{"messages":[{"role":"user","content":${nearly('{"a":1}', 2)}}]}`),
  bodies("just parsed: numbers", `{"messages":[{"role":"user","content":${nearly("1.0", 1)}}]}`),
  bodies("just parsed: deltas", nearly(DELTA, 5), "output"),
  bodies("one long text", `{"messages":[{"role":"user","content":"${"ä".repeat(RECORD_BYTES / 2)}"}]}`),
  bodies("one long text of base64", `{"messages":[{"role":"user","content":"${"x".repeat(RECORD_BYTES)}"}]}`),
  bodies("one long text beyond Latin-1", `{"messages":[{"role":"user","content":"ч${"x".repeat(RECORD_BYTES)}"}]}`),
  bodies("deep nesting", "[".repeat(RECORD_BYTES / 2) + "]".repeat(RECORD_BYTES / 2)),
  bodies("deep objects", '{"a":'.repeat(RECORD_BYTES / 6) + "1" + "}".repeat(RECORD_BYTES / 6)),
  bodies("tiny strings", listOf('"a"', RECORD_BYTES)),
  bodies("strings of eight", listOf('"a2345678"', RECORD_BYTES)),
  bodies("numbers", listOf("1.5", RECORD_BYTES)),
  bodies("small deltas", listOf(DELTA, RECORD_BYTES), "output"),
  bodies("small deltas of Converse", listOf(CONVERSE_DELTA, RECORD_BYTES), "output"),
  bodies("a body as JSON text", JSON.stringify(listOf("[]", RECORD_BYTES))),
  bodies("a body as JSON text of objects", JSON.stringify(listOf('{"":1}', RECORD_BYTES * 0.7))),
  bodies("a body in base64", JSON.stringify(Buffer.from(listOf("[]", RECORD_BYTES * 0.7)).toString("base64"))),
  bodies(
    "many names",
    `{${
      Array.from({ length: RECORD_BYTES / 12 }, (_, index) => `"${index.toString(36).padStart(7, "k")}":1`).join(",")
    }}`,
  ),
  records("envelopes of nothing", () => `{"messageType":"DATA_MESSAGE","logEvents":${listOf("{}", RECORD_BYTES)}}`),
  envelopes("envelopes of many events", 18_000),
  records("no invocations", () => `{"a":${listOf("[]", RECORD_BYTES)}}`),
  records(
    "lists beside the bodies",
    (number) =>
      JSON.stringify({ ...sample(number), requestMetadata: "@" }).replace('"@"', () => listOf("[]", RECORD_BYTES)),
  ),
  records("metadata of many names", (number) => JSON.stringify({ ...sample(number), requestMetadata: MANY_NAMES })),
  records("half of 5 MiB", (number) => recordWith(number, "input", listOf("[]", RECORD_BYTES / 2))),
  records("a tenth", (number) => recordWith(number, "input", listOf("[]", RECORD_BYTES / 10)), { objects: 100 }),
  many("records of 20 KB of []", {
    text: (index) => recordWith(index, "input", listOf("[]", 20_000)),
    count: 500,
    objects: 10,
  }),
  many("records of 20 KB of short messages", {
    text: (index) => recordWith(index, "input", `{"anthropic_version":"b","messages":${listOf(MESSAGE, 20_000)}}`),
    count: 500,
    objects: 10,
  }),
  joined("joined bodies of []", listOf("[]", BODY_BYTES), listOf("[]", BODY_BYTES)),
  joined("joined short messages", `{"messages":${listOf(MESSAGE, BODY_BYTES - 100)}}`, listOf(DELTA, BODY_BYTES)),
  joined(
    "joined long texts",
    `{"messages":[{"role":"user","content":"ч${"x".repeat(BODY_BYTES - 100)}"}]}`,
    JSON.stringify("ч".repeat(BODY_BYTES / 2 - 10)),
  ),
  many("50,000 tiny objects", { text: () => "{}", count: 50_000 }),
  {
    name: "2,000 objects in the bucket",
    objects: 2000,
    object: (number) => ({ content: lines([JSON.stringify(sample(number))]), records: 1 }),
  },
  oneLine("one line of 100 MiB", 100 * MIB, 10),
  oneLine("a gzip bomb of 1 GiB", 1024 * MIB, 2),
];
