/** What each data stream of a mode has: the fields, their types, and whether documents that the program made fill them. */
import { componentTemplates } from "../../src/commands/setup/elasticsearch/templates.ts";
import type { TemplateMode } from "../../src/elasticsearch/template.ts";
import { storedDocument } from "../../src/elasticsearch/stored_document.ts";
import { typesIn } from "../../src/mappings/field.ts";
import { INVOCATION_FIELDS } from "../../src/mappings/generated/invocation.ts";
import { METRIC_STREAMS } from "../../src/mappings/generated/metric_streams.ts";
import type { MetricStream } from "../../src/mappings/metric.ts";
import { metricSampleEvents } from "../../tools/generate/sample_metrics.ts";
import { ALL_SAMPLES, processed, received, sampleText } from "../world/bedrock_records.ts";

export const ASSET_MODES = ["ecs", "otel", "common"] as const;
/** What a file below `assets/elastic` is for; `common`: for data streams that no mode changes. */
export type AssetMode = typeof ASSET_MODES[number];

export interface KnownField {
  /** Elasticsearch's, without the differences of size: `keyword`, `text`, `number`, `boolean`, `date`, `flattened`, `histogram`, `object`. */
  readonly type: string;
  readonly isFilled: boolean;
}

/** The fields of data streams that a pattern names. */
export interface Stream {
  /** `logs-aws_bedrock.invocation-*` */
  readonly pattern: string;
  /** Undefined: there is no such field. A name below a flattened field is a keyword. */
  field(name: string): KnownField | undefined;
  /** Types by name. */
  readonly types: ReadonlyMap<string, string>;
}

const typeOf = typesIn(INVOCATION_FIELDS);

/** The data streams of a mode. */
export async function streamsOf(mode: AssetMode): Promise<Stream[]> {
  if (mode === "common") return ownMetrics();
  const logs = mode === "ecs" ? await templateLogs("ecs") : otelLogs(await documentsOf("otel"));
  return [logs, ...METRIC_STREAMS.map((stream) => metricsOf(stream, mode)), ...ownMetrics()];
}

/** What the mapper makes of texts as a receiver reads them, as Elasticsearch stores it. */
export async function documentsOf(
  mapping: TemplateMode | "otel",
  { texts = ALL_SAMPLES.map(sampleText), settings = {} }: {
    texts?: readonly string[];
    settings?: Record<string, unknown>;
  } = {},
): Promise<unknown[]> {
  const { records } = await processed(texts.map((text) => received(text)), { ...settings, mapping });
  return records.map((record) => JSON.parse(storedDocument(record, typeOf)));
}

interface Property {
  readonly type: string;
  readonly path?: string;
}
type Properties = Readonly<Record<string, Property>>;

/** The invocation logs of a mode that has templates of ours: nothing else than what they say is mapped. */
export async function templateLogs(mode: TemplateMode): Promise<Stream> {
  const properties = propertiesOf("bedrock-otel-invocation", mode);
  const filled = leavesOf(await documentsOf(mode));
  const types = new Map(Object.keys(properties).map((name) => [name, familyOf(resolved(properties, name).type)]));
  return streamOf("logs-aws_bedrock.invocation-*", types, (name) => filled.has(properties[name]?.path ?? name));
}

function propertiesOf(template: string, mode: TemplateMode): Properties {
  const properties = componentTemplates(mode).filter(({ name }) => name.startsWith(`${template}@`)).map(({ body }) =>
    (body["template"] as { mappings?: { properties?: Properties } }).mappings?.properties
  );
  return Object.assign({ "@timestamp": { type: "date" } }, ...properties);
}

function resolved(properties: Properties, name: string): Property {
  const property = properties[name] as Property;
  return property.path === undefined ? property : properties[property.path] as Property;
}

/**
 * The stack's own templates (`logs-otel@template`, `metrics-otel@template`) map what comes: texts as keywords, maps as flattened
 * fields. Attributes are found without `attributes.` too (`passthrough`).
 *
 * @see https://github.com/elastic/elasticsearch/tree/main/x-pack/plugin/otel-data/src/main/resources/component-templates
 */
function otelLogs(documents: readonly unknown[]): Stream {
  return passthrough("logs-aws_bedrock.invocation.otel-*", documents);
}

/** Its passthrough objects. */
const PASSTHROUGH = ["attributes.", "resource.attributes.", "scope.attributes.", "metrics."];
const OTEL_TYPES: Readonly<Record<string, string>> = { "@timestamp": "date", observed_timestamp: "date" };

