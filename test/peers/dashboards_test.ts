/** Panels of the dashboards on documents of the program, in a real Elasticsearch: what Lens would ask has an answer. */
import assert from "node:assert/strict";
import type { MetricStream } from "../../src/mappings/metric.ts";
import { METRIC_STREAMS } from "../../src/mappings/generated/metric_streams.ts";
import { metricSampleEvents } from "../../tools/generate/sample_metrics.ts";
import { documentsOf } from "../elastic/known_fields.ts";
import { addStackTemplates, luceneOf } from "./elastic_stack.ts";
import { type ElasticsearchPeer, elasticsearchTest, rejectionsOf } from "./elasticsearch.ts";

/** A data view of a mode, the data stream that stands for it, and what is stored there. */
const VIEWS = [
  { mode: "ecs", view: "logs", stream: "logs-aws_bedrock.invocation-default", documents: () => documentsOf("ecs") },
  {
    mode: "otel",
    view: "logs",
    stream: "logs-aws_bedrock.invocation.otel-default",
    documents: () => documentsOf("otel"),
  },
  { mode: "ecs", view: "metrics", stream: "metrics-aws_bedrock.runtime-default", documents: () => metricsOf("ecs") },
  {
    mode: "otel",
    view: "metrics",
    stream: "metrics-aws_bedrock.runtime.otel-default",
    documents: () => metricsOf("otel"),
  },
] as const;

/** One point of each metric. */
function metricsOf(mode: "ecs" | "otel"): unknown[] {
  const stream = METRIC_STREAMS.find(({ name }) => name === "runtime") as MetricStream;
  return stream.metrics.map(({ name }, at) =>
    metricSampleEvents({ dimensions: { ModelId: `model-${at}` }, values: { [name]: 1 } }, stream, {
      timeMs: Date.now() - 600_000,
    }).get(mode)
  );
}

/** Panels that the samples have nothing for. */
const EMPTY: ReadonlySet<string> = new Set(["Suspected injections", "Access denied"]);

interface Column {
  readonly operationType: string;
  readonly sourceField?: string;
  readonly params?: { readonly percentile?: number };
  readonly filter?: { readonly query: string };
}

interface Panel {
  readonly title: string;
  readonly query: string;
  readonly columns: readonly Column[];
}

interface SavedObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: { readonly panelsJSON?: string; readonly runtimeFieldMap?: string };
}

await elasticsearchTest(
  "each panel over invocation logs and metrics has something to show of the samples",
  async ({ peer, test, setup }) => {
    await setup();
    await addStackTemplates(peer);
    for (const { mode, view, stream, documents } of VIEWS) {
      const stored = (await documents()).map((document) => ({ document: JSON.stringify(document) }));
      assert.deepEqual(rejectionsOf(await peer.create(stream, stored)), []);
      const { panels, runtime_mappings } = await panelsOf(mode, view);
      for (const panel of panels) {
        await test.step(`${mode}: ${panel.title}`, () => shows(peer, { panel, stream, runtime_mappings }));
      }
    }
  },
);

async function panelsOf(mode: string, name: string): Promise<{ panels: Panel[]; runtime_mappings: object }> {
  const path = new URL(`../../assets/elastic/dashboards/${mode}.json`, import.meta.url);
  const { objects } = JSON.parse(await Deno.readTextFile(path)) as { objects: SavedObject[] };
  const view = `bedrock-otel-${mode}-${name}`;
  const fields = objects.find(({ id }) => id === view)?.attributes.runtimeFieldMap ?? "{}";
  const panels = objects.flatMap(({ attributes }) => JSON.parse(attributes.panelsJSON ?? "[]"))
    .map(({ embeddableConfig: { attributes } }) => attributes)
    .filter(({ references }) => references.some(({ id }: { id: string }) => id === view))
    .map(({ title, state }): Panel => {
      const [layer] = Object.values(state.datasourceStates.formBased.layers) as [{ columns: Record<string, Column> }];
      return { title, query: state.query.query, columns: Object.values(layer.columns) };
    });
  assert.ok(panels.length > 3);
  return { panels, runtime_mappings: JSON.parse(fields) };
}

interface Shown {
  readonly panel: Panel;
  readonly stream: string;
  readonly runtime_mappings: object;
}

/** Each column by itself finds a number, of the documents that the panel is about. */
async function shows(peer: ElasticsearchPeer, { panel, stream, runtime_mappings }: Shown): Promise<void> {
  const aggs = Object.fromEntries(panel.columns.flatMap((column, at) => {
    const own = aggregationOf(column);
    if (own === undefined) return [];
    const query = column.filter?.query ?? "";
    return [[String(at), query === "" ? own : { filter: queryOf(query), aggs: { own } }]];
  }));
  const body = { size: 0, query: queryOf(panel.query), runtime_mappings, aggs };
  const answer = await peer.ask("POST", `/${stream}/_search`, body) as {
    hits?: { total: { value: number } };
    aggregations?: Record<string, Value & { own?: Value }>;
  };
  assert.ok(answer.hits !== undefined, JSON.stringify(answer).slice(0, 600));
  if (EMPTY.has(panel.title)) return;
  assert.ok(answer.hits.total.value > 0, `nothing for ${panel.query}`);
  for (const [at, value] of Object.entries(answer.aggregations ?? {})) {
    // What a filter leaves out is no mistake of the field.
    if (value.own === undefined) assert.ok(isThere(value), JSON.stringify([panel.columns[Number(at)], value]));
  }
}

interface Value {
  readonly value?: number | null;
  readonly values?: Readonly<Record<string, number | null>>;
  readonly buckets?: readonly unknown[];
}

function isThere({ value, values, buckets }: Value): boolean {
  if (buckets !== undefined) return buckets.length > 0;
  return typeof (value ?? Object.values(values ?? {})[0]) === "number";
}

function aggregationOf({ operationType, sourceField = "", params }: Column): object | undefined {
  const field = sourceField;
  switch (operationType) {
    case "count":
      return field === "___records___" ? undefined : { value_count: { field } };
    case "sum":
      return { sum: { field } };
    case "max":
      return { max: { field } };
    case "average":
      return { avg: { field } };
    case "unique_count":
      return { cardinality: { field } };
    case "percentile":
      return { percentiles: { field, percents: [params?.percentile] } };
    case "terms":
      return { terms: { field } };
    case "date_histogram":
      return { date_histogram: { field, fixed_interval: "1d", min_doc_count: 1 } };
    case "formula":
    case "math":
      return undefined;
    default:
      throw new Error(`No aggregation for ${operationType}`);
  }
}

function queryOf(kql: string): object {
  return kql === "" ? { match_all: {} } : { query_string: { query: luceneOf(kql) } };
}
