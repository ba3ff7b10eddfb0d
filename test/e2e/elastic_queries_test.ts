import assert from "node:assert/strict";
import { streamsOf, templateLogs } from "../elastic/known_fields.ts";
import { METRIC_STREAMS } from "../../src/mappings/generated/metric_streams.ts";
import type { MetricStream } from "../../src/mappings/metric.ts";
import { snakeCase } from "../../src/mappings/statistic.ts";
import queried from "../fixtures/elastic/queried_fields.json" with { type: "json" };

const { rules, hunts, dashboards, missing, dashboard_metrics, not_by_default } = queried;

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

for (const [dataset, fields] of Object.entries(dashboard_metrics)) {
  Deno.test(`each field that Elastic's dashboards query of ${dataset} is there`, async () => {
    const stream = (await streamsOf("ecs")).find(({ pattern }) => pattern === `metrics-${dataset}-*`);
    for (const field of fields) assert.equal(stream?.field(field)?.isFilled, true, field);
  });

  Deno.test(`of what Elastic's dashboards query of ${dataset} the default level lacks what is known to be missing`, () => {
    const stream = METRIC_STREAMS.find((one) => one.dataset === dataset) as MetricStream;
    const byDefault = new Set(stream.levels[0]?.dimensions.map((name) => `${dataset}.${snakeCase(name)}`));
    const dimensions = stream.levels.flatMap((level) => level.dimensions).map((name) =>
      `${dataset}.${snakeCase(name)}`
    );
    for (const field of fields) {
      assert.equal(dimensions.includes(field) && !byDefault.has(field), field in not_by_default, field);
    }
  });
}

Deno.test("docs/elastic.md says of each field that Elastic queries what becomes of it", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/elastic.md", import.meta.url));
  for (const field of Object.values({ ...rules, ...hunts, ...dashboards }).flat()) {
    assert.ok(page.includes(`\n| \`${field}\` | `), field);
  }
  for (const field of Object.values(dashboard_metrics).flat()) assert.ok(page.includes(`\n| \`${field}\` | `), field);
  for (const [field, reason] of Object.entries(not_by_default)) {
    assert.match(page, new RegExp(`\n\\| \`${field}\` \\| [^|]+ \\| not by default: ${reason}`), field);
  }
  for (const reason of Object.values(missing)) assert.ok(page.includes(`not there: ${reason}`), reason);
});
