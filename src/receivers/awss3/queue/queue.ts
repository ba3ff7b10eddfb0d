import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type DeleteMessageBatchCommandOutput,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { awsClientConfig } from "../../../aws/client_config.ts";
import { countCalls } from "../../../aws/count_calls.ts";
import { environmentEndpoint } from "../../../aws/environment.ts";
import type { AwsCallOptions } from "../../../aws/time_limited_handler.ts";
import { renewingCredentials } from "../../../aws/renewing_credentials.ts";
import type { Events } from "../events.ts";
import type { ObjectRef } from "../../../aws/s3/object_store.ts";
import type { QueueConfig } from "../config.ts";
import { endpointOfQueueUrl, regionOfQueueUrl } from "./queue_url.ts";

/** SQS gives, takes and deletes at most so many messages in one call. */
export const MAX_BATCH = 10;

/** A received message. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** What it announces, where its queue knows that: its body is not read then. */
  readonly objects?: readonly ObjectRef[];
  /** Names this receipt of the message. */
  readonly receiptHandle: string;
  /** How often it was received, this time included. */
  readonly receiveCount: number;
  /** When it was sent to the queue, in ms of Unix time; undefined where SQS does not say. */
  readonly sentMs?: number | undefined;
}

/** How many messages a queue has, about. */
export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface ReceiveOptions {
  /** 1 to {@linkcode MAX_BATCH}. */
  readonly maxMessages: number;
  readonly waitMs: number;
  readonly visibilityTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** A message that a batch of deletes did not delete. */
export interface DeleteFailure {
  readonly message: QueueMessage;
  /** The receipt is no longer good: trying again cannot help. */
  readonly isReceiptGone: boolean;
  readonly problem: string;
}

/** The calls to the queue that the receiver makes. All reject with the SDK's errors (see `aws_error.ts`). */
export interface Queue {
  receive(options: ReceiveOptions): Promise<QueueMessage[]>;
  /** Deletes up to ten messages; resolves with those that were not deleted. */
  delete(messages: readonly QueueMessage[]): Promise<DeleteFailure[]>;
  /** Hides the message for so long from now on; 0 returns it. SQS counts in seconds: fractions are rounded up. */
  changeVisibility(message: QueueMessage, visibilityTimeoutMs: number): Promise<void>;
  /** Whether SQS moves messages elsewhere that are received too often. */
  hasRedrivePolicy(): Promise<boolean>;
  depth(): Promise<QueueDepth>;
  close(): void;
}

/** A client for the queue that the configuration names, in its region and at its endpoint. */
export function sqsClient(config: QueueConfig): SQSClient {
  const isElsewhere = config.endpoint !== undefined || environmentEndpoint("SQS") !== undefined;
  const endpoint = isElsewhere ? undefined : endpointOfQueueUrl(config.queue_url);
  const client = new SQSClient({
    ...awsClientConfig(config, { region: config.region ?? regionOfQueueUrl(config.queue_url) }),
    ...(endpoint === undefined ? {} : { endpoint, useFipsEndpoint: false }),
    // The endpoint is chosen here; the SDK would go to the queue URL's host and warn on the console.
    useQueueUrlAsEndpoint: false,
  });
  return renewingCredentials(client);
}

/** The queue as it is reached with the AWS SDK. */
export class SqsQueue implements Queue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(config: QueueConfig, events: Events) {
    this.#url = config.queue_url;
    this.#client = countCalls(sqsClient(config), events);
  }

  async receive({ maxMessages, waitMs, visibilityTimeoutMs, signal }: ReceiveOptions): Promise<QueueMessage[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#url,
      MaxNumberOfMessages: maxMessages,
      WaitTimeSeconds: seconds(waitMs),
      VisibilityTimeout: seconds(visibilityTimeoutMs),
      MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"],
    });
    const options: AwsCallOptions = { abortSignal: signal, waitMs };
    const answer = await this.#client.send(command, options);
    return (answer.Messages ?? []).map(toMessage);
  }

  async delete(messages: readonly QueueMessage[]): Promise<DeleteFailure[]> {
    const command = new DeleteMessageBatchCommand({
      QueueUrl: this.#url,
      Entries: messages.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle })),
    });
    return notTaken(messages, await this.#client.send(command)).map(({ message, failure, problem }) => {
      const isReceiptGone = /ReceiptHandle|InvalidParameterValue/.test(failure?.Code ?? "");
      return { message, isReceiptGone, problem };
    });
  }

  async changeVisibility(message: QueueMessage, visibilityTimeoutMs: number): Promise<void> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.#url,
      ReceiptHandle: message.receiptHandle,
      VisibilityTimeout: seconds(visibilityTimeoutMs),
    });
    await this.#client.send(command);
  }

  async hasRedrivePolicy(): Promise<boolean> {
    const command = new GetQueueAttributesCommand({ QueueUrl: this.#url, AttributeNames: ["RedrivePolicy"] });
    const answer = await this.#client.send(command);
    return (answer.Attributes?.RedrivePolicy ?? "") !== "";
  }

  async depth(): Promise<QueueDepth> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: this.#url,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    });
    const { Attributes } = await this.#client.send(command);
    return {
      visible: Number(Attributes?.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
      delayed: Number(Attributes?.ApproximateNumberOfMessagesDelayed ?? 0),
    };
  }

  close(): void {
    this.#client.destroy();
  }
}

/** A message of a batch that SQS did not take, and what its answer says of it. */
export interface NotTaken<T> {
  readonly message: T;
  readonly failure: BatchResultErrorEntry | undefined;
  readonly problem: string;
}

/** What SQS did not take of a batch, whose messages have their places as ids. */
export function notTaken<T>(
  messages: readonly T[],
  { Successful = [], Failed = [] }: Pick<DeleteMessageBatchCommandOutput, "Successful" | "Failed">,
): NotTaken<T>[] {
  const taken = new Set(Successful.map(({ Id }) => Id));
  const failures = new Map(Failed.map((failure) => [failure.Id, failure]));
  return messages.flatMap((message, index) => {
    const failure = failures.get(String(index));
    if (failure === undefined && taken.has(String(index))) return [];
    const problem = failure === undefined ? "the answer does not name it" : `${failure.Code}: ${failure.Message ?? ""}`;
    return [{ message, failure, problem }];
  });
}

function toMessage(message: Message): QueueMessage {
  const sent = message.Attributes?.SentTimestamp;
  return {
    id: message.MessageId ?? "",
    body: message.Body ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    sentMs: sent === undefined ? undefined : Number(sent),
  };
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
