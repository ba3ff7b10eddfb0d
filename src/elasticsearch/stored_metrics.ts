/** Data points as Elasticsearch holds them behind the Collector's `elasticsearch` exporter; see `stored_document.ts`. */
import type { MetricGroup } from "../component/batch.ts";
import { nested, objectOf, type StoredObject, timeText } from "./stored_document.ts";

/** The document of a group; with OpenTelemetry's own structure, where each unit has one, the first of them. */
export function storedMetrics(group: MetricGroup): StoredObject {
  const { resource, instrumentationScope: scope, values } = group;
  const [first] = values.keys();
  if (first === undefined) throw new Error("Cannot store a group of metrics: it has no point");
  const attributes = objectOf(group.attributes);
  const time = timeText(group.endTime);
  if (scope.attributes?.["elastic.mapping.mode"] === "ecs") {
    return nested({ "@timestamp": time, ...objectOf(resource.attributes), ...attributes, ...valuesOf(values) });
  }
  const { "data_stream.type": type, "data_stream.dataset": dataset, "data_stream.namespace": namespace, ...kept } =
    attributes;
  return {
    "@timestamp": time,
    start_timestamp: timeText(group.startTime),
    data_stream: { type: type ?? null, dataset: `${dataset}.otel`, namespace: namespace ?? null },
    unit: first.unit,
    attributes: kept,
    metrics: valuesOf(values, first.unit),
    resource: { attributes: objectOf(resource.attributes) },
    scope: { name: scope.name, version: scope.version ?? null },
  };
}

/** Values by the metric's name; `unit`: of those that have it. */
function valuesOf(values: MetricGroup["values"], unit?: string): Record<string, number> {
  const wanted = [...values].filter(([metric]) => unit === undefined || metric.unit === unit);
  return Object.fromEntries(wanted.map(([{ name }, value]) => [name, value]));
}
