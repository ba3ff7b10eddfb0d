import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { RetryingCalls } from "../../aws/retrying_calls.ts";
import { retry } from "../../async/retry.ts";
import { nameOfObject } from "../../aws/s3/object_store.ts";
import { type NotTaken, notTaken } from "../../receivers/awss3/queue/queue.ts";
import type { Events } from "./events.ts";
import type { BackfillObject } from "./job.ts";
import type { BackfillMessage } from "./messages.ts";

const POLICY = { initialMs: 500, factor: 2, maxMs: 60_000, maxTries: 8 };

export interface QueueSenderOptions {
  readonly client: Pick<SQSClient, "send">;
  readonly queueUrl: string;
  readonly events: Events;
  /** Ends the trying again. */
  readonly signal: AbortSignal;
}

/** Puts messages into a queue, up to ten in a call, and looks at what became of each. */
export class QueueSender {
  readonly #options: QueueSenderOptions;
  readonly #calls: RetryingCalls;

  constructor(options: QueueSenderOptions) {
    const { queueUrl, events, signal } = options;
    this.#options = options;
    this.#calls = new RetryingCalls({
      cannot: `Cannot send to queue ${queueUrl}`,
      once: true,
      signal,
      onFailed: ({ reason, error }) => events.emit("backfill.retry", { source: queueUrl, reason, error }),
    });
  }

  /**
   * Sends the messages; entries that SQS does not take just now are sent again. Gives the objects of those that it never
   * takes.
   *
   * @throws {Error} the queue cannot be sent to; the signal's reason.
   */
  async send(messages: readonly BackfillMessage[]): Promise<ReadonlySet<BackfillObject>> {
    const { queueUrl, signal } = this.#options;
    const failed = new Set<BackfillObject>();
    let left = messages;
    const sendLeft = async () => {
      const again = [];
      for (const refused of await this.#sendOnce(left)) {
        if (refused.failure?.SenderFault === true) this.#giveUp(refused, failed);
        else again.push(refused);
      }
      left = again.map(({ message }) => message);
      if (again.length > 0) throw new RefusedError(`Cannot send to queue ${queueUrl}: ${again[0]?.problem}`);
    };
    await retry(sendLeft, { policy: POLICY, signal, isTransient: (error) => error instanceof RefusedError });
    return failed;
  }

  async #sendOnce(messages: readonly BackfillMessage[]): Promise<NotTaken<BackfillMessage>[]> {
    const { client, queueUrl } = this.#options;
    const command = new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: messages.map(({ body }, index) => ({ Id: String(index), MessageBody: body })),
    });
    // A call that is under way is not broken off by a stop: what it did would not be known.
    return notTaken(messages, await this.#calls.retry(() => client.send(command)));
  }

  #giveUp({ message, problem }: NotTaken<BackfillMessage>, failed: Set<BackfillObject>): void {
    for (const object of message.objects) {
      failed.add(object);
      this.#options.events.emit("backfill.object_failed", {
        source: nameOfObject(object),
        reason: "refused",
        error: `SQS refuses its message: ${problem}`,
      });
    }
  }
}

/** SQS did not take some of the messages just now. */
class RefusedError extends Error {}
