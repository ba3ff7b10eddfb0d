/** Settings of `content: redacted`. */
import { RE2JS } from "re2js";
import { z } from "zod";
import type { Problem } from "../../../component/component.ts";
import { nearest } from "../../../config/nearest.ts";
import { secret } from "../../../config/settings.ts";
import { InvocationRedactor } from "./invocation_redactor.ts";
import { BUILT_IN_NAMES, nameOf } from "./rules.ts";
import type { Report } from "./value_redactor.ts";

const ownRule = z.strictObject({
  name: z.string().describe("Name that replaces a match, in capitals: order_id leaves <ORDER_ID>."),
  pattern: z.string().describe("Regular expression (RE2) of the text to replace."),
});

const rule = z.union([z.enum(BUILT_IN_NAMES), ownRule], {
  error: ({ input }) => typeof input === "string" ? unknownRule(input) : "expected a map of name and pattern",
});

function unknownRule(name: string): string {
  const near = nearest(name, BUILT_IN_NAMES);
  const hint = near === undefined ? "" : `did you mean ${near}; `;
  return `unknown rule; ${hint}known rules: ${BUILT_IN_NAMES.join(", ")}; or a map of name and pattern`;
}

/** The settings, beside `content`. */
export const redactionShape = {
  redact: z.array(rule).min(1).optional().describe(
    `With content: redacted, what is replaced: names of built-in rules (${BUILT_IN_NAMES.join(", ")}) and rules of ` +
      "your own. Default: all built-in rules.",
  ),
  replace: z.enum(["name", "hash"]).default("name").describe(
    "name: a match becomes <EMAIL>; hash: <EMAIL:6b1f…>, the first 16 hexadecimal digits of its HMAC-SHA256 under " +
      "redact_key, so that equal values stay recognizable.",
  ),
  redact_key: secret().min(16).optional().describe("Key of the hashes, at least 16 characters."),
} as const;

const redactionSchema = z.object(redactionShape);

type RedactionConfig = z.infer<typeof redactionSchema> & { readonly content: "full" | "metadata_only" | "redacted" };

/** What redacts invocations; undefined when the configuration does not ask for it. */
export function redactorOf(
  { content, redact, replace, redact_key: key }: RedactionConfig,
  report: Report,
): InvocationRedactor | undefined {
  if (content !== "redacted") return undefined;
  return new InvocationRedactor({ rules: redact ?? BUILT_IN_NAMES, key: replace === "hash" ? key : undefined }, report);
}

/** Mistakes that the schema cannot express. */
export function redactionProblems({ content, redact = [], replace, redact_key: key }: RedactionConfig): Problem[] {
  const problems: Problem[] = [];
  if (content !== "redacted" && redact.length > 0) {
    problems.push({
      path: "redact",
      message: `expected content: redacted: with content: ${content} no rule is applied`,
    });
  }
  if (replace === "hash" && key === undefined) {
    problems.push({ path: "redact_key", message: "is required with replace: hash" });
  }
  const names = redact.map((setting) => nameOf(setting).toUpperCase());
  redact.forEach((setting, index) => {
    const name = nameOf(setting);
    const add = (path: string, message: string) => problems.push({ path: `redact.${index}${path}`, message });
    if (names.indexOf(name.toUpperCase()) < index) add("", `expected another name: ${name} is there already`);
    if (typeof setting === "string") return;
    if (!NAME.test(name)) add(".name", "expected a letter, then at most 39 letters, digits, _ or -");
    else if (TAKEN.has(name.toUpperCase())) add(".name", `expected another name: ${name} is the program's own`);
    const problem = patternProblem(setting.pattern);
    if (problem !== undefined) add(".pattern", problem);
  });
  return problems;
}

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;
const TAKEN: ReadonlySet<string> = new Set(["BINARY", ...BUILT_IN_NAMES.map((name) => name.toUpperCase())]);

function patternProblem(pattern: string): string | undefined {
  try {
    return RE2JS.compile(pattern).matcher("").find() ? "expected a pattern that matches no empty text" : undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : "";
    return `expected a regular expression (RE2): ${reason}`;
  }
}
