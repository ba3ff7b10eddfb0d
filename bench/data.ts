/** What the benchmark moves: invocation logs of about 5 KB in gzip objects, the same in every run. */
import { gzipSync } from "node:zlib";
import { sample } from "../test/world/samples.ts";
import { promptText } from "./texts.ts";

/** Objects with content of their own; more objects repeat it (their keys, and so their ids, differ). */
const DISTINCT_OBJECTS = 8;

export interface Load {
  readonly records: number;
  readonly recordsPerObject: number;
  /** About how many bytes of JSON a record has. */
  readonly recordBytes: number;
}

export interface LogObject {
  readonly key: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** One object's lines. */
export function lines(load: Load, object: number): string {
  const first = (object % DISTINCT_OBJECTS) * load.recordsPerObject;
  let text = "";
  for (let index = 0; index < load.recordsPerObject; index++) {
    text += JSON.stringify(sample(first + index, { sizeBytes: load.recordBytes, textOf: promptText })) + "\n";
  }
  return text;
}

/** All objects of a run, compressed as Bedrock does. */
export function logObjects(load: Load): LogObject[] {
  const count = Math.ceil(load.records / load.recordsPerObject);
  const contents = Array.from(
    { length: Math.min(count, DISTINCT_OBJECTS) },
    (_, object) => new Uint8Array(gzipSync(lines(load, object))),
  );
  return Array.from({ length: count }, (_, object) => ({
    key: `AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/02/${object}.json.gz`,
    bytes: contents[object % contents.length] as Uint8Array<ArrayBuffer>,
  }));
}
