/**
 * What an SQS message says about objects. Forms: S3 event notification, the same inside an SNS envelope, the same from
 * EventBridge, an SNS envelope around EventBridge.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
import { parseJson } from "../../../component/json.ts";
import { z } from "zod";
import { isRegionName } from "../../../aws/region.ts";

/** An object that was created. */
export interface NotifiedObject {
  readonly bucket: string;
  /** The key itself, not URL-encoded. */
  readonly key: string;
  /** The bucket's region, when the notification names it. */
  readonly region: string | undefined;
  /** Stored bytes, when the notification says. */
  readonly sizeBytes: number | undefined;
}

export type Notification =
  | { readonly kind: "objects"; readonly objects: readonly NotifiedObject[] }
  /** Nothing to do: acknowledged. */
  | { readonly kind: "ignored"; readonly reason: "test_event" | "other_event" }
  | { readonly kind: "unknown"; readonly problem: string };

/** What can name a bucket in a request; an ARN or a path never does. */
const bucketName = z.string().regex(/^[A-Za-z0-9][\w.-]+$/);
/** Emulators and other stores leave the region empty; what is no region counts as not known. */
const regionName = z.string().refine(isRegionName).optional().catch(undefined);
const objectInBucket = z.object({ key: z.string().min(1), size: z.number().optional().catch(undefined) });

const snsEnvelope = z.object({ Type: z.literal("Notification"), Message: z.string() });
const testEvent = z.object({ Event: z.literal("s3:TestEvent") });
const eventBridge = z.object({
  "detail-type": z.string(),
  region: regionName,
  detail: z.object({ bucket: z.object({ name: bucketName }), object: objectInBucket }),
});
const s3Event = z.object({
  Records: z.array(z.object({
    eventName: z.string(),
    awsRegion: regionName,
    s3: z.object({ bucket: z.object({ name: bucketName }), object: objectInBucket }),
  })).min(1),
});

/** Reads the body of a message; never throws. */
export function parseNotification(body: string): Notification {
  let content = parseJson(body);
  const envelope = snsEnvelope.safeParse(content);
  if (envelope.success) content = parseJson(envelope.data.Message);
  if (content === undefined) return unknown(envelope.success ? "the SNS message is not JSON" : "it is not JSON");
  if (testEvent.safeParse(content).success) return { kind: "ignored", reason: "test_event" };

  const bridged = eventBridge.safeParse(content);
  if (bridged.success) return fromEventBridge(bridged.data);
  const event = s3Event.safeParse(content);
  if (event.success) return fromS3(event.data);
  return unknown("it is neither an S3 event notification nor one inside SNS or EventBridge");
}

function fromEventBridge(event: z.output<typeof eventBridge>): Notification {
  if (event["detail-type"] !== "Object Created") return { kind: "ignored", reason: "other_event" };
  const { bucket, object } = event.detail;
  return {
    kind: "objects",
    objects: [{ bucket: bucket.name, key: object.key, region: event.region, sizeBytes: object.size }],
  };
}

function fromS3(event: z.output<typeof s3Event>): Notification {
  const created = event.Records.filter(({ eventName }) => /^(s3:)?ObjectCreated:/.test(eventName));
  if (created.length === 0) return { kind: "ignored", reason: "other_event" };
  const objects: NotifiedObject[] = [];
  for (const { s3, awsRegion } of created) {
    const key = decodeKey(s3.object.key);
    if (key === undefined) return unknown("a key in it is not URL-encoded");
    objects.push({ bucket: s3.bucket.name, key, region: awsRegion, sizeBytes: s3.object.size });
  }
  return { kind: "objects", objects };
}

/** S3 encodes keys as in forms: `+` for a blank. Undefined when the text is not encoded like that. */
function decodeKey(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

function unknown(problem: string): Notification {
  return { kind: "unknown", problem };
}
