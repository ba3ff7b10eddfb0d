/** The TypeScript of a data stream, from its field table: definitions for the run time, types for the mapper. */
import type { FieldEntry, OtlpType } from "./field_table.ts";

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
 * The module of a data stream, formatted as `deno fmt` wants it. For the stream `invocation` it exports
 * `INVOCATION_FIELDS` (name -> definition) and the type `InvocationAttributes`.
 */
export function generateModule(entries: readonly FieldEntry[], stream: string): string {
  const typeName = `${stream[0]?.toUpperCase()}${stream.slice(1)}Attributes`;
  return [
    `// Made from mappings/${stream}/fields.yml by \`deno task generate\`: change it there.`,
    `import type { FieldTable } from "../field.ts";`,
    ``,
    `/** The attributes of the data stream \`${stream}\`. */`,
    `export const ${stream.toUpperCase()}_FIELDS = {`,
    ...entries.flatMap(definitionLines),
    `} as const satisfies FieldTable;`,
    ``,
    `/** The attributes of a record of \`${stream}\`, by the JavaScript type of their value. */`,
    `export interface ${typeName} {`,
    ...entries.flatMap(attributeLines),
    `}`,
    ``,
  ].join("\n");
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
