import { awsErrorMessage } from "../../../aws/aws_error.ts";
import { RetryingCalls } from "../../../aws/retrying_calls.ts";
import type { DeadLetter, ReceiverResult } from "../../../component/component.ts";
import { LinkedAbort, sleep } from "../../../async/abortable.ts";
import { TaskPool } from "../../../async/task_pool.ts";
import type { ReceiverStorage } from "../../../component/checkpoints.ts";
import { RunLoop, type StopSignals } from "../../run_loop.ts";
import type { List, ListPage, S3Bucket } from "../../../aws/s3/bucket.ts";
import type { Awss3Config } from "../config.ts";
import type { ObjectContext } from "../try_deliver.ts";
import { nameOfObject } from "../../../aws/s3/object_store.ts";
import { firstRequest } from "../../../aws/s3/walk.ts";
import { deliverListed, type ListedContext, type ToDeliver } from "./deliver_listed.ts";
import { ListingPass } from "./listing_pass.ts";
import { ListingState } from "./state.ts";

/** How often an object is tried before it is deferred; in `once` a single time. */
const MAX_TRIES = 3;

/** What the receiver is made of, beside what it makes itself. */
export type ListingReceiverOptions = Omit<ObjectContext, "allowedBuckets"> & {
  readonly bucket: Pick<S3Bucket, "name" | "region" | "list" | "nowMs">;
  readonly storage: ReceiverStorage;
  readonly deadLetter?: DeadLetter | undefined;
  readonly config: Pick<
    Awss3Config,
    | "number_of_workers"
    | "bucket_list_interval"
    | "bucket_list_prefix"
    | "start_timestamp"
    | "ignore_older"
    | "late_window"
  >;
  /** Closes the connections to the store. */
  readonly close: () => void;
};

/** Looks for new objects in a bucket, in passes, and delivers them; what is done is remembered in the storage. */
export function listingReceiver(options: ListingReceiverOptions): RunLoop {
  return new RunLoop({
    async begin(signals) {
      const task = new ListingTask(options, signals);
      await task.listFirst();
      return task;
    },
    close: options.close,
  });
}

class ListingTask {
  readonly #options: ListingReceiverOptions;
  readonly #context: ListedContext;
  readonly #calls: RetryingCalls;
  /** Aborted to list no more. */
  readonly #listing: LinkedAbort;
  readonly #workers: TaskPool;
  /** Aborted to give up what is in flight. */
  readonly #giveUp: AbortSignal;
  /** Work on objects by their keys; resolves with whether it is settled, never rejects. */
  readonly #underWay = new Map<string, Promise<boolean>>();
  /** The answer that {@linkcode listFirst} got, for the first pass. */
  #firstPage: ListPage | undefined;
  #requests = 0;
  /** Objects that were begun and neither delivered nor deferred. */
  #undelivered = 0;
  /** How many deferred objects were reported last. */
  #reportedDeferred = 0;

