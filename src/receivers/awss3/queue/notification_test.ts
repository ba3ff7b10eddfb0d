import { s3Notification } from "../testing.ts";
import assert from "node:assert/strict";
import { parseNotification } from "./notification.ts";

function s3Record(key: string, overrides: Record<string, unknown> = {}) {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "eu-central-1",
    eventTime: "2026-11-24T01:02:03.000Z",
    eventName: "ObjectCreated:Put",
    s3: { s3SchemaVersion: "1.0", bucket: { name: "logs", arn: "arn:aws:s3:::logs" }, object: { key, size: 10 } },
    ...overrides,
  };
}

const s3Event = JSON.stringify({ Records: [s3Record("AWSLogs/a.json.gz")] });
const bridgeEvent = {
  version: "0",
  id: "1",
  "detail-type": "Object Created",
  source: "aws.s3",
  account: "123456789012",
  region: "us-west-2",
  detail: { version: "0", bucket: { name: "logs" }, object: { key: "a+b%2Fc d.json.gz", size: 10 } },
};

function sns(message: string): string {
  return JSON.stringify({
    Type: "Notification",
    MessageId: "1",
    TopicArn: "arn:aws:sns:eu-central-1:123456789012:t",
    Subject: "Amazon S3 Notification",
    Message: message,
    Timestamp: "2026-11-24T01:02:03.000Z",
  });
}

const plain = { bucket: "logs", key: "AWSLogs/a.json.gz", region: "eu-central-1", sizeBytes: 10 };
const bridged = { bucket: "logs", key: "a+b%2Fc d.json.gz", region: "us-west-2", sizeBytes: 10 };

const OBJECT_FORMS = {
  "an S3 event notification (raw SNS delivery looks the same)": { body: s3Event, objects: [plain] },
  "an S3 event notification inside an SNS envelope": { body: sns(s3Event), objects: [plain] },
  "an EventBridge event, whose key is not URL-encoded": {
    body: JSON.stringify(bridgeEvent),
    objects: [bridged],
  },
  "an SNS envelope around EventBridge": { body: sns(JSON.stringify(bridgeEvent)), objects: [bridged] },
  "an event with several objects, of which removals are left out": {
    body: JSON.stringify({
      Records: [s3Record("a"), s3Record("b", { eventName: "ObjectRemoved:Delete" }), s3Record("c")],
    }),
    objects: [{ ...plain, key: "a" }, { ...plain, key: "c" }],
  },
  "an event as MinIO writes it, without a region": {
    body: JSON.stringify({
      EventName: "s3:ObjectCreated:Put",
      Records: [s3Record("a", { eventSource: "minio:s3", eventName: "s3:ObjectCreated:Put", awsRegion: "" })],
    }),
    objects: [{ ...plain, key: "a", region: undefined }],
  },
};

for (const [form, { body, objects }] of Object.entries(OBJECT_FORMS)) {
  Deno.test(`the objects are found in ${form}`, () => {
    assert.deepEqual(parseNotification(body), { kind: "objects", objects });
  });
}

const KEYS = [
  { encoded: "a+b.json", key: "a b.json" },
  { encoded: "a%2Bb.json", key: "a+b.json" },
  { encoded: "AWSLogs%2F1%2Fa.json", key: "AWSLogs/1/a.json" },
  { encoded: "%C3%BCbung%2F%E6%97%A5%E6%9C%AC%20%F0%9F%93%84.json", key: "übung/日本 📄.json" },
  { encoded: "50%25.json", key: "50%.json" },
  { encoded: "übung.json", key: "übung.json" },
];

for (const { encoded, key } of KEYS) {
  Deno.test(`the key ${encoded} of an S3 notification means ${key}`, () => {
    const notification = parseNotification(JSON.stringify({ Records: [s3Record(encoded)] }));
    assert.deepEqual(notification, { kind: "objects", objects: [{ ...plain, key }] });
  });
}

const IGNORED = {
  "the test event of S3": {
    body: JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "logs", RequestId: "1" }),
    reason: "test_event",
  },
  "the test event inside SNS": { body: sns(JSON.stringify({ Event: "s3:TestEvent" })), reason: "test_event" },
  "a removal": {
    body: JSON.stringify({ Records: [s3Record("a", { eventName: "ObjectRemoved:Delete" })] }),
    reason: "other_event",
  },
  "another event of EventBridge": {
    body: JSON.stringify({ ...bridgeEvent, "detail-type": "Object Deleted" }),
    reason: "other_event",
  },
};

for (const [name, { body, reason }] of Object.entries(IGNORED)) {
  Deno.test(`${name} is ignored as ${reason}`, () => {
    assert.deepEqual(parseNotification(body), { kind: "ignored", reason });
  });
}

const GARBAGE = [
  "",
  "hello",
  "null",
  "[]",
  "{}",
  '"Records"',
  '{"Records":[]}',
  '{"Records":[{"eventName":"ObjectCreated:Put"}]}',
  '{"Type":"SubscriptionConfirmation","Message":"confirm"}',
  sns("hello"),
  sns(sns(s3Event)),
  JSON.stringify({ Records: [s3Record("%E0%A4%A")] }),
  JSON.stringify({ ...bridgeEvent, detail: {} }),
];

for (const body of GARBAGE) {
  Deno.test(`a message is not taken for a notification: ${body.slice(0, 60)}`, () => {
    assert.equal(parseNotification(body).kind, "unknown");
  });
}

Deno.test("what is no name of a region is left out: the receiver's own is asked then, and redirects are followed", () => {
  for (const region of ["evil.example/#", "us_east_1", "US East (N. Virginia)", "-"]) {
    assert.deepEqual(parseNotification(s3Notification(["a"], { region })), {
      kind: "objects",
      objects: [{ bucket: "logs", key: "a", region: undefined, sizeBytes: undefined }],
    });
  }
});

Deno.test("what is no name of a bucket makes the message unknown: asking for it could never help", () => {
  for (const bucket of ["arn:aws:s3:::logs", "a/b", "..", "two words"]) {
    assert.equal(parseNotification(s3Notification(["a"], { bucket })).kind, "unknown", bucket);
  }
});
