import { Buffer } from "node:buffer";
import type { LogRecord } from "../../../component/batch.ts";
import { withBodyTexts } from "../read/body_text.ts";
import type { Invocation } from "../read/record.ts";
import type { Side } from "./body_place.ts";
import type { BodyJson } from "./read_body.ts";

/** The bodies that were read for a record, and the problems of the others. */
export interface BodyOutcomes {
  readonly bodies: Readonly<Partial<Record<Side, BodyJson>>>;
  /** Of the others: why they are not joined. */
  readonly problems: readonly string[];
}

/** A record with its text parsed. */
export interface ParsedRecord {
  readonly record: LogRecord;
  readonly invocation: Invocation;
}

/** The record as if it had been logged with these bodies; `error.message` reports the problems of the others. */
export function joinedRecord({ record, invocation }: ParsedRecord, { bodies, problems }: BodyOutcomes): ParsedRecord {
  const attributes = problems.length === 0
    ? record.attributes
    : { ...record.attributes, "error.message": problems.join("; ") };
  if (bodies.input === undefined && bodies.output === undefined) {
    return { record: { ...record, attributes }, invocation };
  }
  const text = withBodyTexts(invocation.text, { input: bodies.input?.text, output: bodies.output?.text });
  const input = withBody(invocation.input, { inputBodyJson: bodies.input?.value });
  const output = withBody(invocation.output, { outputBodyJson: bodies.output?.value });
  const isHeavy = bodies.input?.isHeavy ?? bodies.output?.isHeavy ?? false;
  const origin = { ...record.origin, sizeBytes: Buffer.byteLength(text) };
  return {
    record: { ...record, body: text, attributes, origin },
    invocation: {
      text,
      log: { ...invocation.log, input, output },
      input,
      output,
      ...(isHeavy || invocation.isHeavy) && { isHeavy: true },
    },
  };
}

/** A part of the record with its body, if there is one. */
function withBody(part: Invocation["input"], body: Invocation["input"]): Invocation["input"] {
  return Object.values(body)[0] === undefined ? part : { ...part, ...body };
}
