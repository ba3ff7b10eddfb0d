/** The TypeScript of a data stream, from its field table: definitions for the run time, types for the mapper. */
import type { OtlpType } from "../../src/mappings/field.ts";
import type { FieldEntry } from "./field_table.ts";
import type { LogsTables, MetricsTables, StreamTables } from "./templates.ts";

const JS_TYPES: Readonly<Record<OtlpType, string>> = {
  string: "string",
  int: "number",
  double: "number",
  bool: "boolean",
  "string[]": "readonly string[]",
  "int[]": "readonly number[]",
  "double[]": "readonly number[]",
  any: "unknown",
};

/**
 * The module of a data stream, formatted as `deno fmt` wants it. For `invocation` it exports `INVOCATION_FIELDS` (name ->
 * definition) and the type `InvocationAttributes`, for the metrics of `runtime` the stream as `RUNTIME`.
 */
export function generateModule(tables: StreamTables): string {
  const made = `// Made from ${sourceOf(tables)} by \`deno task generate\`: change it there.`;
  const lines = tables.signal === "logs" ? fieldsLines(tables) : metricsLines(tables);
  return [made, ...lines, ""].join("\n");
}

/** Where the tables of a data stream are. */
export function sourceOf({ stream, signal }: Pick<StreamTables, "stream" | "signal">): string {
  return signal === "logs" ? `mappings/${stream}/` : `mappings/metrics/${stream}.yml`;
}

/** The module that lists the data streams of metrics with these names. */
export function metricStreamsModule(streams: readonly string[]): string {
  return [
    "// Made from the tables in mappings/metrics/ by `deno task generate`.",
    ...[...streams].sort().map((stream) => `import { ${stream.toUpperCase()} } from "./${stream}.ts";`),
    `import type { MetricStream } from "../metric.ts";`,
    ``,
    `/** All data streams of metrics. */`,
    `export const METRIC_STREAMS: readonly MetricStream[] = [`,
    ...streams.map((stream) => `  ${stream.toUpperCase()},`),
    `];`,
    ``,
  ].join("\n");
}

/** The module that lists the templates of the data streams with these names. */
export function templatesModule(streams: readonly string[]): string {
  const sorted = [...streams].sort();
  return [
    "// Made from the tables in mappings/ by `deno task generate`.",
    ...sorted.map((stream) => `import ${stream} from "./${stream}.json" with { type: "json" };`),
    ``,
    `/** The templates of all data streams, component templates before the index template that names them. */`,
    `export const TEMPLATES = [`,
    ...streams.map((stream) => `  ...${stream},`),
    `];`,
    ``,
  ].join("\n");
}

function fieldsLines({ stream, fields }: LogsTables): string[] {
  const typeName = `${stream[0]?.toUpperCase()}${stream.slice(1)}Attributes`;
  return [
    `import type { FieldTable } from "../field.ts";`,
    ``,
    `/** The attributes of the data stream \`${stream}\`. */`,
    `export const ${stream.toUpperCase()}_FIELDS = {`,
    ...fields.flatMap(definitionLines),
    `} as const satisfies FieldTable;`,
    ``,
    `/** The attributes of a record of \`${stream}\`, by the JavaScript type of their value. */`,
    `export interface ${typeName} {`,
    ...fields.flatMap(attributeLines),
    `}`,
  ];
}

function metricsLines({ stream, metrics }: MetricsTables): string[] {
  return [
    `import type { MetricStream } from "../metric.ts";`,
    ``,
    `/** The metrics of the data stream \`${stream}\`. */`,
    `export const ${stream.toUpperCase()} = ${literal(metrics)} as const satisfies MetricStream;`,
  ];
}

/** The longest line that `deno fmt` leaves as it is. */
const WIDTH = 120;

/** A plain value as a literal, on one line where it fits behind `before`, else with each member on a line of its own. */
function literal(value: unknown, { indent = "", before = "" } = {}): string {
  const line = oneLine(value);
  if (typeof value !== "object" || value === null) return line;
  if (`${indent}${before}${line},`.length <= WIDTH && !hasObjects(value)) return line;
  const inside = `${indent}  `;
  const isList = Array.isArray(value);
  const members = Object.entries(value).map(([name, member]) => {
    const label = isList ? "" : `${name}: `;
    const text = literal(member, { indent: inside, before: label });
    // What is no list and no object is broken before it.
    const isLong = typeof member !== "object" && !isList && `${inside}${label}${text},`.length > WIDTH;
    return `${inside}${isLong ? `${name}:\n${inside}  ` : label}${text},\n`;
  });
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  return `${open}\n${members.join("")}${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  const members = Object.entries(value).map(([name, member]) => `${name}: ${oneLine(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** Rows of a table have lines of their own. */
function hasObjects(value: object): boolean {
  return Object.values(value).some((member) => typeof member === "object" && member !== null && !Array.isArray(member));
}

function definitionLines(entry: FieldEntry): string[] {
  const name = JSON.stringify(entry.name);
  const { otlp, modes, without_content: withoutContent, pattern } = entry;
  const values = entry.enum && literal(entry.enum, { indent: "    ", before: "check: new Set()" });
  const check = pattern !== undefined ? `${pattern}` : values !== undefined ? `new Set(${values})` : undefined;
  const members = [
    ...Object.entries({ otlp, modes, withoutContent }).map(([name, value]) => `${name}: ${oneLine(value)}`),
    // `deno fmt` breaks a line that is too long before the expression.
    ...check === undefined ? [] : [`check:${pattern !== undefined && check.length > 107 ? "\n      " : " "}${check}`],
  ];
  const line = `  ${name}: { ${members.join(", ")} },`;
  return line.length <= WIDTH && !line.includes("\n")
    ? [line]
    : [`  ${name}: {`, ...members.map((member) => `    ${member},`), `  },`];
}

function attributeLines(entry: FieldEntry): string[] {
  const comment = [entry.description, entry.unit === undefined ? "" : ` (${entry.unit})`].join("");
  const type = JS_TYPES[entry.otlp];
  return [
    `  /** ${comment.replaceAll(/\s+/g, " ").replaceAll("*/", "*\\/").trim()} */`,
    entry.name.endsWith(".*")
      ? `  [name: \`${entry.name.slice(0, -1)}\${string}\`]: ${type};`
      : `  ${JSON.stringify(entry.name)}?: ${type};`,
  ];
}
