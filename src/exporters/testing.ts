/** For tests of exporters: records. */
import { resourceFromAttributes } from "@opentelemetry/resources";
import { batchOf, type LogBatch, type LogRecord } from "../pipeline/batch.ts";

const source = { name: "s3://bucket/key" };
const resource = resourceFromAttributes({ "service.name": "bedrock-otel" });
const instrumentationScope = { name: "bedrock-otel", version: "0.1.0" };

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

/** A batch of `count` records. */
export function testBatch(count: number): LogBatch {
  return batchOf(Array.from({ length: count }, (_, position) => testRecord({ position })));
}
