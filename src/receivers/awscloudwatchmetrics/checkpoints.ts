import { z } from "zod";
import type { CheckpointStore, Entry, ReceiverStorage } from "../../component/checkpoints.ts";
import { type DimensionSet, setKey, setOf } from "./dimension_set.ts";

const watermarkSchema = z.object({
  /** End of the last delivered period. */
  endMs: z.number(),
  /** What is before this was never read, and is not missing. */
  sinceMs: z.number(),
  /** Time between the points. */
  granularityMs: z.number(),
  /** When its metrics were listed last; what began since may not have been read yet. */
  listedMs: z.number(),
});
const valuesSchema = z.record(z.string(), z.number());
const pendingSchema = z.array(z.object({
  /** Time between its points. */
  periodMs: z.number(),
  /** Whether other values of its set and time have a document of their own. */
  isAddition: z.boolean(),
  values: valuesSchema,
}));

/** Until when a namespace of a region was delivered. Times in ms since the epoch. */
export type Watermark = Readonly<z.infer<typeof watermarkSchema>>;

/** Values of one set of dimensions and one time, by the key of their measure. */
export type Values = Readonly<z.infer<typeof valuesSchema>>;

/** What is one document: it is sent again as it was for as long as it is not known that it was delivered. */
export type PendingValues = Readonly<z.infer<typeof pendingSchema>[number]>;

/** A set of dimensions and the start of a period, in ms since the epoch. */
export interface Place {
  readonly set: DimensionSet;
  readonly timeMs: number;
}

/**
 * The checkpoints of one account, region and namespace: its watermark, what was sent and may be read again, and what is
 * being sent.
 */
export class MetricCheckpoints {
  readonly #watermarks: CheckpointStore<Watermark>;
  readonly #sent: CheckpointStore<Values>;
  readonly #pending: CheckpointStore<readonly PendingValues[]>;
  readonly #name: string;

  constructor(storage: ReceiverStorage, of: { account: string; region: string; namespace: string }) {
    this.#watermarks = storage.checkpoints("watermarks", watermarkSchema);
    this.#sent = storage.checkpoints("sent", valuesSchema);
    this.#pending = storage.checkpoints("pending", pendingSchema);
    this.#name = `${of.account}|${of.region}|${of.namespace}`;
  }

  /** @throws {StorageError} it cannot be read. */
  get watermark(): Watermark | undefined {
    return this.#watermarks.get(this.#name)?.value;
  }

  /**
   * All that was sent of a time, by the keys of its sets.
   *
   * @throws {StorageError} it cannot be read.
   */
  sentAt(timeMs: number): Map<string, Values> {
    const prefix = this.#prefixOf(timeMs);
    return new Map(
      Array.from(
        this.#sent.keys({ prefix }),
        (key) => [key.slice(prefix.length), this.#sent.get(key)?.value ?? {}] as const,
      ),
    );
  }

  /**
   * What was to be sent, and is not known to be delivered.
   *
   * @throws {StorageError} it cannot be read.
   */
  pending(): { place: Place; pending: readonly PendingValues[] }[] {
    return Array.from(this.#pending.keys({ prefix: `${this.#name}|` })).flatMap((key) => {
      const entry = this.#pending.get(key);
      if (entry === undefined) return [];
      const { timeMs, value: pending } = entry;
      return [{ place: { set: setOf(key.slice(this.#prefixOf(timeMs).length)), timeMs }, pending }];
    });
  }

  /** Writes what is about to be sent of each place. */
  writePending(entries: Iterable<{ place: Place; pending: readonly PendingValues[] }>): void {
    this.#pending.write({
      put: Array.from(entries, ({ place, pending }) => this.#entry(place, pending)).filter(({ value }) =>
        value.length > 0
      ),
    });
  }

  /** Writes what was sent, then what is still to be sent of the same places, and then until when all was. */
  writeSent(
    sent: readonly { place: Place; values: Values }[],
    { pending, watermark }: {
      readonly pending: readonly { place: Place; pending: readonly PendingValues[] }[];
      readonly watermark?: Watermark | undefined;
    },
  ): void {
    const merged = new Map<string, Entry<Values>>();
    for (const { place, values } of sent) {
      const entry = this.#entry(place, values);
      const before = (merged.get(entry.key) ?? this.#sent.get(entry.key))?.value;
      merged.set(entry.key, { ...entry, value: { ...before, ...values } });
    }
    this.#sent.write({ put: merged.values() });
    const left = pending.map(({ place, pending }) => this.#entry(place, pending));
    this.#pending.write({
      put: left.filter(({ value }) => value.length > 0),
      delete: left.filter(({ value }) => value.length === 0).map(({ key }) => key),
    });
    if (watermark !== undefined) this.writeWatermark(watermark);
  }

  writeWatermark(watermark: Watermark): void {
    this.#watermarks.write({ put: [{ key: this.#name, value: watermark, timeMs: watermark.endMs }] });
  }

  /** Forgets what was sent, or was to be sent, of times before. */
  forgetBefore(timeMs: number): void {
    const range = { prefix: `${this.#name}|`, beforeMs: timeMs };
    this.#sent.forgetIn(range);
    this.#pending.forgetIn(range);
  }

  #entry<T>({ set, timeMs }: Place, value: T): Entry<T> {
    return { key: this.#prefixOf(timeMs) + setKey(set), value, timeMs };
  }

  #prefixOf(timeMs: number): string {
    return `${this.#name}|${new Date(timeMs).toISOString()}|`;
  }
}
