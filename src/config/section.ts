import { z } from "zod";
import type { Diagnostics } from "./diagnostics.ts";
import { settingHabit } from "./foreign_components.ts";
import { expectation } from "./messages.ts";
import type { SettingIndex } from "./setting_index.ts";
import { isUnder, type Path } from "./problems.ts";
import { childSchema, isScalarSetting, isSecret, scalarTypes, type Schema, schemaAt, settingNames } from "./schema.ts";
import { isTree, losesText } from "./yaml_files.ts";

export interface Section<T> {
  /** Where it stands: `["receivers", "awss3"]`. */
  readonly path: Path;
  readonly schema: z.ZodType<T, unknown>;
  /** Its settings, expanded. */
  readonly settings: unknown;
}

/** A section as far as it can be used. */
export interface ParsedSection<T> {
  /** Without the settings that were wrong; undefined when nothing is left to be used. */
  readonly config: T | undefined;
  /** Settings that were wrong, below the section, and known names that were misspelt. */
  readonly wrong: readonly Path[];
}

/**
 * Parses one section and adds everything that is wrong to the diagnostics. A wrong setting is left out and the rest
 * parsed again, so that one mistake does not hide others (checks across settings run only on a section without any).
 */
export function parseSection<T>(section: Section<T>, diagnostics: Diagnostics, index: SettingIndex): ParsedSection<T> {
  const wrong: Path[] = diagnostics.unresolved(section.path).map((path) => path.slice(section.path.length));
  let settings = prepared(section.settings, section.path, { schema: section.schema, diagnostics });
  for (;;) {
    const result = section.schema.safeParse(settings, { error: expectation });
    if (result.success) return { config: result.data, wrong };
    const fresh: Path[] = [];
    for (const issue of result.error.issues) {
      const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
      for (const path of paths.map((parts) => parts.filter((part) => typeof part !== "symbol"))) {
        // What else is wrong with the same value follows from the first.
        const isTold = wrong.some((other) => isUnder(path, other)) ||
          fresh.some((other) => other.length === path.length && isUnder(path, other));
        if (!isTold) report(issue, path, { section, diagnostics, index });
        fresh.push(path);
      }
    }
    wrong.push(...fresh);
    const repaired = without(settings, fresh);
    if (repaired === undefined) return { config: undefined, wrong };
    settings = repaired;
  }
}

interface ReportContext {
  readonly section: Section<unknown>;
  readonly diagnostics: Diagnostics;
  readonly index: SettingIndex;
}

function report(issue: z.core.$ZodIssue, path: Path, { section, diagnostics, index }: ReportContext): void {
  const full = [...section.path, ...path];
  if (issue.code === "unrecognized_keys") {
    const parent = schemaAt(section.schema, path.slice(0, -1));
    const known = parent === undefined ? [] : settingNames(parent);
    diagnostics.add(full, settingHabit(full) ?? index.suggest(String(path.at(-1)), { section: section.path, known }));
    return;
  }
  const schema = schemaAt(section.schema, path);
  const mayShow = schema !== undefined && mayShowScalar(schema);
  const isNoList = issue.code === "invalid_type" && issue.expected === "array";
  const element = isNoList && schema !== undefined ? childSchema(schema, 0) : undefined;
  const got = diagnostics.got(full, { isHidden: !mayShow && !(element !== undefined && mayShowScalar(element)) });
  const text = mayShow ? diagnostics.textInFile(full) : undefined;
  const isTextMeant = text !== undefined &&
    (issue.code === "invalid_value"
      ? issue.values.includes(text)
      : issue.code === "invalid_type" && issue.expected === "string");
  // In quotes it may be as wrong: then that is the mistake.
  const [inQuotes] = isTextMeant && schema !== undefined ? z.core.safeParse(schema, text).error?.issues ?? [] : [];
  const isQuoteless = isTextMeant && inQuotes === undefined;
  const { code, message } = inQuotes ?? issue;
  // A schema's own words may hold the value.
  const words = code === "custom" ? diagnostics.withoutValues(message) : message;
  diagnostics.add(full, `${words}${got}${isQuoteless ? `; write ${JSON.stringify(text)}` : ""}`);
}

function mayShowScalar(schema: Schema): boolean {
  return isScalarSetting(schema) && !isSecret(schema);
}

/**
 * Settings as the schema wants them: a name without a value is not set (as in the Collector), and where text is meant, a
 * reference gives its text and not what YAML makes of it: an account's number keeps its leading zero.
 */
function prepared(
  value: unknown,
  path: Path,
  context: { schema: Schema | undefined; diagnostics: Diagnostics },
): unknown {
  const { schema, diagnostics } = context;
  const types = schema === undefined ? [] : scalarTypes(schema);
  if (types.includes("string")) {
    const text = diagnostics.textOf(path);
    const mayBeValue = types.includes(typeof value) || (value === null && types.length > 1);
    if (text !== undefined && !mayBeValue) return text;
    // Where text and numbers are taken, a number that would lose something of what was written is text.
    const original = text ?? diagnostics.textInFile(path);
    if (typeof value === "number" && types.includes("number") && original !== undefined) {
      return losesText(value, original) ? original : value;
    }
  }
  const child = (name: string | number, element: unknown) =>
    prepared(element, [...path, name], { schema: schema && schemaAt(schema, [name]), diagnostics });
  if (Array.isArray(value)) return value.map((element, index) => child(index, element));
  if (!isTree(value)) return value;
  const entries = Object.entries(value).map(([name, element]) => [name, child(name, element)] as const);
  return Object.fromEntries(entries.filter(([, element]) => element !== null && element !== undefined));
}

/** A copy without the values at these paths (a list loses all its elements); undefined when nothing can be left out. */
function without(settings: unknown, paths: readonly Path[]): unknown {
  let changed = false;
  const copy: unknown = structuredClone(settings);
  for (const path of paths) {
    const firstIndex = path.findIndex((part) => typeof part === "number");
    const names = firstIndex < 0 ? path : path.slice(0, firstIndex);
    let parent = copy;
    for (const name of names.slice(0, -1)) parent = isTree(parent) ? parent[name] : undefined;
    const last = names.at(-1);
    if (last === undefined || !isTree(parent) || !Object.hasOwn(parent, last)) continue;
    Reflect.deleteProperty(parent, last);
    changed = true;
  }
  return changed ? copy : undefined;
}
