/** The stages of the path alone, in this process, on the same data: where the CPU time of a run goes. */
import process from "node:process";
import { gzipSync } from "node:zlib";
import { decompress } from "../src/decode/decompress.ts";
import { splitRecords } from "../src/decode/split_records.ts";
import { typesIn } from "../src/mappings/field.ts";
import { INVOCATION_FIELDS } from "../src/mappings/generated/invocation.ts";
import { createLogsEncoder } from "../src/otlp/logs.ts";
import { batchOf, type LogRecord } from "../src/component/batch.ts";
import { createFlowControl } from "../src/component/flow_control.ts";
import { bedrockFactory } from "../src/processors/bedrock/factory.ts";
import { readObject } from "../src/receivers/awss3/object.ts";
import type { ObjectStore } from "../src/aws/s3/object_store.ts";
import { EventReporter } from "../src/telemetry/event_reporter.ts";
import { createLog } from "../src/telemetry/log.ts";
import { type Load, type LogObject, logObjects } from "./data.ts";
import { EVENTS } from "../src/components.ts";

/** CPU microseconds a record. */
export type StageCosts = ReadonlyMap<string, number>;

const MAX_BYTES = 10 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** As many as make a request of nearly 4 MiB, which is what exporters send at most. */
const RECORDS_PER_REQUEST = 380;

/** CPU time of each stage; the first round over all objects only warms up. */
export async function measureStages(load: Load): Promise<StageCosts> {
  const objects = logObjects(load);
  await measureRound(objects.slice(0, 4));
  return await measureRound(objects);
}

async function measureRound(objects: readonly LogObject[]): Promise<StageCosts> {
  const costs = new Map<string, number>();
  const timed = async <T>(stage: string, work: () => T | Promise<T>): Promise<T> => {
    const before = process.cpuUsage();
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    costs.set(stage, (costs.get(stage) ?? 0) + user + system);
    return result;
  };
  const map = createMapper();
  const encode = createLogsEncoder("proto", typesIn(INVOCATION_FIELDS));
  let count = 0;
  for (const object of objects) {
    const text = await timed("gunzip", () => collect(decompress(chunks(object.bytes))));
    await timed("split", () => drain(splitRecords(chunks(text), { maxBytes: MAX_BYTES })));
    const records = await readRecords(object);
    count += records.length;
    await timed("parse (JSON.parse)", () => records.forEach((record) => JSON.parse(record.body as string)));
    const mapped = await timed("parse and map", () => map(records));
    for (let start = 0; start < mapped.length; start += RECORDS_PER_REQUEST) {
      const request = mapped.slice(start, start + RECORDS_PER_REQUEST);
      const bytes = await timed("encode (protobuf)", () => encode(request));
      await timed("gzip (level 1)", () => gzipSync(bytes as Uint8Array, { level: 1, chunkSize: 1024 * 1024 }));
    }
  }
  const both = costs.get("parse and map") ?? 0;
  costs.delete("parse and map");
  costs.set("map", both - (costs.get("parse (JSON.parse)") ?? 0));
  return new Map([...costs].map(([stage, microseconds]) => [stage, microseconds / count]));
}

/** V8 takes tens of thousands of records until the mapping is fully compiled. */
const WARM_UP_ROUNDS = 60;
/** Measured in turns, as the machine's speed changes with what else runs on it. */
const TURNS = 9;
/** Records that leave the splitter together. */
const RECORDS_PER_CHUNK = 25;

/** CPU microseconds a record. */
export interface MappingCosts {
  readonly parse: number;
  readonly parseAndMap: number;
  /** The same with `content: redacted` and all rules. */
  readonly redactAndMap: number;
}

/**
 * What it costs to parse a record, to parse and map it, and to redact it too: warm, on the same records, in chunks as they
 * come, with nothing kept of either.
 */
export async function measureMapping(load: Load): Promise<MappingCosts> {
  const records = (await Promise.all(logObjects(load).map(readRecords))).flat();
  const batches = Array.from(
    { length: Math.ceil(records.length / RECORDS_PER_CHUNK) },
    (_, index) => batchOf(records.slice(index * RECORDS_PER_CHUNK, (index + 1) * RECORDS_PER_CHUNK)),
  );
  const mapped = (settings?: Record<string, unknown>) => {
    const mapping = createProcessor(settings).logs?.({ consume: () => Promise.resolve() }, unlimited());
    return async () => {
      for (const batch of batches) await mapping?.consume(batch);
    };
  };
  const works = {
    parse: () => records.forEach((record) => JSON.parse(record.body as string)),
    parseAndMap: mapped(),
    redactAndMap: mapped({ content: "redacted" }),
  };
  const measured = async (work: () => unknown, rounds: number) => {
    const before = process.cpuUsage();
    for (let round = 0; round < rounds; round++) await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / rounds / records.length;
  };
  for (const work of Object.values(works)) await measured(work, WARM_UP_ROUNDS);
  const turns: MappingCosts[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    turns.push({
      parse: await measured(works.parse, 10),
      parseAndMap: await measured(works.parseAndMap, 10),
      redactAndMap: await measured(works.redactAndMap, 10),
    });
  }
  const middle = (name: keyof MappingCosts) => median(turns.map((turn) => turn[name]));
  return { parse: middle("parse"), parseAndMap: middle("parseAndMap"), redactAndMap: middle("redactAndMap") };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function createProcessor(settings: Record<string, unknown> = {}) {
  const events = new EventReporter(createLog({ level: "error", format: "text" }), EVENTS);
  const config = bedrockFactory.schema.parse(settings);
  return bedrockFactory.create({ id: "bedrock", config, events, resource: {} });
}

function unlimited() {
  return createFlowControl({ maxInFlightBytes: Infinity });
}

function createMapper(): (records: readonly LogRecord[]) => Promise<LogRecord[]> {
  const processor = createProcessor();
  return async (records) => {
    const mapped: LogRecord[] = [];
    const consume = (batch: { items: readonly LogRecord[] }) => Promise.resolve(void mapped.push(...batch.items));
    await processor.logs?.({ consume }, unlimited()).consume(batchOf(records));
    return mapped;
  };
}

async function readRecords({ key, bytes }: LogObject): Promise<LogRecord[]> {
  const stored = {
    body: chunks(bytes),
    etag: "etag",
    sizeBytes: bytes.length,
    lastModified: undefined,
    region: "us-east-1",
    headers: {},
  };
  const store: ObjectStore = { get: () => Promise.resolve(stored) };
  const signal = new AbortController().signal;
  const ref = { bucket: "bench", key, region: "us-east-1" };
  return (await collectAll(readObject(store, ref, { maxBytes: MAX_BYTES, signal }))).flat();
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) yield bytes.subarray(start, start + CHUNK_BYTES);
}

async function collectAll<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return Buffer.concat(await collectAll(source));
}

async function drain(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of source);
}
