/** Records and groups of metrics as they reach an exporter. */
import { resourceFromAttributes } from "@opentelemetry/resources";
import { batchOf, type LogBatch, type LogRecord, type Metric, type MetricGroup } from "../../src/component/batch.ts";

const resource = resourceFromAttributes({ "service.name": "bedrock-otel" });
const instrumentationScope = { name: "bedrock-otel", version: "0.1.0" };
const metricsScope = { ...instrumentationScope, attributes: { "elastic.mapping.mode": "ecs" } };

/** A log record for tests of what comes after the processor; all made with the default resource and scope share them. */
export function logRecord(parts: Partial<LogRecord> = {}): LogRecord {
  return {
    hrTime: [1_736_899_200, 500_000_000],
    hrTimeObserved: [1_736_899_201, 0],
    resource,
    instrumentationScope,
    attributes: {},
    droppedAttributesCount: 0,
    origin: { source: { name: "s3://b/k" }, position: 0, id: "0-000000000000", sizeBytes: 100 },
    sizeBytes: 100,
    ...parts,
  };
}

/** A record as the `bedrock` processor makes it, with these attributes over its own; `position` is in its ids. */
export function testRecord(
  { position = 0, attributes = {}, body }: { position?: number; attributes?: LogRecord["attributes"]; body?: string } =
    {},
): LogRecord {
  return logRecord({
    origin: { source: { name: "s3://bucket/key" }, position, id: `id-${position}`, sizeBytes: 500 },
    sizeBytes: 500,
    severityNumber: 9,
    severityText: "INFO",
    body,
    attributes: { "elasticsearch.document_id": `id-${position}`, "event.kind": "event", ...attributes },
  });
}

const invocations: Metric = { name: "invocations", description: "", unit: "{invocation}", type: "int", isSum: true };
const latency: Metric = { name: "latency", description: "", unit: "ms", type: "double", isSum: false };

/** A sum and a gauge of a model; `position` is the model's number. */
export function testGroup({ position = 0, value = 7 }: { position?: number; value?: number } = {}): MetricGroup {
  return {
    origin: { source: { name: "cloudwatch" }, position, id: `id-${position}`, sizeBytes: 300 },
    sizeBytes: 300,
    resource,
    instrumentationScope: metricsScope,
    startTime: [1_736_899_200, 0],
    endTime: [1_736_899_500, 0],
    attributes: { model: `model-${position}`, "metricset.period": 300_000 },
    values: new Map([[invocations, value], [latency, value]]),
  };
}

/** A batch of `count` records. */
export function testBatch(count: number): LogBatch {
  return batchOf(Array.from({ length: count }, (_, position) => testRecord({ position })));
}
