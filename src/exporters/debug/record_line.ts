import { memberOf } from "../../component/json.ts";
import type { LogRecord } from "../../component/batch.ts";
import { printable } from "../../telemetry/printable.ts";
import { timeText, valueText } from "./text.ts";

/**
 * A record for people, in one line and without content: for an invocation time, user, model, operation, tokens in and
 * out and outcome; for anything else what it is and where it was read. A line that is longer than `columns` gets a
 * shorter model, time, operation and user, in this order; what became of it is never cut.
 */
export function recordLine(record: LogRecord, { columns = Infinity }: { columns?: number } = {}): string {
  const { origin } = record;
  const first = (...names: string[]) => firstFieldOf(record, names) ?? "-";
  const model = firstFieldOf(record, ["gen_ai.request.model", "gen_ai.request.model.id"]);
  const time = timeText(record.hrTime);
  if (model === undefined) {
    const message = firstFieldOf(record, ["error.message"]) ?? "";
    return lineOf([time, first("event.kind"), origin.source.name, origin.position, message]);
  }
  const texts = [
    time,
    String(first("user.name", "user.id")),
    String(model),
    String(first("event.action", "gen_ai.operation.name")),
    `in=${first("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")}`,
    `out=${first("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")}`,
    String(first("event.outcome", "error.type")),
    String(firstFieldOf(record, ["error.code", "gen_ai.response.error_code"]) ?? ""),
  ];
  return lineOf(fitted(texts, columns));
}

function lineOf(fields: readonly unknown[]): string {
  return printable(fields.join("  ").trimEnd());
}

const [TIME, USER, MODEL, OPERATION] = [0, 1, 2, 3];

type Shortening = readonly [index: number, shorter: (text: string, overflow: number) => string];

/** From the least loss to the largest. */
const SHORTENINGS: readonly Shortening[] = [
  [MODEL, (id) => id.replace(/^(?:us|eu|apac|jp|au|ca|global|us-gov)\.(?=[^.]+\.)/, "").replace(/-v\d+:\d+$/, "")],
  [MODEL, (id) => id.replace(/^[a-z0-9-]+\./, "").replace(/-\d{8}$/, "")],
  [TIME, (time) => time.slice(11, 19)],
  [OPERATION, (text, overflow) => cut(text, text.length - overflow)],
  [MODEL, (text, overflow) => cut(text, text.length - overflow)],
  [USER, (text, overflow) => cut(text, text.length - overflow)],
];

function fitted(texts: readonly string[], columns: number): readonly string[] {
  const fields = [...texts];
  for (const [index, shorter] of SHORTENINGS) {
    const overflow = fields.join("  ").trimEnd().length - columns;
    if (overflow <= 0) break;
    fields[index] = shorter(fields[index] ?? "", overflow);
  }
  return fields;
}

/** Something of it stays. */
function cut(text: string, length: number): string {
  const least = Math.max(length, 8);
  return text.length <= least ? text : `${text.slice(0, least - 1)}…`;
}

/** The line, and below it the body and every attribute: content included. */
export function recordDetails(record: LogRecord): string {
  const lines = [recordLine(record)];
  if (record.body !== undefined) lines.push(`    body: ${valueText(record.body)}`);
  for (const [name, value] of Object.entries(record.attributes)) {
    lines.push(`    ${printable(name)}: ${valueText(value)}`);
  }
  return lines.join("\n");
}

/** The first of these that the record has as attribute, or as field of a body that is a document. */
function firstFieldOf({ attributes, body }: LogRecord, names: readonly string[]): unknown {
  for (const name of names) {
    const value = attributes[name] ?? memberOf(body, ...name.split("."));
    if (Array.isArray(value) && value.length > 0) return value.join("; ");
    if (value !== undefined && typeof value !== "object") return value;
  }
  return undefined;
}
