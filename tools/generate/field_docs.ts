/** The documentation of a data stream's fields, from its field table. */
import { markdownTable } from "./markdown.ts";
import type { FieldEntry, Signal, StoreFieldEntry } from "./field_table.ts";
import type { MetricDefinition } from "../../src/mappings/metric.ts";
import type { MetricAttribute } from "./metric_table.ts";
import type { SampleEvents } from "./sample_events.ts";
import type { MetricsTables, StreamTables } from "./templates.ts";

/** The page `docs/fields/<stream>.md`. */
export function fieldPage(tables: StreamTables, sampleEvents: SampleEvents): string {
  const { stream, storeFields } = tables;
  return [
    `<!-- Made from mappings/${stream}/ by \`deno task generate\`: change it there. -->`,
    `# Fields of the data stream \`${stream}\``,
    ...tables.signal === "logs" ? recordSections(tables) : metricSections(tables),
    "## Fields that the Collector or your configuration adds",
    markdownTable(["Field", "Type", "Description", "From"], byName(storeFields).map(storeRow)),
    "## Sample events",
    SAMPLES[tables.signal],
    ...Array.from(sampleEvents, ([mode, event]) => `### Mode \`${mode}\`\n\n${fenced(event)}`),
  ].join("\n\n") + "\n";
}

const SAMPLES: Readonly<Record<Signal, string>> = {
  logs: "The same record in each mode, as Elasticsearch stores it behind a Collector.",
  metrics:
    "The same points in each mode, as Elasticsearch stores them behind a Collector. In mode otel each unit has a document,\nof which one is shown.",
};

function recordSections({ stream, fields }: { stream: string; fields: readonly FieldEntry[] }): string[] {
  return [
    `Types are Elasticsearch's, as the templates of \`bedrock-otel setup elasticsearch\` map them; keywords and flattened
fields are searchable up to 8,191 characters a value. \`not searchable\`: the value is in the document only.
The column \`metadata_only\` says what leaves with \`content: metadata_only\`: \`yes\`, or \`checked\` where a value leaves
only when it is one of a list or fits a pattern (mappings/${stream}/fields.yml has them), so that no prompt can hide in it.`,
    "## Attributes",
    markdownTable(
      ["Field", "Type", "Unit", "Description", "From", "Modes", "`metadata_only`"],
      byName(fields).map(attributeRow),
    ),
  ];
}

function metricSections({ fields, metrics }: MetricsTables): string[] {
  const { metrics: definitions, namespaces, prefix, otelPrefix } = metrics;
  const read = namespaces.map(({ name, default: isDefault }) => `\`${name}\`${isDefault ? "" : " (off by default)"}`);
  return [
    `Types are Elasticsearch's, as the templates of \`bedrock-otel setup elasticsearch\` map them. A document has all metrics
of one set of dimensions and one time; a second document of the same is refused (409).`,
    `## Metrics of ${read.join(", ")}`,
    `A sum leaves as an OTel Sum (delta, monotonic), an average as a Gauge. Another statistic has its name as a suffix, as
in \`${prefix}invocation_latency_p99\`. A metric that is not listed leaves in snake_case behind \`${prefix}\` (mode otel:
\`${otelPrefix}\`) as an average.`,
    markdownTable(
      ["Field", "Type", "Unit", "Name in mode otel", "Metric in CloudWatch", "Statistic", "Description"],
      definitions.map(metricRow),
    ),
    "## Attributes of the data points",
    markdownTable(
      ["Field", "Type", "Unit", "Description", "From", "Modes", "Dimension"],
      byName(fields).map(dimensionRow),
    ),
  ];
}

function metricRow(metric: MetricDefinition): string[] {
  const { field, type, unit, otelName, name, aliases, statistic, description } = metric;
  const stored = type === "int" ? "long" : "double";
  return [`\`${field}\``, stored, unit, `\`${otelName}\``, [name, ...aliases].join(", "), statistic, description];
}

function dimensionRow(entry: MetricAttribute): string[] {
  const { name, unit, description, from, modes, time_series_dimension: isDimension } = entry;
  return [
    `\`${name}\``,
    typeOf(entry),
    unit ?? "",
    description,
    from,
    modes.join(", "),
    isDimension ? "yes" : "",
  ];
}

function byName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return [...entries].sort((a, b) => a.name < b.name ? -1 : 1);
}

function attributeRow(entry: FieldEntry): string[] {
  const { name, unit, description, from, modes } = entry;
  return [`\`${name}\``, typeOf(entry), unit ?? "", description, from, modes.join(", "), withoutContent(entry)];
}

function storeRow(entry: StoreFieldEntry): string[] {
  return [`\`${entry.name}\``, typeOf(entry), entry.description, entry.from];
}

function typeOf({ elasticsearch, indexed }: FieldEntry | StoreFieldEntry): string {
  if (elasticsearch === "object") return "object, not searchable";
  return indexed ? elasticsearch : `${elasticsearch}, not searchable`;
}

function withoutContent({ without_content, pattern, enum: values }: FieldEntry): string {
  if (!without_content) return "";
  return pattern === undefined && values === undefined ? "yes" : "checked";
}

function fenced(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}
