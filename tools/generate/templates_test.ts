import assert from "node:assert/strict";
import { parseFieldTable, parseStoreFields } from "./field_table.ts";
import { fieldPage } from "./field_docs.ts";
import { templatesOf } from "./templates.ts";

const COMMON = { description: "About | it,\non two lines", from: "body", modes: ["ecs"], otlp: "string" };

function parse(...fields: Record<string, unknown>[]) {
  return parseFieldTable(JSON.stringify(fields.map((field) => ({ ...COMMON, ...field }))), "fields.yml");
}

const fields = parse(
  { name: "a.own", elasticsearch: "long", otlp: "int", aliases: ["a.theirs"] },
  { name: "a.theirs", elasticsearch: "long", otlp: "int", modes: ["integration"] },
  { name: "a.text", elasticsearch: "match_only_text", without_content: true },
  { name: "a.count", elasticsearch: "long", otlp: "int", unit: "tokens", without_content: true },
  { name: "a.name", elasticsearch: "keyword", without_content: true, enum: ["x", "y"] },
  { name: "a.id", elasticsearch: "keyword", indexed: false },
  { name: "a.one", elasticsearch: "constant_keyword", enum: ["only"] },
  { name: "a.any", elasticsearch: "constant_keyword" },
  { name: "a.name.part", elasticsearch: "keyword", modes: ["integration", "otel"] },
  { name: "a.map.*", elasticsearch: "flattened" },
  { name: "a.body", elasticsearch: "object", otlp: "any" },
  { name: "a.only_otel", elasticsearch: "keyword", modes: ["otel"] },
);
const storeFields = parseStoreFields(
  JSON.stringify([{ name: "@timestamp", elasticsearch: "date", description: "When", from: "it" }]),
  "store_fields.yml",
);

Deno.test("templates map what the table says, and nothing that it does not", () => {
  const [settings, mappings, , , index] = templatesOf({ stream: "invocation", signal: "logs", fields, storeFields });
  assert.deepEqual(mappings?.body["template"], {
    mappings: {
      _meta: { managed_by: "bedrock-otel" },
      dynamic: "false",
      subobjects: false,
      properties: {
        "@timestamp": { type: "date" },
        "a.any": { type: "constant_keyword" },
        "a.count": { type: "long" },
        "a.id": { type: "keyword", ignore_above: 8191, index: false, doc_values: false },
        "a.map": { type: "flattened", ignore_above: 8191, depth_limit: 50 },
        "a.name": { type: "keyword", ignore_above: 8191 },
        "a.name.part": { type: "keyword", ignore_above: 8191 },
        "a.own": { type: "long" },
        "a.one": { type: "constant_keyword", value: "only" },
        "a.text": { type: "match_only_text" },
      },
    },
  });
  const { index: { default_pipeline, mapping } } = (settings?.body["template"] as Settings).settings;
  assert.deepEqual({ default_pipeline, mapping }, { default_pipeline: "_none", mapping: { ignore_malformed: "true" } });
  assert.deepEqual(index?.body["index_patterns"], ["logs-aws_bedrock.invocation-*"]);
  const composed = index?.body["composed_of"] as string[];
  assert.deepEqual(composed.filter((name) => name === settings?.name || name === mappings?.name).length, 2);
});

Deno.test("a name of mode integration is an alias in the templates of mode ecs, and a field in those of integration", () => {
  const templates = templatesOf({ stream: "invocation", signal: "logs", fields, storeFields });
  const of = (kind: string, mode: string) => {
    const found = templates.find((template) => template.kind === kind && template.mode === mode);
    return found?.body as { template: { mappings: Record<string, unknown> }; composed_of: string[] };
  };
  assert.deepEqual(of("component_template", "ecs").template.mappings, {
    _meta: { managed_by: "bedrock-otel", mode: "ecs" },
    dynamic: "false",
    subobjects: false,
    properties: { "a.own": { type: "long" }, "a.theirs": { type: "alias", path: "a.own" } },
  });
  assert.deepEqual(of("component_template", "integration").template.mappings, {
    _meta: { managed_by: "bedrock-otel", mode: "integration" },
    dynamic: "false",
    subobjects: false,
    properties: { "a.theirs": { type: "long" } },
  });
  assert.ok(of("index_template", "ecs").composed_of.includes("bedrock-otel-invocation@aliases"));
  assert.ok(of("index_template", "integration").composed_of.includes("bedrock-otel-invocation@integration"));
});

for (
  const [problem, target, theirs, more = []] of [
    ["of another type", { elasticsearch: "keyword" }, {}],
    ["also of mode ecs", {}, { modes: ["ecs", "integration"] }],
    ["above a field of mode ecs", {}, {}, [{ name: "a.theirs.below", elasticsearch: "keyword" }]],
    ["not in the table", {}, { name: "a.other" }],
  ] as const
) {
  Deno.test(`an alias that is ${problem} is a mistake`, () => {
    const long = { elasticsearch: "long", otlp: "int" };
    const table = parse(
      { name: "a.own", ...long, aliases: ["a.theirs"], ...target },
      { name: "a.theirs", ...long, modes: ["integration"], ...theirs },
      ...more,
    );
    assert.throws(
      () => templatesOf({ stream: "invocation", signal: "logs", fields: table, storeFields }),
      /Cannot make a\.theirs an alias of a\.own: expected a field of type/,
    );
  });
}

interface Settings {
  readonly settings: { readonly index: Readonly<Record<string, unknown>> };
}

Deno.test("the page of fields has a row for each, sorted, with what leaves without content", () => {
  const page = fieldPage(
    { stream: "invocation", signal: "logs", fields, storeFields },
    new Map([["ecs", { a: "`" }]]),
  );
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  assert.equal(rows.length, fields.length + storeFields.length + 1);
  assert.ok(rows.includes("| `a.theirs` | `a.own` |"));
  assert.deepEqual(rows.slice(0, 5), [
    "| `a.any` | constant_keyword |  | About \\| it, on two lines | body | ecs |  |  |",
    "| `a.body` | object, not searchable |  | About \\| it, on two lines | body | ecs |  |  |",
    "| `a.count` | long | tokens | About \\| it, on two lines | body | ecs |  | yes |",
    "| `a.id` | keyword, not searchable |  | About \\| it, on two lines | body | ecs |  |  |",
    "| `a.map.*` | flattened |  | About \\| it, on two lines | body | ecs |  |  |",
  ]);
  assert.ok(rows.some((row) => row.startsWith("| `a.name` ") && row.endsWith("| checked |")));
  assert.match(page, /### Mode `ecs`\n\n```json\n\{\n {2}"a": "`"\n\}\n```\n$/);
});

Deno.test("a field that cannot be mapped as the table says is a mistake", () => {
  assert.throws(
    () =>
      parse(
        { name: "a.number", elasticsearch: "long", indexed: false },
        { name: "a.map.*", elasticsearch: "keyword" },
        { name: "a.name", modes: ["ecs"], semconv: ["1.41"] },
      ),
    /a\.number: expected elasticsearch: keyword beside indexed: false\n {2}a\.map\.\*: expected elasticsearch: flattened/,
  );
  assert.throws(
    () =>
      parseStoreFields(JSON.stringify([{ name: "x", elasticsearch: "keyword", modes: ["ecs"] }]), "store_fields.yml"),
    /store_fields\.yml is wrong\n {2}x\.description: /,
  );
});
