/** For tests of exporters: records and groups of metrics. */
import { resourceFromAttributes } from "@opentelemetry/resources";
import { ValueType } from "@opentelemetry/api";
import { AggregationTemporality, DataPointType } from "@opentelemetry/sdk-metrics";
import { batchOf, type LogBatch, type LogRecord, type MetricGroup } from "../component/batch.ts";

const source = { name: "s3://bucket/key" };
const resource = resourceFromAttributes({ "service.name": "bedrock-otel" });
const instrumentationScope = { name: "bedrock-otel", version: "0.1.0" };
const metricsScope = { ...instrumentationScope, attributes: { "elastic.mapping.mode": "ecs" } };

/** A record as the `bedrock` processor makes it, with these attributes over its own. */
export function testRecord(
  { position = 0, attributes = {}, body }: { position?: number; attributes?: LogRecord["attributes"]; body?: string } =
    {},
): LogRecord {
  return {
    origin: { source, position, id: `id-${position}`, sizeBytes: 500 },
    sizeBytes: 500,
    hrTime: [1_736_899_200, 500_000_000],
    hrTimeObserved: [1_736_899_201, 0],
    severityNumber: 9,
    severityText: "INFO",
    body,
    resource,
    instrumentationScope,
    attributes: { "elasticsearch.document_id": `id-${position}`, "event.kind": "event", ...attributes },
    droppedAttributesCount: 0,
  };
}

const invocations = { name: "invocations", description: "", unit: "{invocation}", valueType: ValueType.INT };
const latency = { name: "latency", description: "", unit: "ms", valueType: ValueType.DOUBLE };

/** A sum and a gauge of a model; `position` is the model's number. */
export function testGroup({ position = 0, value = 7 }: { position?: number; value?: number } = {}): MetricGroup {
  const point = {
    startTime: [1_736_899_200, 0] as [number, number],
    endTime: [1_736_899_500, 0] as [number, number],
    attributes: { model: `model-${position}`, "metricset.period": 300_000 },
    value,
  };
  return {
    origin: { source: { name: "cloudwatch" }, position, id: `id-${position}`, sizeBytes: 300 },
    sizeBytes: 300,
    resource,
    instrumentationScope: metricsScope,
    metrics: [
      {
        descriptor: invocations,
        aggregationTemporality: AggregationTemporality.DELTA,
        dataPointType: DataPointType.SUM,
        isMonotonic: true,
        dataPoints: [point],
      },
      {
        descriptor: latency,
        aggregationTemporality: AggregationTemporality.DELTA,
        dataPointType: DataPointType.GAUGE,
        dataPoints: [point],
      },
    ],
  };
}

/** A batch of `count` records. */
export function testBatch(count: number): LogBatch {
  return batchOf(Array.from({ length: count }, (_, position) => testRecord({ position })));
}
