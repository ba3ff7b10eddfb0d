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

/** A plain value as a literal with each member in a line of its own. */
function literal(value: unknown, indent = ""): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inside = `${indent}  `;
  const isList = Array.isArray(value);
  const members = Object.entries(value).map(([name, member]) => {
    const line = `${inside}${isList ? "" : `${name}: `}${literal(member, inside)},\n`;
    // `deno fmt` breaks a line of more than 120 characters before the text.
    const isLong = typeof member === "string" && !isList && line.length > 121;
    return isLong ? `${inside}${name}:\n${inside}  ${literal(member)},\n` : line;
  });
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  return members.length === 0 ? open + close : `${open}\n${members.join("")}${indent}${close}`;
}

function definitionLines(entry: FieldEntry): string[] {
  return [
    `  ${JSON.stringify(entry.name)}: {`,
    `    otlp: ${JSON.stringify(entry.otlp)},`,
    `    modes: [${entry.modes.map((mode) => JSON.stringify(mode)).join(", ")}],`,
    `    withoutContent: ${entry.without_content},`,
    ...(entry.pattern === undefined ? [] : patternLines(entry.pattern)),
    ...(entry.enum === undefined
      ? []
      : [`    check: new Set([`, ...entry.enum.map((value) => `      ${JSON.stringify(value)},`), `    ]),`]),
    `  },`,
  ];
}

/** `deno fmt` breaks a line of more than 120 characters before the expression. */
function patternLines(pattern: RegExp): string[] {
  const line = `    check: ${pattern},`;
  return line.length <= 120 ? [line] : [`    check:`, `      ${pattern},`];
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
