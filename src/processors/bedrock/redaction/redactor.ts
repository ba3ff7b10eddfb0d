import { createHmac } from "node:crypto";
import { encodedWords } from "./encoded_words.ts";
import { originalIndexIn, unescaped } from "./escapes.ts";
import { type Rule, ruleOf, type RuleSetting } from "./rules.ts";
import { Subject, type TextSpan } from "./subject.ts";

/** A value that a rule found in a text. */
export interface Finding extends TextSpan {
  /** Name of the rule. */
  readonly rule: string;
}

/** Hexadecimal digits of a value's HMAC in its replacement. */
const HASH_DIGITS = 16;

export interface RedactorOptions {
  readonly rules: readonly RuleSetting[];
  /** Key of the HMAC that replaces a value; absent: the rule's name replaces it. */
  readonly key?: string | undefined;
}

/** Replaces what rules find in texts: `<EMAIL>`, or with a key `<EMAIL:6b1f…>`, the same for equal values. */
export class Redactor {
  readonly #rules: readonly Rule[];
  /** The user's rules, whose patterns may contain backslashes. */
  readonly #ownRules: readonly Rule[];
  readonly #key: string | undefined;

  constructor({ rules, key }: RedactorOptions) {
    this.#rules = rules.map(ruleOf);
    this.#ownRules = rules.filter((rule) => typeof rule !== "string").map(ruleOf);
    this.#key = key;
  }

  /**
   * What the rules find in a text, in order; findings that overlap are merged. An escaped line break (`\n`)
   * counts as a line break, not as a letter before a number.
   */
  find(text: string): Finding[] {
    const plain = unescaped(text);
    const found = merged(findings(plain, this.#rules));
    if (plain === text || (found.length === 0 && this.#ownRules.length === 0)) return found;
    const originalIndex = originalIndexIn(text);
    const placed = found.map(({ start, end, rule }) => ({
      start: originalIndex(start),
      end: originalIndex(end),
      rule,
    }));
    return merged([...placed, ...findings(text, this.#ownRules)]);
  }

  /** The text without the findings. */
  replace(text: string, findings: readonly Finding[]): string {
    let result = "";
    let at = 0;
    for (const { start, end, rule } of findings) {
      result += text.slice(at, start) + this.standIn(rule, text.slice(start, end));
      at = end;
    }
    return result + text.slice(at);
  }

  /** The replacement of a value. */
  standIn(rule: string, value: string): string {
    const name = rule.toUpperCase();
    if (this.#key === undefined) return `<${name}>`;
    const hash = createHmac("sha256", this.#key).update(unescaped(value)).digest("hex").slice(0, HASH_DIGITS);
    return `<${name}:${hash}>`;
  }
}

/** What the rules find in a text, and in what its words of base64 encode. */
function findings(text: string, rules: readonly Rule[]): Finding[] {
  const subject = new Subject(text);
  const found = findingsIn(subject, rules);
  for (const { start, end, decoded } of encodedWords(subject)) {
    const [first] = findingsIn(new Subject(decoded), rules);
    if (first !== undefined) found.push({ start, end, rule: first.rule });
  }
  return found;
}

function findingsIn(subject: Subject, rules: readonly Rule[]): Finding[] {
  const found: Finding[] = [];
  const { length } = subject.text;
  for (const { name, minLength, find } of rules) {
    if (length < minLength) continue;
    for (const { start, end } of find(subject)) found.push({ start, end, rule: name });
  }
  return found;
}

/** Merges findings that overlap; the longest one gives its name. */
function merged(findings: Finding[]): Finding[] {
  if (findings.length < 2) return findings;
  findings.sort((a, b) => a.start - b.start || b.end - a.end);
  const result: Finding[] = [];
  let longest = 0;
  for (const finding of findings) {
    const last = result.at(-1);
    const length = finding.end - finding.start;
    if (last === undefined || finding.start >= last.end) {
      result.push(finding);
      longest = length;
    } else {
      const rule = length > longest ? finding.rule : last.rule;
      longest = Math.max(length, longest);
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, finding.end), rule };
    }
  }
  return result;
}
