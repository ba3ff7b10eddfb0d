import { resourceFromAttributes } from "@opentelemetry/resources";
import type { LogRecord } from "../../src/component/batch.ts";

const resource = resourceFromAttributes({ "cloud.provider": "aws", "service.name": "bedrock-otel" });
const instrumentationScope = { name: "bedrock-otel", version: "1.2.3" };

/** A log record for tests of what comes after the processor; all made with the default resource and scope share them. */
export function logRecord(parts: Partial<LogRecord> = {}): LogRecord {
  return {
    hrTime: [1_760_000_000, 123_456_789],
    hrTimeObserved: [1_760_000_001, 987_654_321],
    resource,
    instrumentationScope,
    attributes: {},
    droppedAttributesCount: 0,
    origin: { source: { name: "s3://b/k" }, position: 0, id: "0-000000000000", sizeBytes: 100 },
    sizeBytes: 100,
    ...parts,
  };
}
