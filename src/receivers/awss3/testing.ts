/** For tests of the S3 receivers: what a bucket announces, and records. */
import { emptyResource } from "@opentelemetry/resources";
import type { LogRecord } from "../../component/batch.ts";

/** The body of an S3 event notification for these keys of the bucket `logs`. */
export function s3Notification(keys: readonly string[], { bucket = "logs", region = "us-east-1" } = {}): string {
  return JSON.stringify({
    Records: keys.map((key) => ({
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: region,
      eventName: "ObjectCreated:Put",
      s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key).replaceAll("%20", "+") } },
    })),
  });
}

/** A record with this text, found at `position` of an object. */
export function textRecord(text: string, { name = "s3://logs/a", position = 0 } = {}): LogRecord {
  return {
    hrTime: [0, 0],
    hrTimeObserved: [0, 0],
    body: text,
    attributes: {},
    droppedAttributesCount: 0,
    resource: emptyResource(),
    instrumentationScope: { name: "test" },
    sizeBytes: text.length,
    origin: { source: { name }, position, id: `${name}#${position}`, sizeBytes: text.length },
  };
}
