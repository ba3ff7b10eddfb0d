/** Every call to AWS that the program makes, for what has to hold for all of them. */
import { S3Bucket } from "../../src/aws/s3/bucket.ts";
import { S3ObjectStore } from "../../src/aws/s3/object_store.ts";
import { s3Clients } from "../../src/aws/s3/s3_clients.ts";
import type { AwsSettings } from "../../src/aws/settings.ts";
import { awsSettings } from "./aws_settings.ts";
import { QueueSender } from "../../src/commands/backfill/queue_sender.ts";
import { withEnvironment } from "./environment.ts";
import { quietEvents } from "./quiet_events.ts";
import { awscloudwatchSchema } from "../../src/receivers/awscloudwatch/config.ts";
import { ownGroup } from "../../src/receivers/awscloudwatch/log_group.ts";
import { CloudWatchLogs } from "../../src/receivers/awscloudwatch/logs.ts";
import { callerAccount, CloudWatchCalls } from "../../src/receivers/awscloudwatchmetrics/cloudwatch.ts";
import { awss3Schema, type QueueConfig } from "../../src/receivers/awss3/config.ts";
import { sqsClient, SqsQueue } from "../../src/receivers/awss3/queue/queue.ts";
import { testFile } from "./folder.ts";

/** ms. Settings know only whole seconds. */
export const LIMIT_MS = 150;
const REGION = "us-east-1";
const MESSAGE = { id: "1", body: "", receiptHandle: "r1", receiveCount: 1 };
const { events } = quietEvents();

/** Makes the call at the URL of a server; without tries of ours. */
export type Call = (url: string, signal: AbortSignal) => Promise<unknown>;

export const AWS_CALLS: Readonly<Record<string, Call>> = {
  "SQS ReceiveMessage": withQueue((queue, signal) =>
    queue.receive({ maxMessages: 1, waitMs: 0, visibilityTimeoutMs: 1000, signal })
  ),
  "SQS DeleteMessageBatch": withQueue((queue) => queue.delete([MESSAGE])),
  "SQS ChangeMessageVisibility": withQueue((queue) => queue.changeVisibility(MESSAGE, 1000)),
  "SQS GetQueueAttributes": withQueue((queue) => queue.depth()),
  "SQS SendMessageBatch": sendMessage,
  "S3 ListObjectsV2": (url, signal) => list(settingsAt(url), signal),
  "S3 GetObject": async (url, signal) => {
    using clients = s3At(settingsAt(url));
    const store = new S3ObjectStore(clients, { bodyTimeoutMs: LIMIT_MS });
    const { body } = await store.get({ bucket: "logs", key: "a.json" }, { signal });
    return await Array.fromAsync(body);
  },
  "CloudWatchLogs FilterLogEvents": withLogs((logs, signal) =>
    logs.events(ownGroup("bedrock", { region: REGION }), { startMs: 0, endMs: 9, signal })
  ),
  "CloudWatchLogs DescribeLogGroups": withLogs((logs, signal) => logs.groups("bedrock", { signal })),
  "CloudWatch ListMetrics": withCloudWatch((cloudWatch, signal) => cloudWatch.listMetrics({}, signal)),
  "CloudWatch GetMetricData": withCloudWatch((cloudWatch, signal) =>
    cloudWatch.getMetricData({ StartTime: new Date(0), EndTime: new Date(9), MetricDataQueries: [] }, signal)
  ),
  "Tagging GetResources": withCloudWatch((cloudWatch, signal) => cloudWatch.getResources({}, signal)),
  "STS GetCallerIdentity": (url, signal) => callerAccount(settingsAt(url), { region: REGION, events, signal }),
  "STS AssumeRole": (url, signal) => {
    const role_arn = "arn:aws:iam::123456789012:role/reader";
    return list({ ...settingsAt(url), role_arn, sts_endpoint: url }, signal);
  },
  "STS AssumeRoleWithWebIdentity": async (url, signal) => {
    using token = testFile();
    const environment = {
      AWS_ENDPOINT_URL_STS: url,
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/pod",
      AWS_WEB_IDENTITY_TOKEN_FILE: token.path,
    };
    return await withEnvironment(environment, () => list(withoutKeys(url), signal));
  },
};

const KEYS = { access_key_id: "KEY", secret_access_key: "SECRET" };
/** Keys in the settings of all calls. */
let keys: Partial<typeof KEYS> = KEYS;

/** Settings for a server at a URL. */
export function settingsAt(url: string): AwsSettings {
  return { ...withoutKeys(url), ...keys };
}

/** {@linkcode settingsAt} without credentials. */
export function withoutKeys(url: string): AwsSettings {
  const { access_key_id: _, secret_access_key: __, ...settings } = awsSettings({ endpoint: url, region: REGION });
  return { ...settings, api_timeout: LIMIT_MS };
}

/** Runs with variables set and no keys in the settings. */
export async function withDefaultChain<T>(
  variables: Readonly<Record<string, string>>,
  run: () => Promise<T>,
): Promise<T> {
  keys = {};
  try {
    return await withEnvironment(variables, run);
  } finally {
    keys = KEYS;
  }
}

function s3At(settings: AwsSettings) {
  const clients = s3Clients(settings, { pathStyle: true, counter: events });
  return Object.assign(clients, { [Symbol.dispose]: () => clients.close() });
}

/** A page of a listing. */
export async function list(settings: AwsSettings, signal: AbortSignal): Promise<unknown> {
  using clients = s3At(settings);
  return await new S3Bucket(clients, { name: "logs" }).list({ prefix: "" }, { signal });
}

function queueConfig(url: string): QueueConfig {
  const config = awss3Schema.parse({ ...awsKeys(), queue_url: `${url}/123456789012/q` }) as QueueConfig;
  return { ...config, api_timeout: LIMIT_MS };
}

function awsKeys() {
  return { region: REGION, ...keys };
}

/** A call of the queue. */
export function withQueue(call: (queue: SqsQueue, signal: AbortSignal) => Promise<unknown>): Call {
  return closing((url) => new SqsQueue(queueConfig(url), events), call);
}

function withLogs(call: (logs: CloudWatchLogs, signal: AbortSignal) => Promise<unknown>): Call {
  const open = (url: string) => {
    const config = awscloudwatchSchema.parse({ ...awsKeys(), log_group_name: "bedrock", endpoint: url });
    return new CloudWatchLogs({ ...config, api_timeout: LIMIT_MS }, events);
  };
  return closing(open, call);
}

function withCloudWatch(call: (cloudWatch: CloudWatchCalls, signal: AbortSignal) => Promise<unknown>): Call {
  return closing((url) => new CloudWatchCalls(settingsAt(url), { region: REGION, events }), call);
}

function closing<T extends { close(): void }>(
  open: (url: string) => T,
  call: (client: T, signal: AbortSignal) => Promise<unknown>,
): Call {
  return async (url, signal) => {
    const client = open(url);
    try {
      return await call(client, signal);
    } finally {
      client.close();
    }
  };
}

/** The sender tries again; what it tells of the first try ends the test. */
async function sendMessage(url: string): Promise<unknown> {
  const config = queueConfig(url);
  const client = sqsClient(config);
  const told = new AbortController();
  const sender = new QueueSender({
    client,
    queueUrl: config.queue_url,
    events: { emit: (_: string, { error }: { error: string }) => told.abort(new Error(error)) } as never,
    signal: told.signal,
  });
  try {
    return await sender.send([{ body: "{}", objects: [] }]);
  } finally {
    client.destroy();
  }
}
