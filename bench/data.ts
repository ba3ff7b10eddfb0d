/** What the benchmark moves: invocation logs in gzip objects, the same in every run. */
import { gzipSync } from "node:zlib";
import { type Sample, sample } from "../test/world/samples.ts";
import { storedSample } from "../test/world/stored_bodies.ts";
import { promptText } from "./texts.ts";

/** Objects with content of their own; more objects repeat it (their keys, and so their ids, differ). */
export const DISTINCT_OBJECTS = 8;

export interface Load {
  readonly records: number;
  readonly recordsPerObject: number;
  /** About how many bytes of JSON a record has. */
  readonly recordBytes: number;
  /** Whether each record's bodies are stored beside it. */
  readonly joins?: boolean;
}

export interface LogObject {
  readonly key: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const FOLDER = "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/02";

function optionsOf({ recordBytes }: Load) {
  return { sizeBytes: recordBytes, textOf: promptText };
}

/** The records of one object. */
export function recordsOf(load: Load, object: number): Sample[] {
  const first = (object % DISTINCT_OBJECTS) * load.recordsPerObject;
  const options = optionsOf(load);
  return Array.from(
    { length: load.recordsPerObject },
    (_, index) => load.joins ? storedSample(first + index, options).record : sample(first + index, options),
  );
}

/** One object's lines. */
export function lines(load: Load, object: number): string {
  return recordsOf(load, object).map((record) => JSON.stringify(record) + "\n").join("");
}

/** All objects of a run, compressed as Bedrock does. */
export function logObjects(load: Load): LogObject[] {
  const count = Math.ceil(load.records / load.recordsPerObject);
  const contents = Array.from(
    { length: Math.min(count, DISTINCT_OBJECTS) },
    (_, object) => compressed(lines(load, object)),
  );
  return Array.from({ length: count }, (_, object) => ({
    key: `${FOLDER}/${object}.json.gz`,
    bytes: contents[object % contents.length] as Uint8Array<ArrayBuffer>,
  }));
}

/** The bodies that are stored beside the records of a run. */
export function bodyObjects(load: Load): LogObject[] {
  if (load.joins !== true) return [];
  const count = Math.min(load.records, DISTINCT_OBJECTS * load.recordsPerObject);
  return Array.from({ length: count }, (_, number) => storedSample(number, optionsOf(load)).stored).flat()
    .map(([key, body]) => ({ key, bytes: compressed(JSON.stringify(body)) }));
}

function compressed(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(text));
}
