/** What is wrong with a setting, in words: zod finds it, this says it. */
import type { z } from "zod";
import { maskUrlValue } from "../http/mask_urls.ts";

const KINDS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
};

/** What a setting should have been. Used for issues to which a schema gives no words of its own. */
export function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is required";
      return `expected ${KINDS[issue.expected] ?? issue.expected}${needsQuotes(issue) ? " (in quotes)" : ""}`;
    case "invalid_value":
      return `expected ${anyOf(issue.values.map(String))}`;
    case "invalid_union":
      return `expected ${anyOf(kindsOf(issue.errors))}`;
    case "too_small":
      return `expected at least ${issue.minimum}${itemsOf(issue.origin, issue.minimum)}`;
    case "too_big":
      return `expected at most ${issue.maximum}${itemsOf(issue.origin, issue.maximum)}`;
    case "invalid_format":
      return issue.format === "url" ? "expected a URL" : `expected a ${issue.format}`;
    default:
      return issue.message ?? "is not valid";
  }
}

function needsQuotes({ expected, input }: { expected?: string; input?: unknown }): boolean {
  return expected === "string" && (input === null || ["number", "boolean"].includes(typeof input));
}

/** `a, b or c`. */
export function anyOf(words: readonly string[], conjunction: "or" | "and" = "or"): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}

function kindsOf(errors: readonly (readonly z.core.$ZodIssue[])[]): string[] {
  const kinds = errors.flat().flatMap((issue) =>
    issue.code === "invalid_type" && issue.path.length === 0 ? [KINDS[issue.expected] ?? issue.expected] : []
  );
  return kinds.length > 0 ? kinds : ["another value"];
}

function itemsOf(origin: string, count: number | bigint): string {
  const item = { string: "character", array: "element" }[origin];
  return item === undefined ? "" : ` ${item}${Number(count) === 1 ? "" : "s"}`;
}

/** What stood in the file instead, as far as it may show; begins with a comma. */
export function gotInstead(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return ", got a list";
  if (typeof value === "object") return ", got a map";
  const text = JSON.stringify(typeof value === "string" ? maskUrlValue(value) : value);
  return `, got ${text.length > 100 ? `${text.slice(0, 100)}…` : text}`;
}
