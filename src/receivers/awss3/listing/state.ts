import type { Checkpoints, ReceiverStorage } from "../../../component/checkpoints.ts";
import { areaOf, hourFolder } from "../../../aws/s3/bedrock_key.ts";
import { compareKeys, type ListedObject } from "../../../aws/s3/bucket.ts";
import { nameOfObject } from "../../../aws/s3/object_store.ts";

/** What is remembered of an object: that it is done, or the position up to and with which its records are delivered. */
export interface ObjectState {
  /** Of what was read, without the quotes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly position: number | "done";
}

/** What is remembered of an object that is held back. */
export interface HeldObject {
  readonly key: string;
  readonly etag: string;
  readonly lastModifiedMs: number;
  /** See {@linkcode ObjectState}; undefined: nothing is delivered. */
  readonly position: number | undefined;
  readonly tries: number;
  /** When it was tried last. */
  readonly triedMs: number;
}

/** How many entries are looked at together. */
const PAGE = 500;

/**
 * What the listing of one bucket remembers, in three collections: `objects` that are done or begun, `held` ones, and of
 * each `area` the newest hour that is finished. Keys begin with `s3://bucket/`, so that another bucket's state is never
 * taken for this one's. Every method throws StorageError.
 */
export class ListingState {
  readonly #objects: Checkpoints;
  readonly #held: Checkpoints;
  readonly #areas: Checkpoints;
  readonly #bucket: string;

  constructor(storage: ReceiverStorage, bucket: string) {
    this.#objects = storage.checkpoints("objects");
    this.#held = storage.checkpoints("held");
    this.#areas = storage.checkpoints("areas");
    this.#bucket = bucket;
  }

  object(key: string): ObjectState | undefined {
    const entry = this.#objects.get(this.#name(key));
    if (entry === undefined) return undefined;
    return { ...entry.value as Omit<ObjectState, "lastModifiedMs">, lastModifiedMs: entry.timeMs };
  }

  setObject(key: string, { lastModifiedMs: timeMs, ...value }: ObjectState): void {
    this.#objects.write({ put: [{ key: this.#name(key), value, timeMs }] });
  }

  held(key: string): HeldObject | undefined {
    const entry = this.#held.get(this.#name(key));
    return entry === undefined ? undefined : this.#heldOf(entry);
  }

  /** All that are held back, in pages, as they are when they are asked for. */
  *allHeld(): Generator<HeldObject, void, void> {
    for (const entry of this.#entries(this.#held)) yield this.#heldOf(entry);
  }

  get heldCount(): number {
    return this.#held.count();
  }

  setHeld({ key, lastModifiedMs: timeMs, ...value }: HeldObject): void {
    this.#held.write({ put: [{ key: this.#name(key), value, timeMs }] });
  }

  release(key: string): void {
    this.#held.write({ delete: [this.#name(key)] });
  }

  /** The newest finished hour of a listed prefix, in ms; undefined when there is none. */
  finishedHour(prefix: string): number | undefined {
    return this.#areas.get(this.#name(prefix))?.timeMs;
  }

  setFinishedHour(prefix: string, hourMs: number): void {
    const value = { finished: new Date(hourMs).toISOString() };
    this.#areas.write({ put: [{ key: this.#name(prefix), value, timeMs: hourMs }] });
  }

  /**
   * Forgets objects of an area whose hour is before the one in which a time is. What somebody put beside the hours may
   * be listed again.
   */
  forgetBefore(area: string, timeMs: number): void {
    const end = hourFolder({ prefix: area }, timeMs);
    this.#forget({ prefix: area, upTo: end }, (key) => areaOf(key) !== undefined);
  }

  /** Forgets objects with keys in a range that was listed, all but those that `keep` names: they are gone. */
  forgetGone(range: KeyRange, { keep }: { keep?: ReadonlySet<string> } = {}): void {
    this.#forget(range, (key) => keep?.has(key) !== true);
  }

  #forget(range: KeyRange, isForgotten: (key: string) => boolean): void {
    let forgotten: string[] = [];
    for (const { key: name } of this.#entries(this.#objects, range)) {
      if (isForgotten(this.#keyOf(name))) forgotten.push(name);
      if (forgotten.length < PAGE) continue;
      this.#objects.write({ delete: forgotten });
      forgotten = [];
    }
    if (forgotten.length > 0) this.#objects.write({ delete: forgotten });
  }

  *#entries(checkpoints: Checkpoints, { prefix = "", after, upTo }: KeyRange = {}) {
    let behind = after === undefined ? undefined : this.#name(after);
    for (;;) {
      const page = checkpoints.entries({
        prefix: this.#name(prefix),
        limit: PAGE,
        ...(behind === undefined ? {} : { after: behind }),
      });
      for (const entry of page) {
        if (upTo !== undefined && compareKeys(this.#keyOf(entry.key), upTo) > 0) return;
        yield entry;
      }
      behind = page.at(-1)?.key;
      if (page.length < PAGE) return;
    }
  }

  #heldOf({ key, value, timeMs }: { key: string; value: unknown; timeMs: number }): HeldObject {
    return {
      ...value as Omit<HeldObject, "key" | "lastModifiedMs">,
      key: this.#keyOf(key),
      lastModifiedMs: timeMs,
    };
  }

  #name(key: string): string {
    return nameOfObject({ bucket: this.#bucket, key });
  }

  #keyOf(name: string): string {
    return name.slice(this.#name("").length);
  }
}

/** A stretch of keys: behind `after`, up to and with `upTo`. */
export interface KeyRange {
  readonly prefix?: string;
  readonly after?: string | undefined;
  readonly upTo?: string | undefined;
}

/** Whether what is remembered is about the object as it is listed. Stores that give no ETag are judged by the time. */
export function isSameVersion(
  known: { readonly etag: string; readonly lastModifiedMs: number } | undefined,
  listed: Pick<ListedObject, "etag" | "lastModifiedMs">,
): boolean {
  if (known === undefined) return false;
  return listed.etag === "" ? known.lastModifiedMs === listed.lastModifiedMs : known.etag === listed.etag;
}