  constructor(options: ListingReceiverOptions, { stopping, giveUp }: StopSignals) {
    const { bucket, events, once } = options;
    this.#options = options;
    this.#listing = new LinkedAbort(stopping);
    this.#giveUp = giveUp;
    this.#workers = new TaskPool({ size: options.config.number_of_workers, gate: options.flowControl.gate });
    this.#context = {
      ...options,
      bucket: bucket.name,
      region: bucket.region,
      state: new ListingState(options.storage, bucket.name),
      allowedBuckets: undefined,
      tries: once ? 1 : MAX_TRIES,
    };
    this.#calls = new RetryingCalls({
      cannot: `Cannot list bucket ${bucket.name}`,
      once,
      signal: this.#listing.signal,
      onFailed: (failure) => events.emit("awss3.list_failed", { bucket: bucket.name, ...failure }),
      onRecovered: () => events.emit("awss3.list_recovered", { bucket: bucket.name }),
    });
  }

  /** @throws {Error} when the bucket can never be listed as it is configured. */
  async listFirst(): Promise<void> {
    const { bucket, config, events } = this.#options;
    const { signal } = this.#listing;
    const request = firstRequest(config.bucket_list_prefix ?? "");
    this.#firstPage = await this.#calls.first(() => bucket.list(request, { signal }));
    if (this.#firstPage?.objects.length === 0) {
      events.emit("awss3.none_listed", { bucket: bucket.name, prefix: request.prefix });
    }
  }

  get undelivered(): number {
    return this.#undelivered + this.#underWay.size + (this.#options.once ? this.#context.state.deferredCount : 0);
  }

  async run(): Promise<ReceiverResult> {
    const { once, config } = this.#options;
    const { signal } = this.#listing;
    let failure: { error: unknown } | undefined;
    while (!signal.aborted) {
      try {
        await this.#pass();
      } catch (error) {
        if (once && !signal.aborted) failure = { error };
        // What was listed and not begun, or not even listed, was left.
        if (once) this.#undelivered++;
      }
      if (once) break;
      await sleep(config.bucket_list_interval, signal).catch(() => {});
    }
    await this.#workers.idle();
    if (failure !== undefined) throw failure.error;
    return { undelivered: this.undelivered };
  }

  /**
   * One pass over the bucket; in `once` until everything that was begun is settled, otherwise the next one need not wait
   * for a large object.
   *
   * @throws what broke it off.
   */
  async #pass(): Promise<void> {
    const { events, bucket, config, once, select } = this.#options;
    const before = this.#requests;
    try {
      const pass = new ListingPass({
        list: this.#list,
        begin: this.#begin,
        underWay: (key) => this.#underWay.get(key),
        state: this.#context.state,
        select,
        nowMs: () => bucket.nowMs(),
        onArchived: (key) => events.emit("awss3.archived", { source: nameOfObject({ bucket: bucket.name, key }) }),
        onUnreadable: (error, key) => {
          if (once) this.#undelivered++;
          this.#reportFailed(error, key);
        },
        config,
        once,
      });
      await pass.run();
      if (once) await this.#workers.idle();
      events.emit("awss3.pass_done", {
        bucket: bucket.name,
        list_requests: this.#requests - before,
        objects: pass.begun,
      });
      this.#reportDeferred();
    } catch (error) {
      if (!this.#listing.signal.aborted) this.#reportFailed(error);
      throw error;
    }
  }

  /** `key`: of the object that broke it off. */
  #reportFailed(error: unknown, key?: string): void {
    const { events, bucket } = this.#options;
    const source = key === undefined ? undefined : nameOfObject({ bucket: bucket.name, key });
    events.emit("awss3.pass_failed", { bucket: bucket.name, source, error: awsErrorMessage(error) });
  }

  #reportDeferred(): void {
    const { events } = this.#options;
    const objects = this.#context.state.deferredCount;
    if (objects > 0 && objects !== this.#reportedDeferred) events.emit("awss3.objects_deferred", { objects });
    else if (objects === 0 && this.#reportedDeferred > 0) events.emit("awss3.none_deferred");
    this.#reportedDeferred = objects;
  }

  readonly #list: List = async (request) => {
    this.#requests++;
    const first = this.#firstPage;
    this.#firstPage = undefined;
    const { signal } = this.#listing;
    return first ?? await this.#calls.retry(() => this.#options.bucket.list(request, { signal }));
  };

  /** Begins work on an object as soon as a worker is free and the endpoint takes something. */
  readonly #begin = async (object: ToDeliver): Promise<void> => {
    const { storage, once } = this.#options;
    const { signal } = this.#listing;
    const work = async () => {
      const settled = this.#work(object).finally(() => this.#underWay.delete(object.key));
      this.#underWay.set(object.key, settled);
      await settled;
    };
    await storage.caughtUp({ signal, once });
    await this.#workers.begin(work, signal);
  };

  async #work(object: ToDeliver): Promise<boolean> {
    try {
      await deliverListed(object, { context: this.#context, signal: this.#giveUp });
      return true;
    } catch (error) {
      this.#undelivered++;
      if (this.#giveUp.aborted) return false;
      this.#reportFailed(error, object.key);
      // What failed now would only fail again.
      if (this.#options.once) this.#listing.abort(new Error("Stopped"));
      return false;
    }
  }
}
