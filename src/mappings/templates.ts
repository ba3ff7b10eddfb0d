/**
 * The Elasticsearch templates of a data stream, from its field table.
 *
 * They take every document. Dots in names make no objects (`subobjects: false`), so that a name can be a value in one
 * document and an object in another: `gen_ai.request.model` is text in mode `ecs`, and an object in mode `integration`.
 * What the table does not list stays in the document without being mapped (`dynamic: false`): names that callers choose
 * cost nothing. Values that do not fit their field's type are ignored, and so are keywords that are longer than
 * Elasticsearch takes.
 */
import type { FieldEntry, StoreFieldEntry } from "./field_table.ts";

/** What Elasticsearch is to keep: the body of `PUT /_<kind>/<name>`, written as it is returned. */
export interface Template {
  readonly kind: "component_template" | "index_template";
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Above the stack's own `logs-*-*` (100), below the integration's (200). */
export const PRIORITY = 180;

/** Characters of a keyword; a character takes at most four bytes, and a term at most 32,766. */
const IGNORE_ABOVE = 8191;

/** Levels of a flattened field; a record has less, as what is deeper leaves as text (`MAX_DEPTH` of `src/otlp`). */
const DEPTH_LIMIT = 50;

const META = { managed_by: "bedrock-otel", description: "Made from the field tables of bedrock-otel" };

/** The templates for `<type>-aws_bedrock.<stream>-*`, components before the index template that names them. */
export function templatesOf(
  stream: string,
  { fields, storeFields }: { fields: readonly FieldEntry[]; storeFields: readonly StoreFieldEntry[] },
): Template[] {
  const name = `bedrock-otel-${stream}`;
  const settings = {
    index: {
      // What the stack's own settings would have run before indexing.
      default_pipeline: "_none",
      mapping: { ignore_malformed: "true" },
    },
  };
  const mappings = { dynamic: "false", subobjects: false, properties: propertiesOf([...storeFields, ...fields]) };
  return [
    { kind: "component_template", name: `${name}@settings`, body: { template: { settings }, _meta: META } },
    { kind: "component_template", name: `${name}@mappings`, body: { template: { mappings }, _meta: META } },
    {
      kind: "index_template",
      name,
      body: {
        index_patterns: [`logs-aws_bedrock.${stream}-*`],
        // The stack's settings bring its lifecycle policy, @custom whatever users want to add.
        composed_of: ["logs@settings", `${name}@settings`, `${name}@mappings`, `${name}@custom`],
        ignore_missing_component_templates: ["logs@settings", `${name}@custom`],
        priority: PRIORITY,
        data_stream: {},
        _meta: META,
      },
    },
  ];
}

function propertiesOf(entries: readonly (FieldEntry | StoreFieldEntry)[]): Record<string, unknown> {
  const mapped = entries.filter((entry) => entry.elasticsearch !== "object" && isStoredHere(entry));
  const properties = mapped.map((entry) => [entry.name.replace(/\.\*$/, ""), propertyOf(entry)] as const);
  return Object.fromEntries(properties.sort(([a], [b]) => a < b ? -1 : 1));
}

/** Documents of mode `otel` go to a data stream of OpenTelemetry's own. */
function isStoredHere(entry: FieldEntry | StoreFieldEntry): boolean {
  return !("modes" in entry) || entry.modes.some((mode) => mode !== "otel");
}

function propertyOf(entry: FieldEntry | StoreFieldEntry): Record<string, unknown> {
  const { elasticsearch: type, indexed } = entry;
  switch (type) {
    case "keyword":
      return { type, ignore_above: IGNORE_ABOVE, ...indexed ? undefined : { index: false, doc_values: false } };
    case "flattened":
      return { type, ignore_above: IGNORE_ABOVE, depth_limit: DEPTH_LIMIT };
    case "constant_keyword": {
      const value = "enum" in entry && entry.enum?.length === 1 ? entry.enum[0] : undefined;
      return { type, ...value === undefined ? undefined : { value } };
    }
    default:
      return { type };
  }
}
