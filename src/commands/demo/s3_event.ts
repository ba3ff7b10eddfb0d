import { s3Event as s3EventOf, type StoredObject } from "../../aws/s3/s3_event.ts";

export type { StoredObject } from "../../aws/s3/s3_event.ts";

/** The region that the emulator's buckets and queues are in. */
export const REGION = "us-east-1";

/** What S3 sends when objects of the emulator were created. */
export function s3Event(objects: readonly StoredObject[], options: { eventName?: string } = {}) {
  return s3EventOf(objects, { region: REGION, ...options });
}
