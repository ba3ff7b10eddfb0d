/**
 * Writes the TypeScript that is made from the field tables: `deno task generate`. With `--check` it writes nothing,
 * and exits 1 naming the files that are not up to date.
 */
import { fileURLToPath } from "node:url";
import { type FieldEntry, type OtlpType, parseFieldTable } from "./field_table.ts";

/** A data stream: `mappings/<name>/fields.yml` becomes `src/mappings/generated/<name>.ts`. */
const STREAMS = ["invocation"] as const;

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

const encoder = new TextEncoder();

async function main(args: readonly string[]): Promise<number> {
  const stale: string[] = [];
  for (const stream of STREAMS) {
    const table = `mappings/${stream}/fields.yml`;
    const module = `src/mappings/generated/${stream}.ts`;
    const text = generateModule(parseFieldTable(await Deno.readTextFile(inProject(table)), table), stream);
    if (await readIfThere(inProject(module)) === text) continue;
    stale.push(module);
    if (!args.includes("--check")) await Deno.writeTextFile(inProject(module), text);
  }
  if (!args.includes("--check")) return 0;
  for (const path of stale) {
    Deno.stderr.writeSync(encoder.encode(`Not up to date: ${path} (run: deno task generate)\n`));
  }
  return stale.length === 0 ? 0 : 1;
}

function inProject(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
