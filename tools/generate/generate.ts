/**
 * Writes what is made from the field tables and the settings' schemas: `deno task generate`. With `--check` it writes nothing, and exits 1 naming
 * the files that are not up to date.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { diagramSvg } from "./diagrams.ts";
import { renderDocument } from "./documents.ts";
import { parseFieldTable, parseStoreFields, type Signal, type StoreFieldEntry } from "./field_table.ts";
import { ALERT_MODES, kibanaAlerts, parseAlert } from "./elastic_alerts.ts";
import { kibanaRules, parseRule } from "./elastic_rules.ts";
import { rulesPage } from "./elastic_rules_docs.ts";
import { RULE_MODES } from "./elastic_twin.ts";
import { fieldPage } from "./field_docs.ts";
import { metricAttributesOf, metricStreamOf, parseMetricAttributes, parseMetricTable } from "./metric_table.ts";
import type { SampleEvents } from "./sample_events.ts";
import { statusPageModule } from "./status_page.ts";
import { type LogsTables, type MetricsTables, type StreamTables, templatesOf } from "./templates.ts";
import { generateModule, metricStreamsModule, templatesModule } from "./typescript.ts";

/** The data streams of logs: each has a folder below `mappings`, and something to make its sample events of. */
const LOGS = [{ stream: "invocation", sample: "test/fixtures/invocation/converse_text.json" }];
/** Each table in it is of a data stream of metrics. */
const METRICS = "mappings/metrics";
const METRIC_FIELDS = "mappings/metric_fields.yml";
const STORE_FIELDS = "mappings/store_fields.yml";

/** Alerts for Elastic, one in a file. */
const ALERTS = "assets/elastic/alerts";
/** Detection rules, one in a file. */
const RULES = "assets/elastic/rules";
/** Folders of documents that people write. */
const DOCUMENTS = ["docs", "docs/quick-starts"];
/** What several of them share, a file each. */
const PARTS = "docs/parts";
/** Diagrams: their text is in `docs/diagrams`. */
const DIAGRAMS = {
  record: "The way of a record, from its source to the next hop",
  deployments: "Deployments: one process, many processes, a sidecar, a process with state",
} as const;

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
  yield ["src/extensions/status_page/generated/page.ts", await statusPageModule()];
  const all: readonly StreamTables[] = await readAllTables();
  // First all that the program imports: sample events are made by the program.
  for (const tables of all) yield [`src/mappings/generated/${tables.stream}.ts`, generateModule(tables)];
  const metricStreams = all.filter(({ signal }) => signal === "metrics").map(({ stream }) => stream);
  yield ["src/mappings/generated/metric_streams.ts", metricStreamsModule(metricStreams)];
  for (const tables of all) {
    const templates = `${JSON.stringify(templatesOf(tables), null, 2)}\n`;
    yield [`src/mappings/generated/elasticsearch/${tables.stream}.json`, templates];
  }
  const streams = all.map(({ stream }) => stream);
  yield ["src/mappings/generated/elasticsearch/templates.ts", templatesModule(streams)];
  for (const tables of all) yield [`docs/fields/${tables.stream}.md`, fieldPage(tables, await sampleEvents(tables))];
  yield* alertFiles();
  yield* ruleFiles();
  yield* settingsFiles();
  yield* documents();
  for (const [name, title] of Object.entries(DIAGRAMS)) {
    yield [
      `docs/images/${name}.svg`,
      await diagramSvg(await Deno.readTextFile(inProject(`docs/diagrams/${name}.dot`)), title),
    ];
  }
}

/** Documents with their contents and shared parts. */
async function* documents(): AsyncGenerator<readonly [path: string, text: string]> {
  const parts = new Map<string, string>();
  for (const path of markdownIn(PARTS)) {
    parts.set(path.slice(PARTS.length + 1, -".md".length), await Deno.readTextFile(inProject(path)));
  }
  for (const path of DOCUMENTS.flatMap(markdownIn)) {
    yield [path, renderDocument(await Deno.readTextFile(inProject(path)), parts)];
  }
}

function markdownIn(folder: string): string[] {
  const names = Array.from(Deno.readDirSync(inProject(folder)), ({ name }) => name);
  return names.filter((name) => name.endsWith(".md")).sort().map((name) => join(folder, name));
}

/** Alerts in Kibana's form, by mode. */
async function* alertFiles(): AsyncGenerator<readonly [path: string, text: string]> {
  const alerts = await readFolder(ALERTS, parseAlert);
  for (const mode of ALERT_MODES) {
    yield [`${ALERTS}/${mode}.json`, `${JSON.stringify(kibanaAlerts(alerts, mode), null, 2)}\n`];
  }
}

/** The rules of each mode in Kibana's form, and their page. */
async function* ruleFiles(): AsyncGenerator<readonly [path: string, text: string]> {
  const rules = await readFolder(RULES, parseRule);
  for (const mode of RULE_MODES) {
    yield [`${RULES}/${mode}.json`, `${JSON.stringify(kibanaRules(rules, mode), null, 2)}\n`];
  }
  yield ["docs/reference/rules.md", rulesPage(rules)];
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

async function readAllTables(): Promise<StreamTables[]> {
  const storeFields = await read(STORE_FIELDS, parseStoreFields);
  const of = (signal: Signal) => storeFields.filter(({ signals }) => signals.includes(signal));
  const names = Array.from(Deno.readDirSync(inProject(METRICS)), ({ name }) => name.replace(/\.yml$/, ""));
  return [
    ...await Promise.all(LOGS.map(({ stream }) => readLogsTables(stream, of("logs")))),
    ...await Promise.all(names.sort().map((stream) => readMetricsTables(stream, of("metrics")))),
  ];
}

async function readLogsTables(stream: string, storeFields: readonly StoreFieldEntry[]): Promise<LogsTables> {
  return { stream, signal: "logs", storeFields, fields: await read(`mappings/${stream}/fields.yml`, parseFieldTable) };
}

async function readMetricsTables(stream: string, storeFields: readonly StoreFieldEntry[]): Promise<MetricsTables> {
  const common = await read(METRIC_FIELDS, parseMetricAttributes);
  const table = await read(`${METRICS}/${stream}.yml`, parseMetricTable);
  const metrics = metricStreamOf(stream, table);
  return {
    stream,
    signal: "metrics",
    storeFields,
    fields: metricAttributesOf(metrics, { table, common }),
    metrics,
    table,
  };
}

async function read<T>(path: string, parse: (text: string, path: string) => T): Promise<T> {
  return parse(await Deno.readTextFile(inProject(path)), path);
}

/** All tables of a folder, by name. */
async function readFolder<T>(folder: string, parse: (text: string, path: string) => T): Promise<T[]> {
  const names = Array.from(Deno.readDirSync(inProject(folder)), ({ name }) => name).filter((name) =>
    name.endsWith(".yml")
  );
  return await Promise.all(names.sort().map((name) => read(`${folder}/${name}`, parse)));
}

/** Processor and receiver are only loaded now, as they import what has just been written. */
async function sampleEvents(tables: StreamTables): Promise<SampleEvents> {
  if (tables.signal === "metrics") {
    const { metricSampleEvents } = await import("./sample_metrics.ts");
    return metricSampleEvents(tables.table.sample, tables.metrics);
  }
  const { sampleEventsOf } = await import("./sample_events.ts");
  const path = LOGS.find(({ stream }) => stream === tables.stream)?.sample ?? "";
  return await sampleEventsOf(JSON.stringify(JSON.parse(await Deno.readTextFile(inProject(path)))));
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
