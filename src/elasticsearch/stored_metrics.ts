/** Data points as Elasticsearch holds them behind the Collector's `elasticsearch` exporter; see `stored_document.ts`. */
import type { MetricGroup } from "../component/batch.ts";
import { nested, objectOf, type StoredObject, timeText } from "./stored_document.ts";

/** The document of a group; with OpenTelemetry's own structure, where each unit has one, the first of them. */
export function storedMetrics(group: MetricGroup): StoredObject {
  const { resource, instrumentationScope: scope, metrics: [first] } = group;
  const point = first?.dataPoints[0];
  if (first === undefined || point === undefined) throw new Error("Cannot store a group of metrics: it has no point");
  const attributes = objectOf(point.attributes);
  const time = timeText(point.endTime);
  if (scope.attributes?.["elastic.mapping.mode"] === "ecs") {
    return nested({ "@timestamp": time, ...objectOf(resource.attributes), ...attributes, ...valuesOf(group) });
  }
  const { "data_stream.type": type, "data_stream.dataset": dataset, "data_stream.namespace": namespace, ...kept } =
    attributes;
  return {
    "@timestamp": time,
    start_timestamp: timeText(point.startTime),
    data_stream: { type: type ?? null, dataset: `${dataset}.otel`, namespace: namespace ?? null },
    unit: first.descriptor.unit,
    attributes: kept,
    metrics: valuesOf(group, first.descriptor.unit),
    resource: { attributes: objectOf(resource.attributes) },
    scope: { name: scope.name, version: scope.version ?? null },
  };
}

/** Values by the metric's name; `unit`: of those that have it. */
function valuesOf({ metrics }: MetricGroup, unit?: string): Record<string, number> {
  return Object.fromEntries(
    metrics.filter(({ descriptor }) => unit === undefined || descriptor.unit === unit)
      .flatMap(({ descriptor, dataPoints }) => dataPoints.map(({ value }) => [descriptor.name, value])),
  );
}
