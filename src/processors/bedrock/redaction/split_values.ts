import { plainNumber } from "../../../mappings/exact_number.ts";
import { isObject, type JsonObject } from "../read/json.ts";
import type { Finding, Redactor } from "./redactor.ts";

/** A part of a message that is text, and where its text begins among the texts of all parts. */
interface TextPart {
  readonly index: number;
  readonly text: string;
  readonly start: number;
}

/**
 * The list without values that are split over several texts: the parts of a message are searched as one text. The
 * replacement is in the part in which the value begins. Returns the list itself when there is no such value.
 */
export function withoutSplitValues(
  list: readonly unknown[],
  redactor: Redactor,
  report: (finding: Finding) => void,
): readonly unknown[] {
  const parts = textPartsOf(list);
  if (parts.length < 2) return list;
  const joined = parts.map(({ text }) => text).join("");
  const split = splitFindings(redactor.find(joined), parts);
  if (split.length === 0) return list;
  split.forEach(report);
  const standIn = ({ rule, start, end }: Finding) => redactor.standIn(rule, joined.slice(start, end));
  const result = [...list];
  let first = 0;
  let last = 0;
  for (const part of parts) {
    while ((split[first]?.end ?? Infinity) <= part.start) first++;
    while ((split[last]?.start ?? Infinity) < part.start + part.text.length) last++;
    const text = remainder(part, split.slice(first, last), standIn);
    if (text !== part.text) result[part.index] = { ...list[part.index] as JsonObject, text };
  }
  return result;
}

/** The findings, sorted by position, that span more than one part. */
function splitFindings(findings: readonly Finding[], parts: readonly TextPart[]): Finding[] {
  let next = 0;
  return findings.filter(({ start, end }) => {
    while ((parts[next]?.start ?? Infinity) <= start) next++;
    return (parts[next]?.start ?? Infinity) < end;
  });
}

function textPartsOf(list: readonly unknown[]): TextPart[] {
  const parts: TextPart[] = [];
  let start = 0;
  for (let index = 0; index < list.length; index++) {
    const element = list[index];
    const text = isObject(element) ? element["text"] : undefined;
    if (typeof text !== "string") continue;
    parts.push({ index, text, start });
    start += text.length;
  }
  return parts;
}

function remainder(
  { text, start: offset }: TextPart,
  split: readonly Finding[],
  standIn: (of: Finding) => string,
): string {
  let result = "";
  let at = 0;
  for (const finding of split) {
    const start = Math.max(finding.start - offset, 0);
    const end = Math.min(finding.end - offset, text.length);
    if (start >= end) continue;
    result += text.slice(at, start) + (finding.start >= offset ? standIn(finding) : "");
    at = end;
  }
  return result + text.slice(at);
}

/**
 * Whether a member repeats a text as a model's tokens, each with its probability: AI21's
 * `tokens`, Cohere's `token_likelihoods`, OpenAI's `logprobs`. No rule finds a value there.
 */
export function isSplitText(value: unknown, name: string): boolean {
  return Array.isArray(value) ? isToken(value[0]) : name === "logprobs" && isObject(value);
}

function isToken(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { generatedToken, token, logprob, likelihood } = value;
  return isObject(generatedToken) ||
    (typeof token === "string" && typeof plainNumber(logprob ?? likelihood) === "number");
}
