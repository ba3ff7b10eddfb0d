import { z } from "zod";
import type { CheckpointStore, EntryRange, ReceiverStorage } from "../../../component/checkpoints.ts";
import { areaOf, hourFolder } from "../../../aws/s3/bedrock_key.ts";
import type { ListedObject } from "../../../aws/s3/bucket.ts";
import { nameOfObject } from "../../../aws/s3/object_store.ts";

const objectSchema = z.object({
  /** Of what was read, without the quotes. */
  etag: z.string(),
  /** That it is done, or the position up to and with which its records are delivered. */
  position: z.union([z.number(), z.literal("done")]),
});
const deferredSchema = z.object({
  etag: z.string(),
  /** As of an object; undefined: nothing is delivered. */
  position: z.number().optional(),
  tries: z.number(),
  /** When it was tried last. */
  triedMs: z.number(),
});
/** The hour itself is the entry's time. */
const areaSchema = z.object({ finished: z.string() });

/** What is remembered of an object; its time is the entry's. */
type ObjectState = Readonly<z.infer<typeof objectSchema>> & { readonly lastModifiedMs: number };

/** What is remembered of an object that is deferred. */
export interface DeferredObject extends Readonly<z.infer<typeof deferredSchema>> {
  readonly key: string;
  readonly lastModifiedMs: number;
}

/**
 * What the listing of one bucket remembers, in three collections: `objects` that are done or begun, `deferred` ones, and of
 * each `area` the newest hour that is finished. Keys begin with `s3://bucket/`, so that another bucket's state is never
 * taken for this one's. Every method that reads throws StorageError.
 */
export class ListingState {
  readonly #objects: CheckpointStore<z.infer<typeof objectSchema>>;
  readonly #deferred: CheckpointStore<z.infer<typeof deferredSchema>>;
  readonly #areas: CheckpointStore<z.infer<typeof areaSchema>>;
  readonly #bucket: string;

  constructor(storage: ReceiverStorage, bucket: string) {
    this.#objects = storage.checkpoints("objects", objectSchema);
    this.#deferred = storage.checkpoints("deferred", deferredSchema);
    this.#areas = storage.checkpoints("areas", areaSchema);
    this.#bucket = bucket;
  }

  object(key: string): ObjectState | undefined {
    const entry = this.#objects.get(this.#name(key));
    if (entry === undefined) return undefined;
    return { ...entry.value, lastModifiedMs: entry.timeMs };
  }

  /** Key of the first object of an area that is done or begun. */
  oldestObject(area: string): string | undefined {
    for (const name of this.#objects.keys({ prefix: this.#name(area) })) return this.#keyOf(name);
    return undefined;
  }

  setObject(key: string, { lastModifiedMs: timeMs, ...value }: ObjectState): void {
    this.#objects.write({ put: [{ key: this.#name(key), value, timeMs }] });
  }

  deferred(key: string): DeferredObject | undefined {
    const entry = this.#deferred.get(this.#name(key));
    if (entry === undefined) return undefined;
    return { ...entry.value, key, lastModifiedMs: entry.timeMs };
  }

  /** Keys of all that are deferred. */
  *deferredKeys(): Generator<string, void, void> {
    for (const name of this.#deferred.keys({ prefix: this.#name("") })) yield this.#keyOf(name);
  }

  get deferredCount(): number {
    return this.#deferred.count();
  }

  setDeferred({ key, lastModifiedMs: timeMs, ...value }: DeferredObject): void {
    this.#deferred.write({ put: [{ key: this.#name(key), value, timeMs }] });
  }

  release(key: string): void {
    this.#deferred.write({ delete: [this.#name(key)] });
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
  forgetGone(range: EntryRange, { keep }: { keep?: ReadonlySet<string> } = {}): void {
    this.#forget(range, (key) => keep?.has(key) !== true);
  }

  #forget({ prefix = "", after, upTo }: EntryRange, isForgotten: (key: string) => boolean): void {
    const nameOf = (key: string | undefined) => key && this.#name(key);
    const names = this.#objects.keys({ prefix: this.#name(prefix), after: nameOf(after), upTo: nameOf(upTo) });
    this.#objects.forget(Iterator.from(names).filter((name) => isForgotten(this.#keyOf(name))));
  }

  #name(key: string): string {
    return nameOfObject({ bucket: this.#bucket, key });
  }

  #keyOf(name: string): string {
    return name.slice(this.#name("").length);
  }
}

/** Whether what is remembered is about the object as it is listed. Stores that give no ETag are judged by the time. */
export function isSameVersion(
  known: { readonly etag: string; readonly lastModifiedMs: number } | undefined,
  listed: Pick<ListedObject, "etag" | "lastModifiedMs">,
): boolean {
  if (known === undefined) return false;
  return listed.etag === "" ? known.lastModifiedMs === listed.lastModifiedMs : known.etag === listed.etag;
}
