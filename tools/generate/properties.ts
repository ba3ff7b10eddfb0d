/** The Elasticsearch fields of a data stream, from its field table. */
import type { FieldEntry, StoreFieldEntry } from "./field_table.ts";
import type { MetricAttribute } from "./metric_table.ts";

export type Property = Readonly<Record<string, unknown>>;
export type Properties = Readonly<Record<string, Property>>;

/** Characters of a keyword; a character takes at most four bytes, and a term at most 32,766. */
export const IGNORE_ABOVE = 8191;

/** Levels of a flattened field; a record has less, as what is deeper leaves as text (`MAX_DEPTH` of `src/otlp`). */
const DEPTH_LIMIT = 50;

/**
 * What tells time series apart. No `ignore_above`, which would take a long value out of the identity: CloudWatch's have
 * at most 1,024 characters.
 */
export const DIMENSION: Property = { type: "keyword", time_series_dimension: true };

/** The properties of fields whose documents go to our data streams, by name. */
export function propertiesOf(entries: readonly (FieldEntry | MetricAttribute | StoreFieldEntry)[]): Properties {
  const mapped = entries.filter((entry) =>
    entry.elasticsearch !== "object" && isStoredHere(entry) && !isDynamic(entry)
  );
  const properties = mapped.map((entry) => [entry.name.replace(/\.\*$/, ""), propertyOf(entry)] as const);
  return Object.fromEntries(properties.sort(([a], [b]) => a < b ? -1 : 1));
}

export interface Alias {
  readonly type: "alias";
  readonly path: string;
}

/**
 * The aliases that the entries ask for, by name. Each is a name of `properties`, as mode `integration` fills it.
 *
 * @throws {Error} an alias is no such field, is one of two fields, or of a type that differs.
 */
export function aliasesOf(
  entries: readonly (FieldEntry | StoreFieldEntry)[],
  properties: Properties,
): Readonly<Record<string, Alias>> {
  const aliases: Record<string, Alias> = {};
  for (const { name: path, aliases: names = [] } of entries) {
    for (const name of names) {
      const type = properties[path]?.["type"];
      if (properties[name]?.["type"] !== type || aliases[name] !== undefined || isInEcs(entries, name)) {
        throw new Error(
          `Cannot make ${name} an alias of ${path}: expected a field of type ${type}, and none of mode ecs there or below it`,
        );
      }
      aliases[name] = { type: "alias", path };
    }
  }
  return Object.fromEntries(Object.entries(aliases).sort(([a], [b]) => a < b ? -1 : 1));
}

/** Elasticsearch refuses a document with an object where an alias is, too. */
function isInEcs(entries: readonly (FieldEntry | StoreFieldEntry)[], alias: string): boolean {
  return entries.some((entry) =>
    (entry.name === alias || entry.name.startsWith(`${alias}.`)) && (!("modes" in entry) || entry.modes.includes("ecs"))
  );
}

/** Documents of mode `otel` go to a data stream of OpenTelemetry's own. */
function isStoredHere(entry: FieldEntry | StoreFieldEntry): boolean {
  return !("modes" in entry) || entry.modes.some((mode) => mode !== "otel");
}

/** Any name below a prefix, each a field of its own. */
function isDynamic({ name, elasticsearch }: FieldEntry | StoreFieldEntry): boolean {
  return name.endsWith(".*") && elasticsearch !== "flattened";
}

function propertyOf(entry: FieldEntry | MetricAttribute | StoreFieldEntry): Property {
  const { elasticsearch: type, indexed } = entry;
  if ("time_series_dimension" in entry && entry.time_series_dimension) return DIMENSION;
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
