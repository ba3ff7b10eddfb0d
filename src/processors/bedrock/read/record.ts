/** Reading the text of a record as a `ModelInvocationLog`. Hostile text never throws. */
import type { HrTime } from "@opentelemetry/api";
import { type BodyTexts, recordTextOf } from "./body_text.ts";
import { withExactNumbers } from "./exact_json.ts";
import { isHeavy, MAX_VALUES } from "../../../decode/weight.ts";
import { parsedHeavy } from "./heavy_record.ts";
import { isObject, type JsonObject, objectOf } from "./json.ts";
import type { Metrics } from "./metrics.ts";

/** A record of one invocation, schema version 1.0; nothing below the first level is checked. */
export interface Invocation {
  /** The text as read. */
  readonly text: string;
  readonly log: JsonObject;
  readonly input: JsonObject;
  readonly output: JsonObject;
  /** Texts of the bodies in the text, when they are known. */
  readonly bodyTexts?: BodyTexts | undefined;
  /** Sizes of the bodies as logged; absent while the bodies are unchanged. */
  readonly loggedSizes?: BodySizes;
  /** Whether the response is a reassembled stream. */
  readonly isReassembled?: boolean;
  /** Kept by `outcomeOf`. */
  outcome?: Outcome | undefined;
  /** Whether it has too many values to be parsed: the parts that are to blame are strings, their JSON text. */
  readonly isHeavy?: boolean;
}

/** How an invocation went. */
export interface Outcome {
  /** The response; of a stream the elements that say more than a piece of the answer. Most say no more. */
  readonly answered: readonly JsonObject[];
  /** The type of error that Bedrock answered, or that the response reports in its body or stream. */
  readonly failure: string | undefined;
  /** Whether a guardrail intervened. */
  readonly intervened: boolean;
  readonly metrics: Metrics;
}

/** UTF-8 bytes of the bodies. */
export interface BodySizes {
  readonly input: number | undefined;
  readonly output: number | undefined;
}

/** Why a text is no record of an invocation. */
export interface Unreadable {
  /** Bounded, for counting. */
  readonly reason: "not_json" | "not_an_object" | "not_an_invocation" | "too_many_values";
  /** For `error.message`; quotes nothing of the text. */
  readonly message: string;
}

/** Reads a record, or returns why it is none; `keepsDigits`: its numbers are as they were written. */
export function readInvocation(text: string, { keepsDigits = true } = {}): Invocation | Unreadable {
  const heavy = isHeavy(text);
  let log: unknown;
  try {
    log = heavy ? parsedHeavy(text) : JSON.parse(text);
  } catch (error) {
    const place = heavy ? "" : placeOf(error, text);
    return { reason: "not_json", message: `Cannot read record: it is not JSON${place}` };
  }
  if (log === undefined) {
    const message = `Cannot read record: it has more than ${MAX_VALUES} values outside of its bodies`;
    return { reason: "too_many_values", message };
  }
  if (!isObject(log)) {
    return { reason: "not_an_object", message: `Cannot read record: expected a JSON object, got ${kindOf(log)}` };
  }
  if (log["schemaType"] !== "ModelInvocationLog") {
    const problem = log["schemaType"] === undefined ? "it has no schemaType" : "its schemaType is another";
    return { reason: "not_an_invocation", message: `Cannot read record: no ModelInvocationLog, ${problem}` };
  }
  if (heavy || !keepsDigits) return invocationOf(text, log, { isHeavy: heavy });
  const { bodies: bodyTexts, hasExactNumbers } = recordTextOf(text);
  const exact = hasExactNumbers ? withExactNumbers(text, log) as JsonObject : log;
  return invocationOf(text, exact, { bodyTexts });
}

function invocationOf(
  text: string,
  log: JsonObject,
  { bodyTexts, isHeavy = false }: { bodyTexts?: BodyTexts; isHeavy?: boolean },
): Invocation {
  const { input, output } = log;
  return { text, log, input: objectOf(input), output: objectOf(output), bodyTexts, isHeavy, outcome: undefined };
}

/** V8's messages quote the text, so only the offset is taken from them. */
function placeOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : "";
  const offset = / in JSON at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message)?.[1];
  if (offset !== undefined) return ` (character ${offset})`;
  return message === "Unexpected end of JSON input" ? ` (it ends at character ${text.length})` : "";
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.(\d{1,9})\d*)?(?:[Zz]|[+-]\d\d:\d\d)$/;
/** Nanoseconds since the epoch must fit into 63 bits: the Collector and Elasticsearch count so. */
const END_SECONDS = Math.floor(2 ** 63 / 1e9);

/** The first part of what Bedrock writes: `2026-03-02T05:06:07Z`. */
const MINUTE_LENGTH = "2026-03-02T05:06:".length;
/** The minute that was read last, and its start: the next record is mostly of the same. */
let minute = { text: "none yet", seconds: 0 };

/** A time as RFC 3339 writes it, from 1970 to 2262; undefined for anything else. */
export function timeOf(value: unknown): HrTime | undefined {
  if (typeof value !== "string") return undefined;
  if (value.length !== MINUTE_LENGTH + 3 || !value.endsWith("Z")) return readTime(value);
  const tens = value.charCodeAt(MINUTE_LENGTH) - ZERO;
  const ones = value.charCodeAt(MINUTE_LENGTH + 1) - ZERO;
  const isSecond = tens >= 0 && tens < 6 && ones >= 0 && ones < 10;
  if (isSecond && value.startsWith(minute.text)) return [minute.seconds + tens * 10 + ones, 0];
  const time = readTime(value);
  if (time !== undefined) minute = { text: value.slice(0, MINUTE_LENGTH), seconds: time[0] - time[0] % 60 };
  return time;
}

const ZERO = "0".charCodeAt(0);

function readTime(text: string): HrTime | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const seconds = Math.floor(Date.parse(match[0].toUpperCase().replace(" ", "T")) / 1000);
  if (!(seconds >= 0 && seconds < END_SECONDS)) return undefined;
  return [seconds, Number((match[1] ?? "").padEnd(9, "0"))];
}
