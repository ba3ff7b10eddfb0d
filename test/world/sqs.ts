/** SQS as its SDK speaks to it (AWS JSON), with its queues in memory. */
import { createHash } from "node:crypto";
import { ACCOUNT, type AwsService, inputOf, jsonAnswer, REGION, SdkError, targetOf } from "./aws_service.ts";
import { answerUnder, type Fault, type HttpAnswer, type HttpRequest } from "./http_server.ts";
import { MemoryQueue } from "./memory_queue.ts";

/** A request, as a fault is chosen for it. */
export interface SqsRequest {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Entry {
  readonly Id: string;
  readonly ReceiptHandle: string;
  readonly MessageBody: string;
}

type Input = Record<string, unknown>;

export class Sqs implements AwsService {
  /** Every request, in order. */
  readonly requests: SqsRequest[] = [];
  /** What goes wrong with a request; undefined: nothing. */
  fault: (request: SqsRequest) => Fault | undefined | Promise<Fault | undefined> = () => undefined;
  readonly #queues = new Map<string, MemoryQueue>();
  readonly #maxWaitMs: number;
  readonly #stopping = new AbortController();

  /** `maxWaitMs`: the longest long poll, whatever is asked for. */
  constructor({ maxWaitMs = 20_000 } = {}) {
    this.#maxWaitMs = maxWaitMs;
  }

  add(name: string, queue: MemoryQueue): void {
    this.#queues.set(name, queue);
  }

  urlOf(name: string, endpoint: string): string {
    return `${endpoint}/${ACCOUNT}/${name}`;
  }

  isFor(request: HttpRequest): boolean {
    return targetOf(request).service === "AmazonSQS";
  }

  async answer(request: HttpRequest): Promise<HttpAnswer> {
    const { operation } = targetOf(request);
    const input = inputOf(request);
    this.requests.push({ operation, input });
    const fault = await this.fault({ operation, input });
    return await answerUnder(fault, async () => jsonAnswer(await this.#call(operation, input)));
  }

  /** Ends the polls that wait. */
  stop(): void {
    this.#stopping.abort();
  }

  async #call(operation: string, input: Input): Promise<unknown> {
    const name = String(input["QueueUrl"]).split("/").at(-1) ?? "";
    const queue = this.#queues.get(name);
    if (queue === undefined) {
      const queryCode = "AWS.SimpleQueueService.NonExistentQueue";
      throw new SdkError("QueueDoesNotExist", "The specified queue does not exist.", { queryCode });
    }
    switch (operation) {
      case "SendMessage":
        return sent(queue, String(input["MessageBody"]));
      case "SendMessageBatch":
        return {
          Successful: entriesOf(input).map(({ Id, MessageBody }) => ({ Id, ...sent(queue, MessageBody) })),
          Failed: [],
        };
      case "ReceiveMessage":
        return await this.#receive(queue, input);
      case "DeleteMessage":
        return await deleted(queue, [{ Id: "1", MessageBody: "", ReceiptHandle: String(input["ReceiptHandle"]) }]);
      case "DeleteMessageBatch":
        return await deleted(queue, entriesOf(input));
      case "ChangeMessageVisibility":
        await queue.changeVisibility(receiptOf(String(input["ReceiptHandle"])), seconds(input["VisibilityTimeout"]));
        return {};
      case "GetQueueAttributes":
        return { Attributes: this.#attributes(queue, name) };
      default:
        throw new SdkError("UnknownOperationException", `no ${operation}`);
    }
  }

  async #receive(queue: MemoryQueue, input: Input): Promise<unknown> {
    const { VisibilityTimeout: timeout, WaitTimeSeconds: wait = 0, MaxNumberOfMessages: maxMessages = 1 } = input;
    const messages = await queue.receive({
      maxMessages: Number(maxMessages),
      waitMs: Math.min(seconds(wait), this.#maxWaitMs),
      visibilityTimeoutMs: timeout === undefined ? queue.visibilityTimeoutMs : seconds(timeout),
      signal: this.#stopping.signal,
    });
    return {
      Messages: messages.map(({ id, body, receiptHandle, receiveCount, sentMs }) => ({
        MessageId: id,
        Body: body,
        MD5OfBody: md5(body),
        ReceiptHandle: receiptHandle,
        Attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: String(sentMs) },
      })),
    };
  }

  #attributes(queue: MemoryQueue, name: string): Record<string, string> {
    const { visible, inFlight } = queue.state();
    const [deadLetterQueue] = [...this.#queues].find(([, other]) => other === queue.deadLetterQueue) ?? [];
    const policy = { deadLetterTargetArn: arnOf(deadLetterQueue), maxReceiveCount: queue.redriveMaxReceiveCount };
    return {
      QueueArn: arnOf(name),
      VisibilityTimeout: String(queue.visibilityTimeoutMs / 1000),
      ApproximateNumberOfMessages: String(visible.length),
      ApproximateNumberOfMessagesNotVisible: String(inFlight.length),
      ApproximateNumberOfMessagesDelayed: "0",
      ...queue.redriveMaxReceiveCount === undefined ? {} : { RedrivePolicy: JSON.stringify(policy) },
      ...queue.attributes,
    };
  }
}

function arnOf(queue = ""): string {
  return `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}`;
}

function sent(queue: MemoryQueue, body: string): { MessageId: string; MD5OfMessageBody: string } {
  return { MessageId: queue.put(body), MD5OfMessageBody: md5(body) };
}

async function deleted(queue: MemoryQueue, entries: readonly Entry[]): Promise<unknown> {
  const failures = new Map((await queue.delete(entries.map(({ ReceiptHandle }) => receiptOf(ReceiptHandle))))
    .map(({ message, isReceiptGone, problem }) => [message.receiptHandle, { isReceiptGone, problem }]));
  return {
    Successful: entries.filter(({ ReceiptHandle }) => !failures.has(ReceiptHandle)).map(({ Id }) => ({ Id })),
    Failed: entries.flatMap(({ Id, ReceiptHandle }) => {
      const failure = failures.get(ReceiptHandle);
      if (failure === undefined) return [];
      const [Code = "", Message = ""] = failure.problem.split(": ");
      return [{ Id, Code, Message, SenderFault: failure.isReceiptGone }];
    }),
  };
}

function entriesOf(input: Input): Entry[] {
  return input["Entries"] as Entry[];
}

/** As much of a message as its receipt tells. */
function receiptOf(receiptHandle: string) {
  const [id = "", receiveCount = "0"] = receiptHandle.split("#");
  return { id, receiptHandle, receiveCount: Number(receiveCount), body: "" };
}

function seconds(value: unknown): number {
  return Number(value) * 1000;
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
