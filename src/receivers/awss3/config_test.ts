import assert from "node:assert/strict";
import { awss3Problems, awss3Schema, listedBucket } from "./config.ts";
import { awss3Factory } from "./factory.ts";
import { awss3Permissions } from "./permissions.ts";
import { createSelector } from "./selection.ts";

const QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/q";
const ACCESS_POINT = "arn:aws:s3:eu-west-1:123456789012:accesspoint/logs";
const KEYS = { access_key_id: "KEY", secret_access_key: "SECRET" };

function problems(settings: Record<string, unknown>): string[] {
  return awss3Problems(awss3Schema.parse(settings)).map(({ path, message }) => `${path}: ${message}`);
}

Deno.test("a queue alone is a whole configuration, with the Agent's defaults", () => {
  const config = awss3Schema.parse({ queue_url: QUEUE });
  assert.deepEqual(awss3Problems(config), []);
  assert.equal(config.visibility_timeout, 300_000);
  assert.deepEqual(config.sqs, { max_receive_count: 5, wait_time: 20_000, delete_poison_messages: false });
  assert.equal(config.number_of_workers, 10);
  assert.equal(config.max_bytes, 10 * 1024 * 1024);
  assert.equal(config.api_timeout, 120_000);
});

Deno.test("a bucket alone is a whole configuration, with the Agent's interval and a window for late objects", () => {
  const config = awss3Schema.parse({ bucket_arn: "arn:aws:s3:::logs" });
  assert.deepEqual(awss3Problems(config), []);
  assert.equal(config.bucket_list_interval, 120_000);
  assert.equal(config.late_window, 2 * 3_600_000);
  assert.equal(awss3Factory.usesStorage?.(config), true);
  assert.equal(awss3Factory.usesStorage?.(awss3Schema.parse({ queue_url: QUEUE })), false);
});

Deno.test("a bucket is asked for by its name, one behind an access point by the access point's ARN in its region", () => {
  const listed = (settings: Record<string, unknown>) => listedBucket(awss3Schema.parse(settings));
  assert.deepEqual(listed({ bucket_arn: "arn:aws-cn:s3:::logs" }), { name: "logs", region: undefined });
  assert.deepEqual(listed({ non_aws_bucket_name: "logs" }), { name: "logs", region: undefined });
  assert.deepEqual(listed({ access_point_arn: ACCESS_POINT }), { name: ACCESS_POINT, region: "eu-west-1" });
  assert.equal(listed({ queue_url: QUEUE }), undefined);
});

const PROBLEMS = [
  {
    settings: { queue_url: QUEUE, region: "us-esat-1" },
    problem: "region: expected a region of AWS, got us-esat-1; did you mean us-east-1",
  },
  {
    settings: { queue_url: QUEUE.replace("east", "esat") },
    problem: "queue_url: expected a region of AWS, got us-esat-1; did you mean us-east-1",
  },
  {
    settings: { access_point_arn: ACCESS_POINT.replace("west", "wset") },
    problem: "access_point_arn: expected a region of AWS, got eu-wset-1; did you mean eu-west-1",
  },
  {
    settings: {},
    problem: ": exactly one of queue_url, bucket_arn, access_point_arn, non_aws_bucket_name must be set, none is",
  },
  {
    settings: { queue_url: QUEUE, bucket_arn: "arn:aws:s3:::b" },
    problem: ": exactly one of queue_url, bucket_arn, access_point_arn, non_aws_bucket_name must be set, " +
      "queue_url and bucket_arn are",
  },
  {
    settings: { non_aws_bucket_name: "b", endpoint: "http://127.0.0.1:9000", bucket_arn: "arn:aws:s3:::b" },
    problem: ": exactly one of queue_url, bucket_arn, access_point_arn, non_aws_bucket_name must be set, " +
      "bucket_arn and non_aws_bucket_name are",
  },
  {
    settings: { non_aws_bucket_name: "b" },
    problem: "non_aws_bucket_name: needs endpoint beside it: the URL of the store",
  },
  {
    settings: { access_point_arn: ACCESS_POINT, path_style: true },
    problem: "path_style: excludes access_point_arn: access points are named in the host",
  },
  {
    settings: { queue_url: QUEUE, ignore_older: "24h" },
    problem: "ignore_older: is for listing a bucket: it would have no effect beside queue_url",
  },
  {
    settings: { queue_url: "https://sqs.us-east-1.amazonaws.com/q" },
    problem:
      "queue_url: expected an account of 12 digits and a name in the path: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME",
  },
  {
    settings: { queue_url: "https://sqs.us-east-1.amazonaws.com/12345678901/q" },
    problem:
      "queue_url: expected an account of 12 digits and a name in the path: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME",
  },
  {
    settings: { queue_url: `${QUEUE}?X-Amz-Signature=canary` },
    problem: "queue_url: expected no user, password or query in the URL of a queue",
  },
  {
    settings: { queue_url: QUEUE.replace("://", "://user:canary@") },
    problem: "queue_url: expected no user, password or query in the URL of a queue",
  },
  {
    settings: { queue_url: QUEUE, max_number_of_messages: 3, number_of_workers: 4 },
    problem: "max_number_of_messages: is the old name of number_of_workers: set only that",
  },
  { settings: { queue_url: QUEUE, access_key_id: "KEY" }, problem: "access_key_id: needs secret_access_key beside it" },
  { settings: { queue_url: QUEUE, external_id: "x" }, problem: "external_id: needs role_arn beside it" },
  {
    settings: { queue_url: QUEUE, ...KEYS, credential_profile_name: "p" },
    problem: "credential_profile_name: excludes access_key_id: set one of them",
  },
];

