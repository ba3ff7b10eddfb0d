/** The program's own metrics as documents in OpenTelemetry's structure, as the Collector's `elasticsearch` exporter stores them. */
import { ValueType } from "@opentelemetry/api";
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type ResourceMetrics,
} from "@opentelemetry/sdk-metrics";
import type { DataStream } from "./data_stream.ts";
import { type MetricContext, type MetricField, otelMetrics, type StoredMetrics } from "./stored_metrics.ts";

/** One document for each scope, set of attributes, time and unit. Histograms have to be those of a period (delta). */
export function storedOwnMetrics({ resource, scopeMetrics }: ResourceMetrics, stream: DataStream): StoredMetrics[] {
  const documents = new Map<string, { context: MetricContext; fields: MetricField[] }>();
  for (const { scope, metrics } of scopeMetrics) {
    for (const metric of metrics) {
      const { unit } = metric.descriptor;
      for (const point of metric.dataPoints) {
        const field = fieldOf(metric, point);
        if (field === undefined) continue;
        const { attributes, startTime, endTime } = point;
        const id = JSON.stringify([scope.name, Object.entries(attributes).sort(), startTime, endTime, unit]);
        const document = documents.get(id);
        if (document !== undefined) document.fields.push(field);
        else {
          const context = {
            resource,
            instrumentationScope: scope,
            attributes: { ...attributes, ...stream },
            startTime,
            endTime,
            unit,
          };
          documents.set(id, { context, fields: [field] });
        }
      }
    }
  }
  return Array.from(documents.values(), ({ context, fields }) => otelMetrics(context, fields));
}

/** Undefined for what is no number of JSON, or of a kind that the program does not use. */
function fieldOf(metric: MetricData, { value }: DataPoint<unknown>): MetricField | undefined {
  const { descriptor: { name, valueType }, dataPointType } = metric;
  if (dataPointType === DataPointType.HISTOGRAM) {
    return { name, json: JSON.stringify(histogram(value as Histogram)), dynamicTemplate: "histogram" };
  }
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  // What came since the last time is no counter that goes on.
  const isCounter = dataPointType === DataPointType.SUM && metric.isMonotonic &&
    metric.aggregationTemporality === AggregationTemporality.CUMULATIVE;
  const isLong = valueType === ValueType.INT && Number.isSafeInteger(value);
  return {
    name,
    json: String(value),
    dynamicTemplate: `${isCounter ? "counter" : "gauge"}_${isLong ? "long" : "double"}`,
  };
}

/** The middle of each bucket that counts anything, and how much: what Elasticsearch's type `histogram` is. */
function histogram({ buckets: { boundaries, counts } }: Histogram): { counts: number[]; values: number[] } {
  const filled = counts.flatMap((count, index) => count === 0 ? [] : [{ count, value: middle(boundaries, index) }]);
  return { counts: filled.map(({ count }) => count), values: filled.map(({ value }) => value) };
}

function middle(boundaries: readonly number[], index: number): number {
  const [below, above] = [boundaries[index - 1], boundaries[index]];
  if (below === undefined) return above === undefined || above <= 0 ? above ?? 0 : above / 2;
  return above === undefined ? below : below + (above - below) / 2;
}
