/**
 * What CloudWatch Logs makes of log events on their way to a bucket: the envelopes of a subscription, which Firehose
 * writes there, and the lines of an export task.
 */
import { isObject, parseJson } from "../component/json.ts";
import { Buffer } from "node:buffer";
import type { RawRecord } from "./raw_record.ts";
import { isHeavyWithoutStrings } from "./weight.ts";

/** Bedrock logs it when logging is switched on, as it writes an object to a bucket. */
export const PERMISSION_CHECK = "Permissions are correctly set for Amazon Bedrock logs.";

/** Begin of each line that an export task writes, and `aws logs tail --format short`: the event's time. */
const EXPORT_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?[ \t]+/;
/** Begin of Bedrock's own records: they are no envelopes. */
const INVOCATION = '{"schemaType"';
/** Longer envelopes are large. */
const LARGE_LENGTH = 64 * 1024;
/** Begin of a log event. */
const EVENT = /^\{\s*"id"\s*:/;

interface Envelope {
  readonly messageType: string;
  readonly logGroup?: unknown;
  readonly logStream?: unknown;
  readonly logEvents: readonly unknown[];
}

interface Event {
  readonly id?: unknown;
  readonly message?: unknown;
}

/**
 * The records in one: those of an envelope, each at a position of its own and with its event's id, that of an export
 * task's line, or what it was. An envelope without log events (CloudWatch Logs looks whether its destination can be
 * reached), and Bedrock's own check, give none.
 */
export function openLogEvents(raw: RawRecord): readonly RawRecord[] {
  const { text } = raw;
  if (raw.fault !== undefined) return [raw];
  if (text.startsWith("{")) return text.startsWith(INVOCATION) ? [raw] : openedJson(raw);
  const message = withoutExportTime(text);
  if (message.length === text.length) return [raw];
  return isCheck(message) ? [] : [{ ...raw, text: message }];
}

/** An export task's line without its time; any other text as it is. */
export function withoutExportTime(text: string): string {
  const time = EXPORT_TIME.exec(text)?.[0] ?? "";
  const message = text.slice(time.length);
  return message.startsWith("{") || isCheck(message) ? message : text;
}

/** Whether an object or file that begins so holds envelopes. They are longer than their records. */
export function isEnvelope(start: string): boolean {
  return !start.startsWith(INVOCATION) && /"messageType"\s*:\s*"(?:DATA|CONTROL)_MESSAGE"/.test(start);
}

/** Whether it may have so many events that it becomes many times as large. */
export function isLargeEnvelope({ text, fault }: RawRecord): boolean {
  return fault === undefined && text.length > LARGE_LENGTH && !text.startsWith(INVOCATION) && mayBeEnvelope(text);
}

function mayBeEnvelope(text: string): boolean {
  return text.includes('"messageType"') && text.includes('"logEvents"');
}

function openedJson(raw: RawRecord): readonly RawRecord[] {
  const isCandidate = EVENT.test(raw.text) || mayBeEnvelope(raw.text);
  const value = isCandidate && !isHeavyWithoutStrings(raw.text) ? parseJson(raw.text) : undefined;
  if (isEnvelopeValue(value)) {
    const { messageType, logEvents } = value;
    // The text of an envelope is longer than it has events.
    const opened = logEvents.map((event, index) =>
      // What is no event leaves as what it is, and takes no other with it.
      recordOf(isObject(event) ? event : { message: JSON.stringify(event) }, { raw, index, envelope: value })
    );
    return messageType === "CONTROL_MESSAGE" ? [] : opened.filter((record) => record !== undefined);
  }
  // The list of an envelope may have been expanded.
  if (!isEvent(value)) return [raw];
  const record = recordOf(value, { raw, index: 0, envelope: undefined });
  return record === undefined ? [] : [record];
}

function recordOf(
  { id, message }: Event,
  { raw, index, envelope }: { raw: RawRecord; index: number; envelope: Envelope | undefined },
): RawRecord | undefined {
  const text = typeof message === "string" ? message : JSON.stringify(message ?? "");
  if (isCheck(text)) return undefined;
  const eventId = typeof id === "string" && id !== "" ? id : undefined;
  return {
    text,
    position: raw.position + index,
    sizeBytes: Buffer.byteLength(text),
    id: eventId,
    attributes: {
      ...typeof envelope?.logGroup === "string" && { "aws.cloudwatch.log_group": envelope.logGroup },
      ...typeof envelope?.logStream === "string" && { "aws.cloudwatch.log_stream": envelope.logStream },
      ...eventId !== undefined && { "aws.cloudwatch.event_id": eventId },
    },
  };
}

function isEnvelopeValue(value: unknown): value is Envelope {
  if (!isObject(value)) return false;
  return typeof value["messageType"] === "string" && Array.isArray(value["logEvents"]) &&
    (value["logEvents"].length === 0 || value["logEvents"].some(isObject));
}

function isEvent(value: unknown): value is Event {
  if (!isObject(value)) return false;
  const { id, timestamp, message } = value;
  return typeof id === "string" && typeof timestamp === "number" && typeof message === "string";
}

function isCheck(message: string): boolean {
  return message.trim() === PERMISSION_CHECK;
}
