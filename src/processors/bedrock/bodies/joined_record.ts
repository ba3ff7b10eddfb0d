import { Buffer } from "node:buffer";
import type { LogRecord } from "../../../component/batch.ts";
import { withBodyTexts } from "../read/body_text.ts";
import type { Invocation } from "../read/record.ts";
import type { Side } from "./body_place.ts";
import type { BodyJson } from "./read_body.ts";

/** What became of the bodies that a record names. */
export interface Findings {
  readonly bodies: Readonly<Partial<Record<Side, BodyJson>>>;
  /** Of the others: why they are not joined. */
  readonly problems: readonly string[];
}

/** A record and what it says. */
export interface ReadRecord {
  readonly record: LogRecord;
  readonly invocation: Invocation;
}

/** The record as if it had been logged with these bodies; of the others its `error.message` tells. */
export function joinedRecord({ record, invocation }: ReadRecord, { bodies, problems }: Findings): ReadRecord {
  const attributes = problems.length === 0
    ? record.attributes
    : { ...record.attributes, "error.message": problems.join("; ") };
  if (bodies.input === undefined && bodies.output === undefined) {
    return { record: { ...record, attributes }, invocation };
  }
  const text = withBodyTexts(invocation.text, { input: bodies.input?.text, output: bodies.output?.text });
  const input = withBody(invocation.input, { inputBodyJson: bodies.input?.value });
  const output = withBody(invocation.output, { outputBodyJson: bodies.output?.value });
  const origin = { ...record.origin, sizeBytes: Buffer.byteLength(text) };
  return {
    record: { ...record, body: text, attributes, origin },
    invocation: { text, log: { ...invocation.log, input, output }, input, output },
  };
}

/** A part of the record with its body, if there is one. */
function withBody(part: Invocation["input"], body: Invocation["input"]): Invocation["input"] {
  return Object.values(body)[0] === undefined ? part : { ...part, ...body };
}
