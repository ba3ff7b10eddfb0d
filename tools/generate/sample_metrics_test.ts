import assert from "node:assert/strict";
import { METRIC_STREAMS } from "../../src/mappings/generated/metric_streams.ts";
import { METRIC_MODES } from "../../src/mappings/metric.ts";
import { fieldsOfMetric, metricAttributesOf, parseMetricAttributes, parseMetricTable } from "./metric_table.ts";
import { metricSampleEvents } from "./sample_metrics.ts";

/** Not in every document. */
const OPTIONAL: ReadonlySet<string> = new Set(["aws.dimensions.*", "aws.metrics_names_fingerprint"]);

async function read<T>(path: string, parse: (text: string, path: string) => T): Promise<T> {
  return parse(await Deno.readTextFile(new URL(`../../mappings/${path}`, import.meta.url)), path);
}

const common = await read("metric_fields.yml", parseMetricAttributes);

for (const stream of METRIC_STREAMS) {
  const table = await read(`metrics/${stream.name}.yml`, parseMetricTable);
  const events = metricSampleEvents({
    dimensions: Object.fromEntries(stream.dimensions.map(({ name }) => [name, `value::of ${name}`])),
    values: Object.fromEntries(stream.metrics.map(({ name }) => [name, 1])),
  }, stream);
  const attributes = metricAttributesOf(stream, { table, common }).filter(({ name }) => !OPTIONAL.has(name));

  for (const mode of METRIC_MODES) {
    Deno.test(`the points of ${stream.dataset} have in mode ${mode} the attributes of the table, and no others`, () => {
      const document = events.get(mode) ?? assert.fail("no document");
      const names = leavesOf(mode === "otel" ? document["attributes"] : document);
      const metrics = new Set(
        stream.metrics.flatMap((metric) =>
          fieldsOfMetric(stream, metric).filter(({ isPreset }) => !isPreset).map(({ field }) => field)
        ),
      );
      const others = new Set(["@timestamp", "service.name", ...metrics]);
      const expected = attributes.filter(({ name, modes }) =>
        modes.includes(mode) && !(mode === "otel" && name.startsWith("data_stream."))
      );
      assert.deepEqual(
        names.filter((name) => !others.has(name)).sort(),
        expected.map(({ name }) => name).sort(),
      );
      if (mode !== "otel") assert.deepEqual(names.filter((name) => metrics.has(name)).length, metrics.size);
    });
  }
}

function leavesOf(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null) return [prefix.slice(0, -1)];
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, `${prefix}${name}.`));
}