function passthrough(pattern: string, documents: readonly unknown[]): Stream {
  const types = new Map<string, string>();
  for (const [name, value] of documents.flatMap((document) => [...attributesOf(document)])) {
    const type = OTEL_TYPES[name] ?? valueType(value);
    types.set(name, type).set(withoutPrefix(name), type);
  }
  const filled = new Set([...leavesOf(documents)].flatMap((path) => [path, withoutPrefix(path)]));
  return streamOf(pattern, types, (name) => filled.has(name));
}

function withoutPrefix(path: string): string {
  return path.slice(PASSTHROUGH.find((prefix) => path.startsWith(prefix))?.length ?? 0);
}

/** Every field as the exporter writes it: dots in attributes make no objects. */
function* attributesOf(document: unknown, prefix = ""): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(document as object)) {
    const path = prefix + name;
    const isPart = PASSTHROUGH.some((known) => known.startsWith(`${path}.`));
    if (isPart || path === "data_stream") yield* attributesOf(value, `${path}.`);
    else yield [path, value];
  }
}

function valueType(value: unknown): string {
  const [first] = [value].flat();
  if (typeof first === "object") return "flattened";
  return typeof first === "string" ? "keyword" : typeof first as string;
}

function metricsOf(stream: MetricStream, mode: "ecs" | "otel"): Stream {
  const dimensions = Object.fromEntries(
    stream.levels.flatMap(({ dimensions }) => dimensions).map((name) => [name, "x"]),
  );
  const documents = stream.metrics.map(({ name }) =>
    metricSampleEvents({ dimensions, values: { [name]: 1 } }, stream).get(mode)
  );
  if (mode === "otel") return passthrough(`metrics-${stream.dataset}.otel-*`, documents);
  const filled = leavesOf(documents);
  const properties = propertiesOf(`bedrock-otel-${stream.dataset.split(".").at(-1)}`, mode);
  const types = new Map(Object.entries(properties).map(([name, { type }]) => [name, familyOf(type)]));
  return streamOf(`metrics-${stream.dataset}-*`, types, (name) => filled.has(name));
}

/** The program's own metrics behind a Collector, whatever the mode: what its reference page lists. */
function ownMetrics(): Stream[] {
  const page = Deno.readTextFileSync(new URL("../../docs/reference/metrics.md", import.meta.url));
  const types = new Map([["@timestamp", "date"], ["service.name", "keyword"], ["service.instance.id", "keyword"]]);
  for (const name of ["receiver", "exporter", "component"]) types.set(name, "keyword");
  for (const [, name = "", kind, attributes = ""] of page.matchAll(/^\| `(\w+)` \| (\w+) \|[^|]*\|([^|]*)\|/gm)) {
    for (const path of [name, `metrics.${name}`]) types.set(path, kind === "histogram" ? "histogram" : "number");
    for (const [, attribute = ""] of attributes.matchAll(/`(\w+)`/g)) types.set(attribute, "keyword");
  }
  for (const [name, type] of [...types]) if (type === "keyword") types.set(`attributes.${name}`, type);
  return ["metrics-bedrock_otel.otel-*", "metrics-generic.otel-*"].map((pattern) =>
    streamOf(pattern, types, () => true)
  );
}

const FAMILIES: Readonly<Record<string, string>> = {
  constant_keyword: "keyword",
  match_only_text: "text",
  long: "number",
  double: "number",
};

function familyOf(type: string): string {
  return FAMILIES[type] ?? type;
}

function streamOf(pattern: string, types: ReadonlyMap<string, string>, isFilled: (name: string) => boolean): Stream {
  // A flattened field takes any name below it, as do the names that the table ends in `.*`.
  const flattened = [...types].filter(([, type]) => type === "flattened").map(([name]) => name);
  return {
    pattern,
    types,
    field(name) {
      const type = types.get(name);
      if (type !== undefined) return { type, isFilled: isFilled(name) };
      const parent = flattened.find((parent) => name.startsWith(`${parent}.`));
      return parent === undefined ? undefined : { type: "flattened key", isFilled: isFilled(name) };
    },
  };
}

/** Paths of all that documents have, with those of the objects on the way. */
function leavesOf(documents: readonly unknown[]): Set<string> {
  const paths = new Set<string>();
  const add = (value: unknown, path: string) => {
    if (path !== "") paths.add(path);
    if (Array.isArray(value)) { for (const element of value) add(element, path); }
    else if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) add(member, path === "" ? name : `${path}.${name}`);
    }
  };
  for (const document of documents) add(document, "");
  return paths;
}
