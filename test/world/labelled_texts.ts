/** Texts with marks on what redaction is to find in them, and how well the rules do on these. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Redactor } from "../../src/processors/bedrock/redaction/redactor.ts";
import { BUILT_IN_NAMES, type BuiltInName } from "../../src/processors/bedrock/redaction/rules.ts";

const FILE = fileURLToPath(new URL("../fixtures/redaction/labelled.txt", import.meta.url));

interface Label {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}

export interface LabelledText {
  /** Without the marks. */
  readonly text: string;
  readonly labels: readonly Label[];
}

const MARK = /\[\[([a-z0-9_]+):(.+?)\]\]/gs;

/** The texts of the fixture. */
export function labelledTexts(): LabelledText[] {
  const lines = readFileSync(FILE, "utf8").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => labelledText(line.replaceAll("\\n", "\n")));
}

function labelledText(marked: string): LabelledText {
  const labels: Label[] = [];
  let text = "";
  let at = 0;
  for (const { 0: mark, 1: rule, 2: value, index } of marked.matchAll(MARK)) {
    text += marked.slice(at, index);
    labels.push({ rule: rule as string, start: text.length, end: text.length + (value as string).length });
    text += value;
    at = index + mark.length;
  }
  return { text: text + marked.slice(at), labels };
}

/** How one rule did. */
export interface RuleReport {
  readonly rule: BuiltInName;
  /** Values that it found, each as a whole. */
  readonly trueMatches: number;
  /** What it found that is no such value. */
  readonly falseMatches: readonly string[];
  /** Values that it did not find, or not as a whole. */
  readonly missed: readonly string[];
}

/** What each built-in rule finds in the texts, applied alone. */
export function redactionReport(texts: readonly LabelledText[]): RuleReport[] {
  return BUILT_IN_NAMES.map((rule) => {
    const redactor = new Redactor({ rules: [rule] });
    const falseMatches: string[] = [];
    const missed: string[] = [];
    let trueMatches = 0;
    for (const { text, labels } of texts) {
      const wanted = labels.filter((label) => label.rule === rule);
      const found = redactor.find(text);
      for (const { start, end } of wanted) {
        if (found.some((finding) => finding.start <= start && finding.end >= end)) trueMatches++;
        else missed.push(text.slice(start, end));
      }
      const others = found.filter(({ start, end }) => !wanted.some((label) => start < label.end && end > label.start));
      falseMatches.push(...others.map(({ start, end }) => text.slice(start, end)));
    }
    return { rule, trueMatches, falseMatches, missed };
  });
}
