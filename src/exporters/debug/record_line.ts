import { memberOf } from "../../component/json.ts";
import type { LogRecord } from "../../component/batch.ts";
import { printable, timeText, valueText } from "./text.ts";

/**
 * A record for people, in one line and without content: for an invocation time, user, model, operation, tokens in and
 * out and outcome; for anything else what it is and where it was read.
 */
export function recordLine(record: LogRecord): string {
  const { origin } = record;
  const first = (...names: string[]) => firstFieldOf(record, names) ?? "-";
  const model = firstFieldOf(record, ["gen_ai.request.model", "gen_ai.request.model.id"]);
  const fields = model === undefined
    ? [first("event.kind"), origin.source.name, origin.position, firstFieldOf(record, ["error.message"]) ?? ""]
    : [
      first("user.name", "user.id"),
      model,
      first("event.action", "gen_ai.operation.name"),
      `in=${first("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")}`,
      `out=${first("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")}`,
      first("event.outcome", "error.type"),
      firstFieldOf(record, ["error.code", "gen_ai.response.error_code"]) ?? "",
    ];
  return printable([timeText(record.hrTime), ...fields].join("  ").trimEnd());
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
    const value = attributes[name] ?? name.split(".").reduce<unknown>(memberOf, body);
    if (Array.isArray(value) && value.length > 0) return value.join("; ");
    if (value !== undefined && typeof value !== "object") return value;
  }
  return undefined;
}
