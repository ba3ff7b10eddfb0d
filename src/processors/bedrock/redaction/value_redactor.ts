import { type ExactNumber, isExactNumber } from "../../../mappings/exact_number.ts";
import { isHeavy } from "../../../decode/weight.ts";
import { type JsonObject, parsedJson } from "../read/json.ts";
import { hiddenText, standInFor, withoutBinary } from "./binary.ts";
import type { Finding, Redactor } from "./redactor.ts";
import { isSplitText, withoutSplitValues } from "./split_values.ts";

/** Names and indices from the record down to a text. */
export type Path = readonly (string | number)[];

/** Called with each finding and the path of its text, which is valid during the call; neither holds any of the text. */
export type Report = (finding: Finding, path: Path) => void;

/** Levels of lists and objects that are walked; what is deeper is left out. */
const MAX_LEVELS = 500;
/** Integers with fewer digits are counts and settings. */
const MIN_NUMBER = 1_000_000;
/** Texts without findings that are remembered: names, roles, and what an application says to the model each time. */
const MAX_REMEMBERED = 4096;
const MAX_REMEMBERED_LENGTH = 256;

/** Redacts JSON values: the texts and names in them, numbers that rules match, and binary content. */
export class ValueRedactor {
  readonly #redactor: Redactor;
  readonly #report: Report;
  readonly #path: (string | number)[] = [];
  /** All records have the same few names, and roles, types and reasons among their texts. */
  readonly #cleanNames = new Set<string>();
  readonly #cleanTexts = new Set<string>();

  constructor(redactor: Redactor, report: Report) {
    this.#redactor = redactor;
    this.#report = report;
  }

  /** Begins with another record: an error in the last one may have left its path. */
  begin(): void {
    this.#path.length = 0;
  }

  /** The member `name` of the current value; the value itself when nothing in it had to be replaced. */
  member(name: string, value: unknown): unknown {
    return this.within(name, () => this.value(value, name));
  }

  /** As {@linkcode member}, with a function that makes the value. */
  within<T>(name: string, work: () => T): T {
    this.#path.push(name);
    const result = work();
    this.#path.pop();
    return result;
  }

  /** `name`: the member that holds the value; elements of a list have the list's name. */
  value(value: unknown, name?: string): unknown {
    switch (typeof value) {
      case "string":
        return this.#text(value, name);
      case "number":
        return this.#number(value);
      case "object":
        if (value === null) return value;
        if (isExactNumber(value)) return this.#exactNumber(value);
        if (this.#path.length > MAX_LEVELS) return undefined;
        return Array.isArray(value) ? this.#list(value, name) : this.#object(value as JsonObject);
      default:
        return value;
    }
  }

  /** A name that a caller may have chosen. */
  name(name: string): string {
    if (this.#cleanNames.has(name)) return name;
    const clean = this.plainText(name);
    if (clean === name) remember(this.#cleanNames, name);
    return clean;
  }

  /** A plain text without what the rules find in it. */
  plainText(text: string): string {
    const findings = this.#redactor.find(text);
    if (findings.length === 0) return text;
    for (const finding of findings) this.#report(finding, this.#path);
    return this.#redactor.replace(text, findings);
  }

  #text(text: string, name: string | undefined): string {
    const rest = withoutBinary(text, name);
    if (rest.length <= MAX_REMEMBERED_LENGTH && this.#cleanTexts.has(rest)) return rest;
    const clean = this.#cleanText(rest);
    if (clean === rest) remember(this.#cleanTexts, rest);
    return clean;
  }

  #cleanText(rest: string): string {
    // JSON that is not parsed: escapes may hide values from the rules.
    if (isHeavy(rest)) return standInFor(rest);
    const json = mayBeJson(rest) ? this.#json(rest) : undefined;
    const clean = json ?? this.plainText(rest);
    if (clean !== rest) return clean;
    const hidden = hiddenText(rest);
    return hidden === undefined || this.plainText(hidden) === hidden ? rest : standInFor(rest);
  }

  /** A text that is JSON, such as arguments of tools: escapes may hide values from the rules. */
  #json(text: string): string | undefined {
    const value = parsedJson(text);
    if (typeof value !== "object" && typeof value !== "string") return undefined;
    const redacted = this.value(value);
    // JSON.parse reads only the last of equal names: the text holds the other value.
    return redacted === value ? undefined : JSON.stringify(redacted);
  }

  #number(value: number): unknown {
    if (!Number.isInteger(value) || Math.abs(value) < MIN_NUMBER) return value;
    const text = String(value);
    const clean = this.plainText(text);
    return clean === text ? value : clean;
  }

  #exactNumber(number: ExactNumber): unknown {
    const clean = this.plainText(number.rawJSON);
    return clean === number.rawJSON ? number : clean;
  }

  #list(logged: readonly unknown[], name: string | undefined): readonly unknown[] {
    const list = withoutSplitValues(logged, this.#redactor, (finding) => this.#report(finding, this.#path));
    let changed: unknown[] | undefined;
    for (let index = 0; index < list.length; index++) {
      const element = list[index];
      const clean = this.#inside(index, element, name);
      if (!Object.is(clean, element)) (changed ??= [...list])[index] = clean;
    }
    return changed ?? list;
  }

  #object(object: JsonObject): JsonObject {
    let changed: [string, unknown][] | undefined;
    let before = 0;
    for (const name in object) {
      const value = object[name];
      const isLeftOut = isSplitText(value, name);
      const cleanName = isLeftOut ? name : this.name(name);
      const clean = isLeftOut ? undefined : this.#inside(cleanName, value, name);
      if (isLeftOut || clean !== value || cleanName !== name) changed ??= Object.entries(object).slice(0, before);
      if (!isLeftOut) changed?.push([cleanName, clean]);
      before++;
    }
    return changed === undefined ? object : Object.fromEntries(distinct(changed));
  }

  #inside(step: string | number, value: unknown, name: string | undefined): unknown {
    this.#path.push(step);
    const clean = this.value(value, name);
    this.#path.pop();
    return clean;
  }
}

/** Whether a text may be a JSON object, list or string by its ends: V8 takes long to say where it is none. */
function mayBeJson(text: string): boolean {
  const begin = /^\s*([[{"])/.exec(text)?.[1];
  return begin !== undefined && text.trimEnd().endsWith(ENDS[begin as keyof typeof ENDS]);
}

const ENDS = { "{": "}", "[": "]", '"': '"' } as const;

function remember(texts: Set<string>, text: string): void {
  if (text.length > MAX_REMEMBERED_LENGTH) return;
  if (texts.size >= MAX_REMEMBERED) texts.clear();
  texts.add(text);
}

/** Names that became the same are numbered, so that no member is lost. */
export function distinct(entries: readonly (readonly [string, unknown])[]): (readonly [string, unknown])[] {
  const seen = new Map<string, number>();
  return entries.map(([name, value]) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [count === 1 ? name : `${name} (${count})`, value];
  });
}
