/**
 * Writes what is made from the field tables and the settings' schemas: `deno task generate`. With `--check` it writes nothing, and exits 1 naming
 * the files that are not up to date.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseFieldTable, parseStoreFields, type Signal } from "./field_table.ts";
import { fieldPage } from "./field_docs.ts";
import { metricStreamOf, parseMetricAttributes, parseMetricTable } from "./metric_table.ts";
import type { SampleEvents } from "./sample_events.ts";
import type { MetricSample } from "./sample_metrics.ts";
import { type StreamTables, templatesOf } from "./templates.ts";
import { generateModule, metricStreamsModule } from "./typescript.ts";

/** The data streams: each has a folder below `mappings`, and something to make its sample events of. */
const STREAMS: readonly { readonly stream: string; readonly signal: Signal; readonly sample: string }[] = [
  { stream: "invocation", signal: "logs", sample: "test/fixtures/invocation/converse_text.json" },
  { stream: "runtime", signal: "metrics", sample: "test/fixtures/runtime/sample.json" },
  { stream: "guardrails", signal: "metrics", sample: "test/fixtures/guardrails/sample.json" },
];
const STORE_FIELDS = "mappings/store_fields.yml";

const encoder = new TextEncoder();

async function main(args: readonly string[]): Promise<number> {
  const stale: string[] = [];
  const isCheck = args.includes("--check");
  for await (const [path, text] of generatedFiles()) {
    if (await readIfThere(inProject(path)) === text) continue;
    stale.push(path);
    if (isCheck) continue;
    await Deno.mkdir(dirname(inProject(path)), { recursive: true });
    await Deno.writeTextFile(inProject(path), text);
  }
  if (!isCheck) return 0;
  for (const path of stale) {
    Deno.stderr.writeSync(encoder.encode(`Not up to date: ${path} (run: deno task generate)\n`));
  }
  return stale.length === 0 ? 0 : 1;
}

/** Paths and texts. */
async function* generatedFiles(): AsyncGenerator<readonly [path: string, text: string]> {
  const all = await Promise.all(STREAMS.map(async (one) => ({ ...one, tables: await readTables(one) })));
  // First all that the program imports: sample events are made by the program.
  for (const { stream, tables } of all) yield [`src/mappings/generated/${stream}.ts`, generateModule(tables)];
  const metricStreams = STREAMS.filter(({ signal }) => signal === "metrics").map(({ stream }) => stream);
  yield ["src/mappings/generated/metric_streams.ts", metricStreamsModule(metricStreams)];
  for (const { stream, sample, tables } of all) {
    const templates = `${JSON.stringify(templatesOf(tables), null, 2)}\n`;
    yield [`src/mappings/generated/elasticsearch/${stream}.json`, templates];
    yield [`docs/fields/${stream}.md`, fieldPage(tables, await sampleEvents(sample, tables))];
  }
  yield* settingsFiles();
}

/** Loaded late too: the components import what has just been written. */
async function* settingsFiles(): AsyncGenerator<readonly [path: string, text: string]> {
  const { COMPONENTS } = await import("../../src/components.ts");
  const { configJsonSchema } = await import("../../src/config/json_schema.ts");
  const { settingsPages } = await import("./settings_docs.ts");
  yield ["docs/bedrock-otel.schema.json", `${JSON.stringify(configJsonSchema(COMPONENTS), null, 2)}\n`];
  const { metricsPage } = await import("./metrics_docs.ts");
  yield ["docs/reference/metrics.md", metricsPage()];
  for (const { path, text } of settingsPages(COMPONENTS)) yield [`docs/reference/${path}`, text];
}

async function readTables({ stream, signal }: { stream: string; signal: Signal }): Promise<StreamTables> {
  const storeFields = (await read(STORE_FIELDS, parseStoreFields)).filter(({ signals }) => signals.includes(signal));
  const path = `mappings/${stream}/fields.yml`;
  if (signal === "logs") return { stream, signal, storeFields, fields: await read(path, parseFieldTable) };
  const fields = await read(path, parseMetricAttributes);
  const table = await read(`mappings/${stream}/metrics.yml`, parseMetricTable);
  return { stream, signal, storeFields, fields, metrics: metricStreamOf(stream, { table, attributes: fields }) };
}

async function read<T>(path: string, parse: (text: string, path: string) => T): Promise<T> {
  return parse(await Deno.readTextFile(inProject(path)), path);
}

/** Processor and receiver are only loaded now, as they import what has just been written. */
async function sampleEvents(path: string, tables: StreamTables): Promise<SampleEvents> {
  const sample: unknown = JSON.parse(await Deno.readTextFile(inProject(path)));
  if (tables.signal === "metrics") {
    const { metricSampleEvents } = await import("./sample_metrics.ts");
    return metricSampleEvents(sample as MetricSample, tables.metrics);
  }
  const { sampleEventsOf } = await import("./sample_events.ts");
  return await sampleEventsOf(JSON.stringify(sample));
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
