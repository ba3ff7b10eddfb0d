import assert from "node:assert/strict";
import { templateLogs } from "../elastic/known_fields.ts";
import queried from "../fixtures/elastic/queried_fields.json" with { type: "json" };

const { rules, hunts, dashboards, missing } = queried;

for (const mode of ["ecs", "integration"] as const) {
  Deno.test(`each field that Elastic's rules, hunts and dashboards query is filled in mode ${mode}, or known to be missing`, async () => {
    const logs = await templateLogs(mode);
    const isMissing = (field: string) => field === "cloud.account.name" || (mode === "ecs" && field in missing);
    for (const [id, fields] of Object.entries({ ...rules, ...hunts, ...dashboards })) {
      for (const field of fields) {
        assert.notEqual(logs.field(field)?.isFilled ?? false, isMissing(field), `${field} of ${id}`);
      }
    }
  });
}

Deno.test("docs/elastic.md says of each field that Elastic queries what becomes of it", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/elastic.md", import.meta.url));
  for (const field of Object.values({ ...rules, ...hunts, ...dashboards }).flat()) {
    assert.ok(page.includes(`\n| \`${field}\` | `), field);
  }
  for (const reason of Object.values(missing)) assert.ok(page.includes(`not there: ${reason}`), reason);
});
