import { RE2JS } from "re2js";
import { z } from "zod";
import { misspeltRegions } from "../../aws/region.ts";
import { awsProblems, awsShape, bucketName, oneOfProblems } from "../../aws/settings.ts";
import { environmentEndpoint } from "../../aws/environment.ts";
import type { Problem } from "../../component/component.ts";
import { duration, size } from "../../config/settings.ts";
import { endpointOfQueueUrl, regionOfQueueUrl } from "./queue/queue_url.ts";

const regex = z.string().superRefine((text, context) => {
  try {
    RE2JS.compile(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : "";
    context.addIssue({ code: "custom", message: `expected a regular expression (RE2): ${reason}` });
  }
});

const expandField = z.string().min(1).describe(
  'Field whose list holds the records: a name such as "Records", or ".[]" for a list at the top.',
);

const fileSelector = z.strictObject({
  regex: regex.describe("Regular expression (RE2) that an object's key matches somewhere."),
  expand_event_list_from_field: expandField.optional(),
});

const sqs = z.strictObject({
  max_receive_count: z.int().min(1).default(5).describe(
    "After so many receipts a message that cannot be processed goes to the dead letter, when there is one.",
  ),
  wait_time: duration({ max: "20s" }).prefault("20s").describe("How long one call waits for messages."),
  delete_poison_messages: z.boolean().default(false).describe(
    "Delete such a message after max_receive_count receipts, when there is no dead letter, instead of leaving it to " +
      "the queue's redrive policy.",
  ),
});

/** Settings of the receiver `awss3`; durations in ms, sizes in bytes. */
export const awss3Schema = z.strictObject({
  queue_url: z.url({ protocol: /^https?$/, error: "expected the URL of an SQS queue" }).optional()
    .describe("Queue that gets the bucket's notifications."),
  bucket_arn: z.string().regex(/^arn:aws[\w-]*:s3:::[\w.-]+$/, {
    error: "expected the ARN of a bucket, such as arn:aws:s3:::bedrock-logs",
  }).optional().describe("Bucket to list instead of receiving from a queue."),
  access_point_arn: z.string().regex(/^arn:aws[\w-]*:s3:[\w-]+:\d{12}:accesspoint[/:][^/:]+$/, {
    error: "expected the ARN of an access point, such as arn:aws:s3:us-east-1:123456789012:accesspoint/bedrock-logs",
  }).optional().describe("Access point whose bucket is listed; not together with path_style."),
  non_aws_bucket_name: bucketName().optional().describe(
    "Bucket of an S3-compatible store to list; needs endpoint, and mostly path_style.",
  ),
  bucket_list_interval: duration({ min: "1s" }).prefault("120s").describe(
    "How long to wait between two passes over the bucket.",
  ),
  bucket_list_prefix: z.string().optional().describe("List only objects whose keys begin so. Unset: the whole bucket."),
  start_timestamp: z.iso.datetime({ offset: true, error: "expected a time such as 2026-03-01T00:00:00Z" }).optional()
    .describe("Leave out objects of a listing that were last modified before this time."),
  ignore_older: duration().optional().describe(
    "Leave out objects of a listing that were last modified longer ago, and forget those that were read.",
  ),
  late_window: duration().prefault("2h").describe(
    "How far before the newest finished hour a pass looks for objects that came late, where keys are Bedrock's own.",
  ),
  visibility_timeout: duration({ min: "1s", max: "12h" }).prefault("300s").describe(
    "For how long a received message is hidden from others; extended at half-time while it is worked on.",
  ),
  sqs: sqs.prefault({}).describe("How the queue is read."),
  number_of_workers: z.int().min(1).default(10).describe("Most messages, or objects of a listing, in flight."),
  max_number_of_messages: z.int().min(1).optional().describe("Deprecated: number_of_workers."),
  file_selectors: z.array(fileSelector).min(1).optional().describe(
    "Objects to read: the first selector whose regex matches decides. Unset: all. Other objects are acknowledged unread.",
  ),
  expand_event_list_from_field: expandField.optional(),
  max_bytes: size({ min: "1KiB" }).prefault("10MiB").describe(
    "Largest record. A larger one is never cut: it is left out, and an event says where it was.",
  ),
  include_s3_metadata: z.array(z.string().min(1)).default([]).describe(
    "Metadata of the object to add to its records: names of response headers, such as last-modified or x-amz-meta-team.",
  ),
  path_style: z.boolean().default(false).describe(
    "Name the bucket in the path, not in the host (S3-compatible stores).",
  ),
  allowed_buckets: z.array(bucketName()).min(1).optional().describe(
    "Buckets from which objects are read. Unset: any that a notification names.",
  ),
  ...awsShape,
});

export type Awss3Config = z.output<typeof awss3Schema>;

/** The config once {@linkcode awss3Problems} found nothing: the queue is known. */
export type QueueConfig = Awss3Config & { readonly queue_url: string };

const SOURCES = ["queue_url", "bucket_arn", "access_point_arn", "non_aws_bucket_name"] as const;
/** Settings that say which objects of a listing are read: a queue would silently go without them. */
const LISTING_ONLY = ["bucket_list_prefix", "start_timestamp", "ignore_older"] as const;

/** A bucket as S3 is asked for it. */
export interface ListedBucket {
  /** The bucket's name, or the ARN of an access point. */
  readonly name: string;
  /** Where it is, when that is known. */
  readonly region: string | undefined;
}

/** The bucket that is listed; undefined: a queue announces objects. */
export function listedBucket(config: Awss3Config): ListedBucket | undefined {
  const { bucket_arn, access_point_arn, non_aws_bucket_name } = config;
  if (access_point_arn !== undefined) return { name: access_point_arn, region: access_point_arn.split(":")[3] };
  const name = non_aws_bucket_name ?? bucket_arn?.split(":").at(-1);
  return name === undefined ? undefined : { name, region: undefined };
}

/** Mistakes across settings. */
export function awss3Problems(config: Awss3Config): Problem[] {
  return [
    ...oneOfProblems(config, SOURCES),
    ...queueProblems(config),
    ...listingProblems(config),
    ...regionProblems(config),
    ...awsProblems(config),
  ];
}

function listingProblems(config: Awss3Config): Problem[] {
  const problems: Problem[] = [];
  if (config.non_aws_bucket_name !== undefined && (config.endpoint ?? environmentEndpoint("S3")) === undefined) {
    problems.push({ path: "non_aws_bucket_name", message: "needs endpoint beside it: the URL of the store" });
  }
  if (config.access_point_arn !== undefined && config.path_style) {
    problems.push({ path: "path_style", message: "excludes access_point_arn: access points are named in the host" });
  }
  if (config.queue_url === undefined) return problems;
  for (const path of LISTING_ONLY) {
    if (config[path] !== undefined) {
      problems.push({ path, message: "is for listing a bucket: it would have no effect beside queue_url" });
    }
  }
  return problems;
}

/** Regions within the names of things at AWS. */
function regionProblems({ queue_url, access_point_arn }: Awss3Config): Problem[] {
  const isAwsQueue = queue_url !== undefined && endpointOfQueueUrl(queue_url) === undefined;
  return misspeltRegions({
    queue_url: isAwsQueue ? regionOfQueueUrl(queue_url) : undefined,
    access_point_arn: access_point_arn?.split(":")[3],
  });
}

function queueProblems({ queue_url, max_number_of_messages, number_of_workers }: Awss3Config): Problem[] {
  const problems: Problem[] = [];
  const [account, name] = queue_url === undefined ? ["", ""] : new URL(queue_url).pathname.split("/").filter(Boolean);
  const isAwsQueue = queue_url !== undefined && endpointOfQueueUrl(queue_url) === undefined;
  if (name === undefined || (isAwsQueue && !/^\d{12}$/.test(account ?? ""))) {
    problems.push({
      path: "queue_url",
      message: "expected an account of 12 digits and a name in the path: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME",
    });
  }
  const { username = "", password = "", search = "", hash = "" } = URL.parse(queue_url ?? "") ?? {};
  if (username + password + search + hash !== "") {
    // It is the name of a source, in log lines and dead letters.
    problems.push({ path: "queue_url", message: "expected no user, password or query in the URL of a queue" });
  }
  if (max_number_of_messages !== undefined && number_of_workers !== 10) {
    problems.push({ path: "max_number_of_messages", message: "is the old name of number_of_workers: set only that" });
  }
  return problems;
}

/** Settings of the Elastic Agent that need nothing here. */
export const IGNORED_SETTINGS = {
  buffer_size: "objects are streamed",
  content_type: "the content is told from its first bytes",
  encoding: "invocation logs are UTF-8",
  line_terminator: "line ends are found as they are",
} as const;
