import { retryDelayMs } from "../../../async/retry.ts";
import { StorageError, UnreadableEntryError } from "../../../storage/storage_error.ts";
import { hourFolder, hourOf } from "../../../aws/s3/bedrock_key.ts";
import { keyAfter, type List, type ListedObject, pagesOf } from "../../../aws/s3/bucket.ts";
import type { Awss3Config } from "../config.ts";
import { isNeverLogObject } from "../../../aws/s3/never_log_objects.ts";
import type { Selector } from "../selection.ts";
import { type Span, walkBucket } from "../../../aws/s3/walk.ts";
import { AreaProgress } from "./area_progress.ts";
import type { ToDeliver } from "./deliver_listed.ts";
import { type DeferredObject, isSameVersion, type ListingState } from "./state.ts";

/** Longest wait between two tries of an object that is deferred. */
const MAX_DEFERRED_MS = 3_600_000;
/** Most tries of deferred objects in one pass: a bucket full of what may not be read costs little. */
const MAX_DEFERRED_TRIES = 100;

/** The hour of an object that was left out is not finished. */
const NEVER_SETTLED = Promise.resolve(false);

export interface ListingPassOptions {
  readonly list: List;
  /** Begins work on an object, as soon as that may be: then it resolves. */
  readonly begin: (object: ToDeliver) => Promise<void>;
  /** Work on the object with this key: resolves with true once it is remembered what became of it; never rejects. */
  readonly underWay: (key: string) => Promise<boolean> | undefined;
  readonly state: ListingState;
  readonly select: Selector;
  /** The store's time, as near as it is known. */
  readonly nowMs: () => number;
  /** Called for an object that would be read if it were not archived. */
  readonly onArchived: (key: string) => void;
  /**
   * Called for an object, or the prefix of an area, of which cannot be read what is remembered: the object is left out, the
   * area is listed from the oldest object that is remembered.
   */
  readonly onUnreadable: (error: UnreadableEntryError, key: string) => void;
  readonly config: Pick<
    Awss3Config,
    "bucket_list_interval" | "bucket_list_prefix" | "start_timestamp" | "ignore_older" | "late_window"
  >;
  /** Tries whatever is deferred, however seldom it is tried otherwise. */
  readonly once: boolean;
}

/** One pass over a bucket: finds what is new and begins work on it, and forgets what is no longer needed. */
export class ListingPass {
  readonly #options: ListingPassOptions;
  /** Objects last modified before are left out. */
  readonly #oldestMs: number;
  /** How many objects were begun. */
  begun = 0;

