import type { DeadLetter } from "../../../component/component.ts";
import { abortable } from "../../../async/abortable.ts";
import type { ListedObject } from "../../../aws/s3/bucket.ts";
import { nameOfObject } from "../../../aws/s3/object_store.ts";
import { objectEntry } from "../unreadable_record.ts";
import {
  CountedTries,
  type DeliveryFailure,
  isPermanent,
  type ObjectContext,
  type ReadingProgress,
  tryDeliver,
} from "../try_deliver.ts";
import type { DeferredObject, ListingState } from "./state.ts";

/** After so many tries an object that cannot be read goes to the dead letter, when there is one. */
const MAX_TRIES = 5;

/** What work on listed objects needs, the same for all of them. */
export interface ListedContext extends ObjectContext {
  readonly bucket: string;
  readonly region: string | undefined;
  readonly state: ListingState;
  readonly deadLetter?: DeadLetter | undefined;
  /** How often an object is tried before it is deferred. */
  readonly tries: number;
}

/** An object to deliver: as a listing names it, or as it is deferred. */
export type ToDeliver =
  & Pick<ListedObject, "key" | "etag" | "lastModifiedMs">
  & Partial<Pick<ListedObject, "sizeBytes">>;

/**
 * Delivers one object from where its last reading ended and remembers what became of it: done, or deferred, which
 * is to be tried again. What is read is what the store has **then**: an object that was overwritten since it was listed
 * is read as it is now, from its beginning.
 *
 * @throws the signal's reason; in `once` when the endpoint takes nothing. Then nothing new is remembered.
 */
export async function deliverListed(
  object: ToDeliver,
  options: { context: ListedContext; signal: AbortSignal },
): Promise<"done" | "deferred"> {
  const { state, events, bucket, region } = options.context;
  const { key, sizeBytes } = object;
  const source = nameOfObject({ bucket, key });
  const deferred = state.deferred(key);
  const reading = new Reading(object, { state, deferred });
  const patience = new CountedTries(options.context.tries);
  const failure = await tryDeliver({ bucket, key, region, sizeBytes }, { ...options, progress: reading, patience });
  const tries = (deferred?.tries ?? 0) + 1;
  if (failure === undefined || await isInDeadLetter(failure, { ...options, source, tries, reading })) {
    reading.done();
    return "done";
  }
  events.emit("awss3.object_deferred", { ...failure, tries });
  reading.defer(tries);
  return "deferred";
}

interface ReadingOptions {
  readonly context: ListedContext;
  readonly source: string;
  /** How often it failed by now. */
  readonly tries: number;
  readonly reading: Reading;
  readonly signal: AbortSignal;
}

/** Writes to the dead letter what was tried often enough and will never be readable; true when it is there. */
async function isInDeadLetter(
  failure: DeliveryFailure,
  { context: { deadLetter }, source, tries, reading, signal }: ReadingOptions,
): Promise<boolean> {
  if (deadLetter === undefined || tries < MAX_TRIES || !isPermanent(failure)) return false;
  const { error } = failure;
  try {
    await abortable(deadLetter.write([objectEntry({ source, error }, reading.position ?? 0)], error), signal);
    return true;
  } catch {
    // The dead letter has reported it; the object is deferred until it can be written.
    return false;
  }
}

/** One reading of an object, as it is remembered. */
class Reading implements ReadingProgress {
  readonly #object: ToDeliver;
  readonly #state: ListingState;
  readonly #deferred: DeferredObject | undefined;
  /** Of what is read; as listed, until the store has told. */
  #etag: string;
  /** Everything up to and with the record there is delivered. */
  position: number | undefined;

  constructor(object: ToDeliver, { state, deferred }: { state: ListingState; deferred: DeferredObject | undefined }) {
    this.#object = object;
    this.#state = state;
    this.#deferred = deferred;
    this.#etag = object.etag;
  }

  onOpened(etag: string): number | undefined {
    this.#etag = etag;
    const known = [this.#deferred, this.#state.object(this.#object.key)]
      .flatMap((one) => one?.etag === etag && typeof one.position === "number" ? [one.position] : []);
    return this.position = known.length === 0 ? undefined : Math.max(...known);
  }

  onDelivered(position: number): void {
    this.position = position;
    this.#remember(position);
  }

  done(): void {
    this.#remember("done");
    if (this.#deferred !== undefined) this.#state.release(this.#object.key);
  }

  defer(tries: number): void {
    const { key, lastModifiedMs } = this.#object;
    const { position } = this;
    this.#state.setDeferred({ key, etag: this.#etag, lastModifiedMs, position, tries, triedMs: Date.now() });
  }

  #remember(position: number | "done"): void {
    const { key, lastModifiedMs } = this.#object;
    this.#state.setObject(key, { etag: this.#etag, lastModifiedMs, position });
  }
}
