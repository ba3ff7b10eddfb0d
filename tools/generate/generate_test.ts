import assert from "node:assert/strict";
import { FieldLookup } from "../../src/mappings/field.ts";
import { parseFieldTable } from "./field_table.ts";
import { TestFolder } from "../../test/world/folder.ts";
import { RUNTIME_TABLES } from "./testing.ts";
import { generateModule } from "./typescript.ts";

const FIELD = { elasticsearch: "keyword", description: "About it", from: "body", modes: ["ecs"] };

function parse(...fields: Record<string, unknown>[]) {
  return parseFieldTable(JSON.stringify(fields.map((field) => ({ ...FIELD, ...field }))), "fields.yml");
}

const ENTRIES = parse(
  { name: "gen_ai.request.temperature", otlp: "double", without_content: true, modes: ["ecs", "otel"], unit: "1" },
  { name: "tags", otlp: "string[]", without_content: true, enum: ["a b", "c"] },
  { name: "cloud.region", otlp: "string", pattern: "^[a-z]{2}(-[a-z]+)+-\\d/?$" },
  { name: "gen_ai.input.messages", otlp: "any", description: "Ends */ here,\non two lines" },
  { name: "aws_bedrock.invocation.request_metadata.*", otlp: "string", elasticsearch: "flattened" },
);

Deno.test("a generated module says of each attribute what the table says", () => {
  const module = generateModule({ stream: "invocation", signal: "logs", fields: ENTRIES, storeFields: [] });
  assert.equal(
    module,
    `// Made from mappings/invocation/ by \`deno task generate\`: change it there.
import type { FieldTable } from "../field.ts";

/** The attributes of the data stream \`invocation\`. */
export const INVOCATION_FIELDS = {
  "gen_ai.request.temperature": { otlp: "double", modes: ["ecs", "otel"], withoutContent: true },
  "tags": { otlp: "string[]", modes: ["ecs"], withoutContent: true, check: new Set(["a b", "c"]) },
  "cloud.region": { otlp: "string", modes: ["ecs"], withoutContent: false, check: /^(?:[a-z]{2}(-[a-z]+)+-\\d\\/?)$/u },
  "gen_ai.input.messages": { otlp: "any", modes: ["ecs"], withoutContent: false },
  "aws_bedrock.invocation.request_metadata.*": { otlp: "string", modes: ["ecs"], withoutContent: false },
} as const satisfies FieldTable;

/** The attributes of a record of \`invocation\`, by the JavaScript type of their value. */
export interface InvocationAttributes {
  /** About it (1) */
  "gen_ai.request.temperature"?: number;
  /** About it */
  "tags"?: readonly string[];
  /** About it */
  "cloud.region"?: string;
  /** Ends *\\/ here, on two lines */
  "gen_ai.input.messages"?: unknown;
  /** About it */
  [name: \`aws_bedrock.invocation.request_metadata.\${string}\`]: string;
}
`,
  );
});

Deno.test("a generated module is formatted as deno fmt wants it", async () => {
  const longPattern = { name: "a.long", otlp: "string", pattern: `^(?:${"abc|".repeat(40)}d)$` };
  const longList = { name: "a.list", otlp: "string", enum: Array.from({ length: 40 }, (_, index) => `value ${index}`) };
  const fields = [...ENTRIES, ...parse(longPattern, longList)];
  const logs = { stream: "invocation", signal: "logs", fields, storeFields: [] } as const;
  using folder = TestFolder.of({
    "invocation.ts": generateModule(logs),
    "runtime.ts": generateModule(RUNTIME_TABLES),
  });
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--check", "--line-width=120", "--no-config", folder.path],
    stdout: "null",
    stderr: "null",
  }).output();
  assert.equal(code, 0);
});

Deno.test("the generated files are up to date", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "--no-check", new URL("generate.ts", import.meta.url).href, "--check"],
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
});

Deno.test("a wrong field table gets every mistake at once, each with its field", () => {
  assert.throws(
    () =>
      parse(
        { name: "a.double", otlp: "float" },
        { name: "a.text", otlp: "string", pattern: "no anchors" },
        { name: "a.range", otlp: "string", pattern: "^(unclosed$" },
        { name: "a.both", otlp: "string", pattern: "^x$", enum: ["x"] },
        { name: "a.*.b", otlp: "string" },
        { name: "a.typo", otlp: "string", witout_content: true },
        { otlp: "string" },
      ),
    (error: Error) => {
      const lines = error.message.split("\n");
      assert.equal(lines[0], "Cannot read the field table: fields.yml is wrong");
      assert.match(lines[1] ?? "", /^ {2}a\.double\.otlp: .*"string"\|"int"\|"double"/);
      assert.equal(lines[2], "  a.text.pattern: expected a regular expression from ^ to $");
      assert.equal(lines[3], "  a.range.pattern: expected a regular expression from ^ to $");
      assert.equal(lines[4], "  a.both: expected pattern or enum, not both");
      assert.equal(lines[5], "  a.*.b.name: expected an attribute name, `.*` only at its end");
      assert.match(lines[6] ?? "", /^ {2}a\.typo: .*"witout_content"/);
      assert.match(lines[7] ?? "", /^ {2}\[6\]\.name: /);
      assert.equal(lines.length, 8);
      return true;
    },
  );
});

Deno.test("a pattern lets through only what it describes from start to end", () => {
  const [entry] = parse({ name: "a", otlp: "string", pattern: "^stop|length$" });
  const passes = ["stop", "length", "stop it", "at length", "stop\n"].filter((text) => entry?.pattern?.test(text));
  assert.deepEqual(passes, ["stop", "length"]);
  assert.throws(() => parse({ name: "a", otlp: "string", pattern: "^price\\$" }), /from \^ to \$/);
});

Deno.test("a field that is listed twice is a mistake", () => {
  assert.throws(
    () => parse({ name: "a", otlp: "int" }, { name: "b", otlp: "int" }, { name: "a", otlp: "string" }),
    /fields\.yml has fields more than once: a$/,
  );
});

Deno.test("a field is found by its name, then by the longest prefix", () => {
  const definition = { modes: ["ecs"], withoutContent: true } as const;
  const lookup = new FieldLookup({
    "a.*": { ...definition, otlp: "int" },
    "a.b.*": { ...definition, otlp: "double" },
    "a.b.c": { ...definition, otlp: "string" },
  }, (field) => field.otlp);
  const types = ["a.b.c", "a.b.c.d", "a.b", "a.", "a", "b.a.b", "__proto__", "a.__proto__"].map((name) =>
    lookup.get(name)
  );
  assert.deepEqual(types, ["string", "double", "int", "int", undefined, undefined, undefined, "int"]);
});
