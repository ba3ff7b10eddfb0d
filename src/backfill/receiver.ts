import { awsErrorMessage } from "../aws/aws_error.ts";
import type { Receiver, ReceiverResult } from "../component.ts";
import { sleep } from "../pipeline/abortable.ts";
import { NotDeliveredError } from "../pipeline/deliver_records.ts";
import { DataFaultError } from "../pipeline/outcome.ts";
import { deliverObject, type ObjectContext } from "../receivers/awss3/deliver_objects.ts";
import { nameOfObject } from "../receivers/awss3/object_store.ts";
import type { BackfillObject } from "./job.ts";

/** How often an object is read before it counts as failed, and how much longer each time until the next try. */
const READ_TRIES = 3;
const RETRY_MS = 1000;

export interface BackfillReceiverOptions {
  readonly context: ObjectContext;
  /** Does the work: calls `handle` for each object until all is done or `stopping` is aborted. */
  readonly work: (
    handle: (object: BackfillObject) => Promise<ReadonlySet<BackfillObject>>,
    stopping: AbortSignal,
  ) => Promise<void>;
  /** How many objects failed. */
  readonly failedCount: () => number;
  readonly close: () => void;
}

/** Stands in a pipeline where the configuration's own receiver would: delivers the objects of a backfill, then finishes. */
export class BackfillReceiver implements Receiver {
  readonly #options: BackfillReceiverOptions;
  readonly #finished = Promise.withResolvers<ReceiverResult>();
  readonly #stopping = new AbortController();
  readonly #giveUp = new AbortController();
  #isStarted = false;

  constructor(options: BackfillReceiverOptions) {
    this.#options = options;
    // Whoever starts the receiver may look at its end later.
    this.#finished.promise.catch(() => {});
  }

  get finished(): Promise<ReceiverResult> {
    return this.#finished.promise;
  }

  // deno-lint-ignore require-await
  async start(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#isStarted = true;
    const { work, failedCount } = this.#options;
    work((object) => this.#deliver(object), this.#stopping.signal).then(
      () => this.#finished.resolve({ undelivered: failedCount() }),
      (error) => {
        // What is left is not counted: it is enough that there is something.
        if (this.#stopping.signal.aborted) this.#finished.resolve({ undelivered: 1 + failedCount() });
        else this.#finished.reject(error);
      },
    );
  }

  async stop(deadline: AbortSignal): Promise<void> {
    this.#stopping.abort(new Error("Stopped"));
    if (!this.#isStarted) this.#finished.resolve({ undelivered: 0 });
    const onDeadline = () => this.#giveUp.abort(deadline.reason);
    if (deadline.aborted) onDeadline();
    else deadline.addEventListener("abort", onDeadline, { once: true });
    // A failure is for those who look at `finished`.
    await this.finished.catch(() => {});
    deadline.removeEventListener("abort", onDeadline);
    this.#options.close();
  }

  /** @throws {NotDeliveredError} the endpoint does not take records; the reason of giving up. */
  async #deliver(object: BackfillObject): Promise<ReadonlySet<BackfillObject>> {
    const { context } = this.#options;
    const failure = await this.#reasonNot(object);
    if (failure === undefined) return new Set();
    context.events.emit("backfill.object_failed", { source: nameOfObject(object), ...failure });
    return new Set([object]);
  }

  /** Delivers an object, or tells why not. */
  async #reasonNot({ bucket, key }: BackfillObject): Promise<{ reason: string; error: string } | undefined> {
    const signal = this.#giveUp.signal;
    for (let tries = 1;; tries++) {
      try {
        const failure = await deliverObject({ bucket, key }, { context: this.#options.context, signal });
        if (failure instanceof DataFaultError) return { reason: "refused", error: failure.message };
        return failure && { reason: failure.reason, error: failure.problem };
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof NotDeliveredError) throw error;
        if (tries === READ_TRIES) return { reason: "transient", error: awsErrorMessage(error) };
      }
      await sleep(RETRY_MS * tries, signal);
    }
  }
}