  constructor(options: ListingPassOptions) {
    const { start_timestamp, ignore_older } = options.config;
    this.#options = options;
    this.#oldestMs = Math.max(
      start_timestamp === undefined ? -Infinity : Date.parse(start_timestamp),
      ignore_older === undefined ? -Infinity : Date.now() - ignore_older,
    );
  }

  /** Resolves when the last object was begun. */
  async run(): Promise<void> {
    const { list, state, config: { bucket_list_prefix: prefix = "" } } = this.#options;
    await this.#retryDeferred();
    let after: string | undefined;
    for await (const span of walkBucket(list, prefix)) {
      if (span.kind === "objects") after = await this.#others(span.objects, { prefix, after });
      else {
        state.forgetGone({ prefix, after, upTo: span.area.prefix });
        await this.#ifReadable(span.area.prefix, () => this.#area(span));
        after = keyAfter(span.area.prefix);
      }
    }
    state.forgetGone({ prefix, after });
  }

  async #retryDeferred(): Promise<void> {
    const { once, state, underWay } = this.#options;
    let tries = 0;
    for (const key of state.deferredKeys()) {
      const deferred = await this.#ifReadable(key, () => state.deferred(key));
      if (deferred === undefined || underWay(key) !== undefined) continue;
      if (!once && !this.#isDue(deferred)) continue;
      if (!once && ++tries > MAX_DEFERRED_TRIES) return;
      await this.#begin(deferred);
    }
  }

  /** The logs of an account and region, from `late_window` before the newest finished hour on. */
  async #area({ area, prefix }: Span & { kind: "area" }): Promise<void> {
    const { list, state, underWay, config: { late_window: lateWindowMs } } = this.#options;
    const { finishedMs, isReadable } = this.#finishedHour({ area, prefix });
    if (!isReadable && finishedMs === undefined) return;
    const progress = new AreaProgress({ finishedMs, beganMs: this.#options.nowMs() });
    const startAfter = finishedMs === undefined ? undefined : hourFolder(area, finishedMs - lateWindowMs);
    const remember = () => {
      const nowMs = progress.finishedMs;
      try {
        // The pass before this one may have gone on beside it.
        if (nowMs === undefined || nowMs <= (state.finishedHour(prefix) ?? -Infinity)) return;
        state.setFinishedHour(prefix, nowMs);
        state.forgetBefore(area.prefix, nowMs - lateWindowMs);
      } catch (error) {
        // The storage has reported it: until it can be read again, the next pass begins where this one did.
        if (!(error instanceof StorageError)) throw error;
      }
    };
    for await (const objects of pagesOf(list, { prefix, startAfter })) {
      for (const object of objects) {
        const isNew = await this.#ifReadable(object.key, () => this.#isNew(object));
        if (isNew === true) await this.#begin(object);
        progress.listed(object);
        const work = isNew === undefined ? NEVER_SETTLED : underWay(object.key);
        if (work !== undefined) void progress.begin(object, work).then(remember);
      }
      remember();
    }
  }

  /**
   * The newest finished hour of an area. Where that cannot be read, the oldest hour of which objects are remembered: new
   * ones are delivered then too, and nothing is written over what somebody has to look at.
   */
  #finishedHour({ area, prefix }: Pick<Span & { kind: "area" }, "area" | "prefix">) {
    const { state, onUnreadable } = this.#options;
    try {
      return { finishedMs: state.finishedHour(prefix), isReadable: true };
    } catch (error) {
      if (!(error instanceof UnreadableEntryError)) throw error;
      onUnreadable(error, prefix);
      const oldest = state.oldestObject(area.prefix);
      return { finishedMs: oldest === undefined ? undefined : hourOf(oldest), isReadable: false };
    }
  }

  /** Objects of any other layout; returns the last key. */
  async #others(
    objects: readonly ListedObject[],
    { prefix, after }: { prefix: string; after: string | undefined },
  ): Promise<string | undefined> {
    const upTo = objects.at(-1)?.key;
    const wanted = objects.filter((object) => object.lastModifiedMs >= this.#oldestMs);
    this.#options.state.forgetGone({ prefix, after, upTo }, { keep: new Set(wanted.map(({ key }) => key)) });
    for (const object of wanted) {
      if (await this.#ifReadable(object.key, () => this.#isNew(object))) await this.#begin(object);
    }
    return upTo;
  }

  /** What `task` gives; undefined, after a report, when what is remembered of `key` cannot be read. */
  async #ifReadable<T>(key: string, task: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof UnreadableEntryError)) throw error;
      this.#options.onUnreadable(error, key);
      return undefined;
    }
  }

  /** Whether there is something to deliver that is neither delivered, nor under way, nor deferred. */
  #isNew(object: ListedObject): boolean {
    const { key, sizeBytes, lastModifiedMs, isArchived } = object;
    const { state, select, underWay, onArchived } = this.#options;
    if (sizeBytes === 0 || lastModifiedMs < this.#oldestMs) return false;
    if (isNeverLogObject(key) || select(key) === undefined) return false;
    if (underWay(key) !== undefined) return false;
    const known = state.object(key);
    if (known?.position === "done" && isSameVersion(known, object)) return false;
    if (isSameVersion(state.deferred(key), object)) return false;
    if (isArchived) onArchived(key);
    return !isArchived;
  }

  /** A clock that was put back makes it due at once. */
  #isDue({ tries, triedMs }: DeferredObject): boolean {
    const policy = { initialMs: this.#options.config.bucket_list_interval, factor: 2, maxMs: MAX_DEFERRED_MS };
    const waitMs = retryDelayMs(policy, tries);
    const sinceMs = Date.now() - triedMs;
    return sinceMs < 0 || sinceMs >= waitMs;
  }

  async #begin(object: ToDeliver): Promise<void> {
    this.begun++;
    await this.#options.begin(object);
  }
}
