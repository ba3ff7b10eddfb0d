/** Everything around the program with an AWS-like server: a bucket that announces its objects, and an OTLP endpoint. */
import { gzipSync } from "node:zlib";
import awss3Queue from "../../examples/iam/awss3-queue.json" with { type: "json" };
import { type PutBucketNotificationConfigurationCommandInput, PutObjectCommand } from "@aws-sdk/client-s3";
import { eventually } from "../world/eventually.ts";
import { OtlpEndpoint } from "../world/otlp_endpoint.ts";
import { Stage } from "../world/stage.ts";
import { type Config, configFor, type ConfigOptions } from "../world/config.ts";
import { ndjson } from "../world/aws.ts";
import { type AccessKey, AwsAccount, type CreatedQueue } from "./aws_account.ts";
import { Ministack } from "./ministack.ts";

/** How an object becomes a message in the queue. */
export const ROUTES = ["s3", "sns", "sns raw", "eventbridge", "eventbridge sns"] as const;
export type Route = typeof ROUTES[number];

export const BUCKET = "bedrock-logs";
export const REGION = "us-east-1";
const ACCOUNT_ID = "111111111111";

export interface CloudOptions {
  /** Of the queue's redrive policy. */
  readonly maxReceiveCount?: number;
}

export class Cloud extends Stage {
  readonly server: Ministack;
  readonly account: AwsAccount;
  /** Keys of a user who may do only what the README says. */
  readonly reader: AccessKey;
  readonly #accounts: AwsAccount[];
  readonly queue: CreatedQueue;
  readonly deadLetterQueue: CreatedQueue;

  private constructor(
    server: Ministack,
    { endpoint, account, reader, queue, deadLetterQueue }: Pick<
      Cloud,
      "endpoint" | "account" | "reader" | "queue" | "deadLetterQueue"
    >,
  ) {
    super(endpoint);
    this.server = server;
    this.account = account;
    this.#accounts = [account];
    this.reader = reader;
    this.queue = queue;
    this.deadLetterQueue = deadLetterQueue;
  }

  /** Starts the server `path` with a bucket and a queue with its dead-letter queue. */
  static async start(path: string, { maxReceiveCount = 3 }: CloudOptions = {}): Promise<Cloud> {
    const server = await Ministack.start(path);
    const account = new AwsAccount({ endpoint: server.endpoint, accountId: ACCOUNT_ID, region: REGION });
    await account.createBucket(BUCKET);
    const deadLetterQueue = await account.createQueue("invocations-dlq");
    const queue = await account.createQueue("invocations", {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueue.arn, maxReceiveCount }),
    });
    const reader = await account.createUser("reader", neededPermissions(queue));
    const endpoint = await OtlpEndpoint.start();
    return new Cloud(server, { endpoint, account, reader, queue, deadLetterQueue });
  }

  /** Another account, or another region of ours. */
  also({ accountId = ACCOUNT_ID, region = REGION }): AwsAccount {
    const account = new AwsAccount({ endpoint: this.server.endpoint, accountId, region });
    this.#accounts.push(account);
    return account;
  }

  /** A configuration of the main path, with the keys of the user `reader`. */
  config(options: ConfigOptions = {}): Config {
    return configFor({ endpoint: this.server.endpoint, queueUrl: this.queue.url }, this.endpoint, {
      ...options,
      receiver: {
        ...this.reader,
        sqs: { wait_time: "0s" },
        ...options.receiver,
      },
    });
  }

  /** Lets the bucket announce new objects in the queue. */
  async announceBy(route: Route): Promise<void> {
    const Events: QueueEvents = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"];
    if (route === "s3") {
      await this.account.announce(BUCKET, { QueueConfigurations: [{ QueueArn: this.queue.arn, Events }] });
      return;
    }
    if (route === "eventbridge") {
      await this.account.forwardS3Events(this.queue.arn);
      await this.account.announce(BUCKET, { EventBridgeConfiguration: {} });
      return;
    }
    const topicArn = await this.account.createTopic("objects");
    await this.account.subscribe(topicArn, { queue: this.queue, raw: route === "sns raw" });
    if (route === "eventbridge sns") {
      await this.account.forwardS3Events(topicArn);
      await this.account.announce(BUCKET, { EventBridgeConfiguration: {} });
      return;
    }
    await this.account.announce(BUCKET, { TopicConfigurations: [{ TopicArn: topicArn, Events }] });
  }

  /** Writes records as Bedrock does, or bytes as they are. */
  async put(
    key: string,
    content: readonly unknown[] | Uint8Array,
    { bucket = BUCKET, account = this.account } = {},
  ): Promise<void> {
    const Body = content instanceof Uint8Array ? content : logFile(content);
    await account.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  }

  /** Waits until the queue has so many messages: the server announces objects after it has answered. */
  async queued(count: number): Promise<void> {
    await eventually(async () => (await this.messages()).length >= count, {
      timeoutMs: 5000,
      what: async () => `${count} messages in the queue, which has ${JSON.stringify(await this.messages())}`,
    });
  }

  messages() {
    return this.server.messages(this.queue.url);
  }

  deadMessages() {
    return this.server.messages(this.deadLetterQueue.url);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    for (const account of this.#accounts) account[Symbol.dispose]();
    await super[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

type NotificationConfiguration = NonNullable<
  PutBucketNotificationConfigurationCommandInput["NotificationConfiguration"]
>;
type QueueEvents = NonNullable<NotificationConfiguration["QueueConfigurations"]>[number]["Events"];

/** The statements of examples/iam/awss3-queue.json, for this queue and the buckets of the test. */
export function neededPermissions(queue: CreatedQueue): unknown[] {
  const statements = awss3Queue.Statement.filter(({ Sid }) => Sid !== "OnlyWithKeysOfYourOwn").map((statement) => ({
    ...statement,
    Resource: statement.Resource.startsWith("arn:aws:sqs:")
      ? queue.arn
      : statement.Resource.replace("my-bedrock-logs", "*"),
  }));
  // At AWS this one is part of sqs:DeleteMessage; ministack wants it named.
  return [...statements, { Effect: "Allow", Action: "sqs:DeleteMessageBatch", Resource: queue.arn }];
}

/** Records as an object of Bedrock holds them. */
export function logFile(records: readonly unknown[]): Uint8Array {
  return gzipSync(ndjson(records), { level: 1 });
}
