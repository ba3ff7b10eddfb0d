/** What S3, SNS and EventBridge write into a queue when objects were created. */
import { s3Event, type StoredObject } from "../../src/aws/s3/s3_event.ts";
import { ACCOUNT, REGION } from "./aws_service.ts";

/** How a notification reaches the queue. */
export type NotificationForm = "s3" | "sns" | "sns_raw" | "eventbridge" | "sns_eventbridge";

/** What S3 sends when notifications are configured for a bucket. */
export function testEvent(bucket: string, { sns = false } = {}): string {
  const event = JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: new Date().toISOString(),
    Bucket: bucket,
    RequestId: "5582815E1AEA5ADF",
    HostId: "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR",
  });
  return sns ? snsEnvelope(event) : event;
}

/** The bodies of the messages that tell of these objects. */
export function notifications(
  objects: readonly StoredObject[],
  { form, eventName = "ObjectCreated:Put" }: { form: NotificationForm; eventName?: string },
): string[] {
  const s3 = () => JSON.stringify(s3Event(objects, { region: REGION, eventName }));
  switch (form) {
    case "s3":
    case "sns_raw": // raw message delivery: the notification as it is
      return [s3()];
    case "sns":
      return [snsEnvelope(s3())];
    case "eventbridge":
      return objects.map((object) => JSON.stringify(eventBridgeEvent(object)));
    case "sns_eventbridge":
      return objects.map((object) => snsEnvelope(JSON.stringify(eventBridgeEvent(object))));
  }
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html#http-notification-json */
function snsEnvelope(message: string): string {
  return JSON.stringify({
    Type: "Notification",
    MessageId: crypto.randomUUID(),
    TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:bedrock-logs`,
    Subject: "Amazon S3 Notification",
    Message: message,
    Timestamp: new Date().toISOString(),
    SignatureVersion: "1",
    Signature: "EXAMPLEpH+DcEwjAPg8O9mY8dReBSwksfg2S7WKQcikcNKWLQjwu6A4VbeS0QHVCkhRS7fUQvi2egU3N858fiTDN6bkk",
    SigningCertURL: `https://sns.${REGION}.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem`,
    UnsubscribeURL: `https://sns.${REGION}.amazonaws.com/?Action=Unsubscribe`,
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html: the key is not URL-encoded here. */
function eventBridgeEvent(object: StoredObject): Record<string, unknown> {
  return {
    version: "0",
    id: crypto.randomUUID(),
    "detail-type": "Object Created",
    source: "aws.s3",
    account: ACCOUNT,
    time: new Date().toISOString(),
    region: REGION,
    resources: [`arn:aws:s3:::${object.bucket}`],
    detail: {
      version: "0",
      bucket: { name: object.bucket },
      object: { key: object.key, size: object.sizeBytes, etag: object.etag, sequencer: "617F08299329D189" },
      "request-id": "N4N7GDK58NMKJ12R",
      requester: ACCOUNT,
      "source-ip-address": "192.0.2.7",
      reason: "PutObject",
    },
  };
}
