/** The documentation of a data stream's fields, from its field table. */
import type { FieldEntry, StoreFieldEntry } from "./field_table.ts";
import type { SampleEvents } from "./sample_events.ts";

/** The page `docs/fields/<stream>.md`. */
export function fieldPage(
  stream: string,
  { fields, storeFields, sampleEvents }: {
    fields: readonly FieldEntry[];
    storeFields: readonly StoreFieldEntry[];
    sampleEvents: SampleEvents;
  },
): string {
  const samples = Array.from(sampleEvents, ([mode, event]) => `### Mode \`${mode}\`\n\n${fenced(event)}`);
  return `<!-- Made from mappings/${stream}/fields.yml by \`deno task generate\`: change it there. -->

# Fields of the data stream \`${stream}\`

Types are Elasticsearch's, as the templates of \`bedrock-otel setup elasticsearch\` map them; keywords and flattened
fields are searchable up to 8,191 characters a value. \`not searchable\`: the value is in the document only.
The column \`metadata_only\` says what leaves with \`content: metadata_only\`: \`yes\`, or \`checked\` where a value leaves
only when it is one of a list or fits a pattern (mappings/${stream}/fields.yml has them), so that no prompt can hide in it.

## Attributes

| Field | Type | Unit | Description | From | Modes | \`metadata_only\` |
| --- | --- | --- | --- | --- | --- | --- |
${byName(fields).map(attributeRow).join("\n")}

## Fields that the Collector or your configuration adds

| Field | Type | Description | From |
| --- | --- | --- | --- |
${byName(storeFields).map(storeRow).join("\n")}

## Sample events

The same record in each mode, as Elasticsearch stores it behind a Collector.

${samples.join("\n\n")}
`;
}

function byName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return [...entries].sort((a, b) => a.name < b.name ? -1 : 1);
}

function attributeRow(entry: FieldEntry): string {
  const { name, unit, description, from, modes } = entry;
  return row([`\`${name}\``, typeOf(entry), unit ?? "", description, from, modes.join(", "), withoutContent(entry)]);
}

function storeRow(entry: StoreFieldEntry): string {
  return row([`\`${entry.name}\``, typeOf(entry), entry.description, entry.from]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").trim()).join(" | ")} |`;
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
