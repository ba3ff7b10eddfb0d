/** Names of static attributes, which a configuration sets: one that no document can hold would have every document refused. */
import type { Problem } from "../component/component.ts";
import type { OtlpType } from "./field.ts";
import { MAX_KEY_LENGTH } from "./keys.ts";

/** A field that the program itself sets; `name.*` stands for any below it. */
export interface KnownField {
  readonly name: string;
  readonly otlp: OtlpType;
}

export interface StaticFieldOptions {
  /** Why a name is another setting's, or the program's own. */
  readonly reserved: (name: string) => string | undefined;
  readonly known: readonly KnownField[];
  /** Whether a document has no objects, so that it holds a name and others below it. */
  readonly isFlat?: boolean;
}

/** Mistakes in `fields`: names that cannot be stored, or not beside others, and values of another type than a known field's. */
export function staticFieldProblems(
  fields: Readonly<Record<string, unknown>>,
  { reserved, known, isFlat = false }: StaticFieldOptions,
): Problem[] {
  const names = Object.keys(fields);
  return names.flatMap((name) => {
    const why = reserved(name) ?? nameProblem(name) ?? (isFlat ? undefined : besideProblem(name, names)) ??
      knownProblem(name, known) ?? typeProblem(fields[name], known.find((field) => field.name === name)?.otlp);
    return why === undefined ? [] : [{ path: "fields", message: `expected no ${shown(name)}: ${why}` }];
  });
}

function shown(name: string): string {
  return /^[\w.@/-]{1,100}$/.test(name) ? name : JSON.stringify(name.slice(0, 100));
}

function nameProblem(name: string): string | undefined {
  if (name === "@timestamp") return "it is the record's own time";
  if (name.length > MAX_KEY_LENGTH) return `a name has at most ${MAX_KEY_LENGTH} characters`;
  // deno-lint-ignore no-control-regex -- they are what is looked for
  const isWhole = name.split(".").every((part) => part.trim() !== "" && !/[\u0000-\u001f]/.test(part));
  return isWhole ? undefined : "a name has characters before, between and behind its dots";
}

function besideProblem(name: string, names: readonly string[]): string | undefined {
  const below = names.find((other) => other.startsWith(`${name}.`));
  return below && `${shown(below)} is below it; name it ${shown(name)}.value, say`;
}

function knownProblem(name: string, known: readonly KnownField[]): string | undefined {
  const below = known.find((field) => field.name.startsWith(`${name}.`));
  if (below !== undefined) return `records have ${below.name.replace(/\.\*$/, "")} below it`;
  const above = known.find((field) => field.otlp !== "any" && name.startsWith(`${field.name}.`));
  return above && `records have ${above.name}, which has nothing below it`;
}

function typeProblem(value: unknown, otlp: OtlpType | undefined): string | undefined {
  const isNumber = typeof value === "number" || (typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value));
  if ((otlp === "int" || otlp === "double") && !isNumber) return "it holds numbers";
  return otlp === "bool" && typeof value !== "boolean" ? "it holds true or false" : undefined;
}
