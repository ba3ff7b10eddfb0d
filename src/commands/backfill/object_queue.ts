import { abortable } from "../../async/abortable.ts";
import { nameOfObject } from "../../aws/s3/object_store.ts";
import type { SettleFailures } from "../../receivers/awss3/queue/failed_message.ts";
import type {
  DeleteFailure,
  Queue,
  QueueDepth,
  QueueMessage,
  ReceiveOptions,
} from "../../receivers/awss3/queue/queue.ts";
import type { Events } from "./events.ts";
import type { BackfillObject } from "./job.ts";
import type { Session } from "./session.ts";

const NONE: ReadonlySet<BackfillObject> = new Set();

/**
 * What a backfill has to read, as a queue in memory for the receiver of SQS queues: each object is a message. A message
 * that is deleted is an object that is done; one that fails is left to the next run.
 */
export class ObjectQueue implements Queue {
  readonly #session: Pick<Session, "take" | "finish" | "fail">;
  readonly #events: Events;
  readonly #objects: AsyncIterator<BackfillObject>;
  readonly #inHand = new Map<string, BackfillObject>();
  #isEmpty = false;

  constructor(
    objects: AsyncIterable<BackfillObject>,
    { session, events }: { session: Pick<Session, "take" | "finish" | "fail">; events: Events },
  ) {
    this.#objects = objects[Symbol.asyncIterator]();
    this.#session = session;
    this.#events = events;
  }

  /** One message at a time, so that none waits for others. */
  async receive({ signal }: ReceiveOptions): Promise<QueueMessage[]> {
    if (this.#isEmpty) return [];
    try {
      const object = await abortable(this.#next(signal), signal);
      if (object === undefined) return [];
      const id = nameOfObject(object);
      this.#inHand.set(id, object);
      return [{ id, body: "", objects: [object], receiptHandle: id, receiveCount: 1 }];
    } catch (error) {
      signal.throwIfAborted();
      this.#fail(error);
      return [];
    }
  }

  async delete(messages: readonly QueueMessage[]): Promise<DeleteFailure[]> {
    await this.#finish(messages, false);
    return [];
  }

  /** Leaves an object that failed to the next run of the same command. */
  readonly settle: SettleFailures = async (message, failures) => {
    for (const failure of failures) this.#events.emit("backfill.object_failed", { ...failure });
    await this.#finish([message], true);
    return false;
  };

  /** Nothing comes back: what is neither deleted nor failed is done by the next run. */
  changeVisibility(): Promise<void> {
    return Promise.resolve();
  }

  hasRedrivePolicy(): Promise<boolean> {
    return Promise.resolve(true);
  }

  depth(): Promise<QueueDepth> {
    return Promise.resolve({ visible: 0, inFlight: this.#inHand.size, delayed: 0 });
  }

  close(): void {}

  /** The next object once its turn has come; undefined: there is none. */
  async #next(signal: AbortSignal): Promise<BackfillObject | undefined> {
    const { done, value } = await this.#objects.next();
    if (done === true) {
      this.#isEmpty = true;
      return undefined;
    }
    await this.#session.take(1, signal);
    return value;
  }

  async #finish(messages: readonly QueueMessage[], isFailed: boolean): Promise<void> {
    const objects = messages.flatMap(({ id }) => this.#inHand.get(id) ?? []);
    for (const { id } of messages) this.#inHand.delete(id);
    try {
      await this.#session.finish(objects, isFailed ? new Set(objects) : NONE);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Gives no more objects: the backfill cannot go on. */
  #fail(error: unknown): void {
    this.#isEmpty = true;
    this.#session.fail(error);
  }
}
