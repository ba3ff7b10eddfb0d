/**
 * The documents that the Collector's elasticsearch exporter makes of log records and data points as they arrived. The
 * exporter itself is not to be had for tests; this follows its source.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/elasticsearchexporter
 */
import type { DecodedLogRecord } from "../world/otlp_decode.ts";
import type { DecodedPoint } from "../world/otlp_metrics_decode.ts";

type Members = Readonly<Record<string, unknown>>;

/** The document in the modes `ecs` and `bodymap`. */
export function exporterDocument(record: DecodedLogRecord): Members {
  if (record.scope.attributes["elastic.mapping.mode"] === "bodymap") return record.body as Members;
  return expanded({
    ...record.resource,
    ...record.scope.attributes,
    ...record.attributes,
    "@timestamp": timestampOf(record.timeUnixNano),
    "agent.name": "otlp",
    "event.severity": record.severityNumber,
    "log.level": record.severityText,
    ...typeof record.body === "string" ? { message: record.body } : undefined,
  });
}

/**
 * The documents in mode `ecs`: one for the points of a request that share resource, attributes and time. They have no id,
 * and nothing of the scope.
 */
export function exporterMetricDocuments(points: readonly DecodedPoint[]): Members[] {
  const groups = Map.groupBy(points, ({ resource, attributes, timeUnixNano }) => {
    const names = Object.entries({ ...resource, ...attributes }).sort(([a], [b]) => a < b ? -1 : 1);
    return JSON.stringify([timeUnixNano, ...names]);
  });
  return Array.from(groups.values(), (group) => {
    const { resource, attributes, timeUnixNano } = group[0] as DecodedPoint;
    const values = Object.fromEntries(group.map(({ metric, value }) => [metric, value]));
    return expanded({ ...resource, "@timestamp": timestampOf(timeUnixNano), ...attributes, ...values });
  });
}

/** `2026-03-04T03:13:23.000000000Z` */
function timestampOf(timeUnixNano: string): string {
  const nanos = BigInt(timeUnixNano);
  const seconds = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(nanos % 1_000_000_000n).padStart(9, "0")}Z`;
}

/** Maps become dotted names, and dots objects. Of a value and an object at one name the value is called `value`. */
function expanded(members: Members): Members {
  const fields = [...flattened(members)].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  const root: Tree = new Map();
  for (const [index, [name, value]] of fields.entries()) {
    const isAlsoObject = fields[index + 1]?.[0].startsWith(`${name}.`);
    insert(root, (isAlsoObject ? `${name}.value` : name).split("."), value);
  }
  return objectOf(root);
}

function* flattened(members: Members, prefix = ""): Generator<readonly [string, unknown]> {
  for (const [name, value] of Object.entries(members)) {
    const path = prefix + name;
    if (isMap(value)) yield* flattened(value, `${path}.`);
    else if (value !== undefined) yield [path, Array.isArray(value) ? value.map(expandedItem) : value];
  }
}

function expandedItem(item: unknown): unknown {
  if (Array.isArray(item)) return item.map(expandedItem);
  return isMap(item) ? expanded(item) : item ?? null;
}

/** Names may be anything, `__proto__` too: so it is a Map. */
type Tree = Map<string, unknown>;

function insert(root: Tree, path: readonly string[], value: unknown): void {
  let tree = root;
  for (const name of path.slice(0, -1)) {
    const next = tree.get(name);
    const child: Tree = next instanceof Map ? next : new Map();
    tree.set(name, child);
    tree = child;
  }
  tree.set(path.at(-1) as string, value);
}

function objectOf(tree: Tree): Members {
  return Object.fromEntries(
    Array.from(tree, ([name, value]) => [name, value instanceof Map ? objectOf(value as Tree) : value]),
  );
}

function isMap(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