for (const { settings, problem } of PROBLEMS) {
  Deno.test(`${JSON.stringify(settings)} is refused: ${problem}`, () => {
    assert.deepEqual(problems(settings), [problem]);
  });
}

const REFUSED = [
  { visibility_timeout: "13h" },
  { sqs: { wait_time: "21s" } },
  { number_of_workers: 0 },
  { file_selectors: [{ regex: "(" }] },
  { endpoint: "minio.example.com" },
  { role_arn: "reader" },
  { unknown: 1 },
  { bucket_arn: "logs" },
  { allowed_buckets: ["logs", "arn:aws:s3:::logs"] },
  { allowed_buckets: ["s3://logs"] },
  { allowed_buckets: ["logs/AWSLogs"] },
  { allowed_buckets: [""] },
  { non_aws_bucket_name: "arn:aws:s3:::logs" },
  { bucket_arn: "arn:aws:s3:::my logs" },
  { bucket_arn: ACCESS_POINT },
  { access_point_arn: "arn:aws:s3:::logs" },
  { start_timestamp: "yesterday" },
  { bucket_list_interval: "0s" },
];

for (const settings of REFUSED) {
  Deno.test(`${JSON.stringify(settings)} is refused by the schema`, () => {
    assert.equal(awss3Schema.safeParse({ queue_url: QUEUE, ...settings }).success, false);
  });
}

Deno.test("the first selector that matches somewhere in the key decides", () => {
  const select = createSelector(awss3Schema.parse({
    queue_url: QUEUE,
    expand_event_list_from_field: "ignored",
    file_selectors: [
      { regex: "^CloudTrail/", expand_event_list_from_field: "Records" },
      { regex: "(?i)bedrockmodelinvocationlogs/.*\\.json" },
    ],
  }));
  assert.deepEqual(select("CloudTrail/a.json"), { expandField: "Records" });
  assert.deepEqual(select("AWSLogs/1/BedrockModelInvocationLogs/a.json.gz"), { expandField: undefined });
  assert.equal(select("AWSLogs/1/other/a.json.gz"), undefined);
});

Deno.test("without selectors every key is read", () => {
  const select = createSelector(awss3Schema.parse({ queue_url: QUEUE, expand_event_list_from_field: "Records" }));
  assert.deepEqual(select("anything"), { expandField: "Records" });
});

Deno.test("with keys only the queue's and the buckets' hosts are needed", () => {
  const config = awss3Schema.parse({ queue_url: QUEUE, ...KEYS, allowed_buckets: ["logs"] });
  const permissions = awss3Permissions(config);
  assert.deepEqual(permissions.net, [
    "sqs.us-east-1.amazonaws.com:443",
    "s3.us-east-1.amazonaws.com:443",
    "logs.s3.us-east-1.amazonaws.com:443",
  ]);
  assert.deepEqual(awss3Permissions(config, { bodyBuckets: ["large"] }).net?.slice(2), [
    "logs.s3.us-east-1.amazonaws.com:443",
    "large.s3.us-east-1.amazonaws.com:443",
  ]);
  assert.deepEqual(permissions.read, []);
  assert.equal(permissions.env?.includes("AWS_ACCESS_KEY_ID"), false);
});

Deno.test("listing a bucket needs that bucket's host alone, or the access point's", () => {
  const net = (settings: Record<string, unknown>) => awss3Permissions(awss3Schema.parse({ ...KEYS, ...settings })).net;
  assert.deepEqual(net({ bucket_arn: "arn:aws:s3:::logs", region: "eu-west-1" }), [
    "s3.eu-west-1.amazonaws.com:443",
    "logs.s3.eu-west-1.amazonaws.com:443",
  ]);
  assert.deepEqual(net({ access_point_arn: ACCESS_POINT }), [
    "logs-123456789012.s3-accesspoint.eu-west-1.amazonaws.com:443",
  ]);
  const store = { endpoint: "http://127.0.0.1:9000", path_style: true };
  assert.deepEqual(net({ non_aws_bucket_name: "logs", ...store }), ["127.0.0.1:9000"]);
});

Deno.test("with an endpoint only its host is needed", () => {
  const config = awss3Schema.parse({
    queue_url: "http://127.0.0.1:4566/000000000000/q",
    endpoint: "http://127.0.0.1:4566",
    path_style: true,
    ...KEYS,
  });
  assert.deepEqual(awss3Permissions(config).net, ["127.0.0.1:4566"]);
});

Deno.test("the default credential chain needs its variables, files and metadata services", () => {
  const permissions = awss3Permissions(awss3Schema.parse({ queue_url: QUEUE, fips_enabled: true }));
  assert.ok(permissions.net?.includes("sqs-fips.us-east-1.amazonaws.com:443"));
  assert.ok(permissions.net?.includes("*.s3-fips.us-east-1.amazonaws.com:443"));
  assert.ok(permissions.net?.includes("169.254.169.254:80"));
  assert.ok(permissions.env?.includes("AWS_ACCESS_KEY_ID"));
  assert.ok(permissions.read?.some((path) => path.endsWith("/.aws")));
});
