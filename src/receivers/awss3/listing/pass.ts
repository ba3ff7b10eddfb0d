import { hourFolder } from "../bedrock_key.ts";
import { type List, type ListedObject, pagesOf } from "../bucket.ts";
import type { Awss3Config } from "../config.ts";
import { isNeverLogObject } from "../never_log_objects.ts";
import type { Selector } from "../selection.ts";
import { type Stretch, walkBucket } from "../walk.ts";
import { AreaProgress } from "./area_progress.ts";
import type { ToDeliver } from "./deliver_listed.ts";
import { type HeldObject, isSameVersion, type ListingState } from "./state.ts";

/** Longest wait between two tries of an object that is held back. */
const MAX_HELD_MS = 3_600_000;

export interface PassOptions {
  readonly list: List;
  /**
   * Begins work on an object, as soon as that may be: then it resolves. `onSettled` is called once it is remembered
   * what became of the object.
   */
  readonly begin: (object: ToDeliver, onSettled: () => void) => Promise<void>;
  readonly state: ListingState;
  readonly select: Selector;
  readonly config: Pick<
    Awss3Config,
    "bucket_list_interval" | "bucket_list_prefix" | "start_timestamp" | "ignore_older" | "late_window"
  >;
  /** Tries whatever is held back, however seldom it is tried otherwise. */
  readonly once: boolean;
}

/** One pass over a bucket: finds what is new and begins work on it, and forgets what is no longer needed. */
export class Pass {
  readonly #options: PassOptions;
  /** Objects last modified before are left out. */
  readonly #oldestMs: number;
  /** How many objects were begun. */
  begun = 0;

  constructor(options: PassOptions) {
    const { start_timestamp, ignore_older } = options.config;
    this.#options = options;
    this.#oldestMs = Math.max(
      start_timestamp === undefined ? -Infinity : Date.parse(start_timestamp),
      ignore_older === undefined ? -Infinity : Date.now() - ignore_older,
    );
  }

  /** Resolves when the last object was begun. */
  async run(): Promise<void> {
    const { list, config: { bucket_list_prefix: prefix = "" } } = this.#options;
    for (const held of this.#options.state.allHeld()) {
      if (this.#options.once || this.#isDue(held)) await this.#begin(held, () => {});
    }
    let after: string | undefined;
    for await (const stretch of walkBucket(list, prefix)) {
      if (stretch.kind === "area") await this.#area(stretch);
      else after = await this.#others(stretch.objects, { prefix, after });
    }
    this.#options.state.forgetGone({ prefix, after }, { keep: new Set() });
  }

  /** The logs of an account and region, from `late_window` before the newest finished hour on. */
  async #area({ area, prefix }: Stretch & { kind: "area" }): Promise<void> {
    const { list, state, config: { late_window: lateWindowMs } } = this.#options;
    let finishedMs = state.finishedHour(prefix);
    const progress = new AreaProgress(finishedMs);
    const startAfter = finishedMs === undefined ? undefined : hourFolder(area, finishedMs - lateWindowMs);
    const onProgress = () => {
      const nowMs = progress.finishedMs;
      if (nowMs === undefined || nowMs <= (finishedMs ?? -Infinity)) return;
      finishedMs = nowMs;
      state.setFinishedHour(prefix, nowMs);
      state.forgetBefore(area.prefix, nowMs - lateWindowMs);
    };
    for await (const objects of pagesOf(list, { prefix, startAfter })) {
      for (const object of objects) {
        progress.listed(object);
        if (!this.#isNew(object)) continue;
        const end = progress.begin(object);
        await this.#begin(object, () => {
          end();
          onProgress();
        });
      }
      onProgress();
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
      if (this.#isNew(object)) await this.#begin(object, () => {});
    }
    return upTo;
  }

  /** Whether there is something to deliver that is neither delivered nor held back. */
  #isNew(object: ListedObject): boolean {
    const { key, sizeBytes, lastModifiedMs } = object;
    const { state, select } = this.#options;
    if (sizeBytes === 0 || lastModifiedMs < this.#oldestMs) return false;
    if (isNeverLogObject(key) || select(key) === undefined) return false;
    const known = state.object(key);
    if (known?.position === "done" && isSameVersion(known, object)) return false;
    return !isSameVersion(state.held(key), object);
  }

  /** A clock that was put back makes it due at once. */
  #isDue({ tries, triedMs }: HeldObject): boolean {
    const waitMs = Math.min(this.#options.config.bucket_list_interval * 2 ** (tries - 1), MAX_HELD_MS);
    const sinceMs = Date.now() - triedMs;
    return sinceMs < 0 || sinceMs >= waitMs;
  }

  async #begin(object: ToDeliver, onSettled: () => void): Promise<void> {
    this.begun++;
    await this.#options.begin(object, onSettled);
  }
}
