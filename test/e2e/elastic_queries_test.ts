import assert from "node:assert/strict";
import { componentTemplates } from "../../src/commands/setup/elasticsearch/templates.ts";
import type { FieldDefinition } from "../../src/mappings/field.ts";
import { INVOCATION_FIELDS } from "../../src/mappings/generated/invocation.ts";
import queried from "../fixtures/elastic/queried_fields.json" with { type: "json" };

const { rules, hunts, dashboards, missing } = queried;

Deno.test("each field that Elastic's rules, hunts and dashboards query is one of mode ecs, or is known to be missing", () => {
  const aliases = componentTemplates("ecs").filter(({ name }) => name === "bedrock-otel-invocation@aliases").flatMap(
    ({ body }) => Object.keys((body["template"] as { mappings: { properties: object } }).mappings.properties),
  );
  const filled = Object.entries<FieldDefinition>(INVOCATION_FIELDS).filter(([, { modes }]) => modes.includes("ecs"));
  const known = new Set([...aliases, ...filled.map(([name]) => name)]);
  for (const [id, fields] of Object.entries({ ...rules, ...hunts, ...dashboards })) {
    for (const field of fields) assert.notEqual(known.has(field), field in missing, `${field} of ${id}`);
  }
});

Deno.test("docs/elastic.md says of each field that Elastic queries what becomes of it", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/elastic.md", import.meta.url));
  for (const field of Object.values({ ...rules, ...hunts, ...dashboards }).flat()) {
    assert.ok(page.includes(`\n| \`${field}\` | `), field);
  }
  for (const reason of Object.values(missing)) assert.ok(page.includes(`not there: ${reason}`), reason);
});
