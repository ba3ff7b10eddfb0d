/**
 * The field tables: one YAML list per data stream (`mappings/<stream>/fields.yml`) that says of each attribute how it
 * is called, typed and described, from where it comes and where it may go. What must agree on a field (the encoder,
 * the mapper's types, what may leave without content) is made from them by `generate.ts`.
 */
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { MODES, OTLP_TYPES } from "../../src/mappings/field.ts";
import { SEMCONVS } from "../../src/mappings/semconv.ts";

/** What data streams are of. */
export const SIGNALS = ["logs", "metrics"] as const;
export type Signal = typeof SIGNALS[number];

/** `object`: the value stays in the document as it is, and is not searchable. */
const ELASTICSEARCH_TYPES = [
  "boolean",
  "byte",
  "constant_keyword",
  "date",
  "date_nanos",
  "double",
  "flattened",
  "float",
  "integer",
  "ip",
  "keyword",
  "long",
  "match_only_text",
  "nested",
  "object",
  "scaled_float",
  "short",
  "text",
  "unsigned_long",
  "version",
  "wildcard",
] as const;

/** A pattern from `^` to `$`; what stands between is taken as one group, so that `^a|b$` lets nothing else through. */
const anchoredPattern = z.string().transform((pattern, context) => {
  const anchored = pattern.startsWith("^") && pattern.endsWith("$");
  const expression = anchored ? regExpOf(`^(?:${pattern.slice(1, -1)})$`) : undefined;
  if (expression !== undefined) return expression;
  context.issues.push({ code: "custom", message: "expected a regular expression from ^ to $", input: pattern });
  return z.NEVER;
});

/** What the tables say of a field. */
export const fieldShape = z.strictObject({
  /** Attribute name. A trailing `.*` stands for any name below the prefix. */
  name: z.string().regex(/^[a-z@][\w.@-]*(?:\.\*)?$/i, "expected an attribute name, `.*` only at its end"),
  otlp: z.enum(OTLP_TYPES),
  elasticsearch: z.enum(ELASTICSEARCH_TYPES),
  /** Keywords only: false keeps the value in the document without making it searchable. */
  indexed: z.boolean().default(true),
  /** Names under which mode `integration` has the same: `setup elasticsearch --mode ecs` makes them aliases of the field. */
  aliases: z.array(z.string()).min(1).optional(),
  unit: z.string().optional(),
  description: z.string().min(1),
  /** Where it comes from, short. */
  from: z.string().min(1),
  modes: z.array(z.enum(MODES)).min(1),
  /** Versions of the GenAI conventions that have it, in mode otel; absent: it is none of theirs. */
  semconv: z.array(z.enum(SEMCONVS)).min(1).optional(),
  /** Whether it may leave with `content: metadata_only`. */
  without_content: z.boolean().default(false),
  /** What a string must match to leave without content. */
  pattern: anchoredPattern.optional(),
  /** The strings that may leave without content. */
  enum: z.array(z.string()).min(1).optional(),
});

const field = fieldShape
  .refine((entry) => entry.pattern === undefined || entry.enum === undefined, "expected pattern or enum, not both")
  .refine(isKeyword, "expected elasticsearch: keyword beside indexed: false")
  .refine(
    ({ modes, semconv }) => semconv === undefined || modes.includes("otel"),
    "expected mode otel beside semconv",
  )
  .refine(
    ({ name, elasticsearch }) => !name.endsWith(".*") || elasticsearch === "flattened",
    "expected elasticsearch: flattened for any name below a prefix",
  );

export type FieldEntry = z.infer<typeof field>;

/** A field of a stored document that is no attribute: the Collector or Elasticsearch puts it there. */
const storeField = fieldShape.pick({
  name: true,
  elasticsearch: true,
  indexed: true,
  aliases: true,
  description: true,
  from: true,
})
  .extend({
    /** The signals whose documents have it. */
    signals: z.array(z.enum(SIGNALS)).min(1).default([...SIGNALS]),
  })
  .refine(isKeyword, "expected elasticsearch: keyword beside indexed: false");

export type StoreFieldEntry = z.infer<typeof storeField>;

function isKeyword({ elasticsearch, indexed }: { elasticsearch: string; indexed: boolean }): boolean {
  return indexed || elasticsearch === "keyword";
}

/** Reads a field table. Throws an error that lists every mistake with its field; `path` names the table in it. */
export function parseFieldTable(text: string, path: string): FieldEntry[] {
  return parseTable(field, text, path);
}

/** Reads the table of the fields that are no attributes, as {@linkcode parseFieldTable} does. */
export function parseStoreFields(text: string, path: string): StoreFieldEntry[] {
  return parseTable(storeField, text, path);
}

/** Reads a list of entries, each with a name of its own. */
export function parseTable<T extends { name: string }>(entry: z.ZodType<T>, text: string, path: string): T[] {
  const raw: unknown = parseYaml(text);
  const result = z.array(entry).min(1).safeParse(raw);
  if (!result.success) {
    const mistakes = result.error.issues.map((issue) => `  ${placeOf(raw, issue.path)}: ${issue.message}`);
    throw new Error(`Cannot read the field table: ${path} is wrong\n${mistakes.join("\n")}`);
  }
  const twice = result.data.map((entry) => entry.name).filter((name, index, names) => names.indexOf(name) !== index);
  if (twice.length > 0) {
    throw new Error(`Cannot read the field table: ${path} has fields more than once: ${twice.join(", ")}`);
  }
  return result.data;
}

/** `gen_ai.request.seed.otlp`: by the field's name where it has one, else by its place in the list. */
function placeOf(raw: unknown, [index, ...rest]: readonly PropertyKey[]): string {
  const entry: unknown = Array.isArray(raw) && typeof index === "number" ? raw[index] : undefined;
  const name = (entry as { name?: unknown } | null | undefined)?.name;
  return [typeof name === "string" ? name : `[${String(index ?? "")}]`, ...rest.map(String)].join(".");
}

function regExpOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
}
