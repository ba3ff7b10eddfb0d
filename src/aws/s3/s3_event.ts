import { partitionOf } from "../partition.ts";

/** An object as S3 announces it. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** Without quotes, as notifications have it. */
  readonly etag: string;
}

/** One element of a notification's `Records`. */
export type S3EventRecord = Readonly<Record<string, unknown>>;

/**
 * What S3 sends when objects were created: an event notification, version 2.1. `region` is the bucket's; what reads the
 * message finds out where it is not known.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function s3Event(
  objects: readonly StoredObject[],
  { region, eventName = "ObjectCreated:Put" }: { region: string | undefined; eventName?: string },
): { Records: S3EventRecord[] } {
  return { Records: objects.map((object) => s3EventRecord(object, { region, eventName })) };
}

function s3EventRecord(
  object: StoredObject,
  { region, eventName }: { region: string | undefined; eventName: string },
): S3EventRecord {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: region ?? "",
    eventTime: new Date().toISOString(),
    eventName,
    userIdentity: { principalId: "AWS:AROAEXAMPLEEXAMPLE:bedrock" },
    requestParameters: { sourceIPAddress: "192.0.2.7" },
    responseElements: { "x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5W" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "bedrock-logs",
      bucket: {
        name: object.bucket,
        ownerIdentity: { principalId: "A3NL1KOZZKEXAMPLE" },
        arn: `arn:${partitionOf(region ?? "")}:s3:::${object.bucket}`,
      },
      object: {
        key: encodeEventKey(object.key),
        size: object.sizeBytes,
        eTag: object.etag,
        sequencer: "0055AED6DCD90281E5",
      },
    },
  };
}

/** A key as S3 writes it in a notification: URL-encoded, a blank as `+`, slashes kept. */
export function encodeEventKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/");
}
