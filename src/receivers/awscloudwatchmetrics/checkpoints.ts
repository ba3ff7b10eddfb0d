import { z } from "zod";
import type { CheckpointStore, Entry, ReceiverStorage } from "../../component/checkpoints.ts";
import { type DimensionSet, setKey } from "./series.ts";

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
const sentSchema = z.record(z.string(), z.number());

/** Until when a namespace of a region was delivered. Times in ms since the epoch. */
export type Watermark = Readonly<z.infer<typeof watermarkSchema>>;

/** A sent checkpoint: the values that were sent of one set of dimensions and one time, by the key of their measure. */
export type Sent = Readonly<z.infer<typeof sentSchema>>;

/** A {@linkcode Sent} with its key. */
export type SentEntry = Entry<Sent>;

/** The checkpoints of one account, region and namespace: its watermark, and what was sent and may be read again. */
export class MetricCheckpoints {
  readonly #watermarks: CheckpointStore<Watermark>;
  readonly #sent: CheckpointStore<Sent>;
  readonly #name: string;

  constructor(storage: ReceiverStorage, of: { account: string; region: string; namespace: string }) {
    this.#watermarks = storage.checkpoints("watermarks", watermarkSchema);
    this.#sent = storage.checkpoints("sent", sentSchema);
    this.#name = `${of.account}|${of.region}|${of.namespace}`;
  }

  /** @throws {StorageError} it cannot be read. */
  get watermark(): Watermark | undefined {
    return this.#watermarks.get(this.#name)?.value;
  }

  /** @throws {StorageError} it cannot be read. */
  sentOf(set: DimensionSet, timeMs: number): Sent | undefined {
    return this.#sent.get(this.#sentKey(set, timeMs))?.value;
  }

  /** What to write once these values were sent. */
  sentEntry(set: DimensionSet, { timeMs, sent }: { timeMs: number; sent: Sent }): SentEntry {
    return { key: this.#sentKey(set, timeMs), value: sent, timeMs };
  }

  /** Writes what was sent, and then until when all was. */
  write(sent: readonly SentEntry[], watermark?: Watermark): void {
    this.#sent.write({ put: sent });
    if (watermark === undefined) return;
    this.#watermarks.write({ put: [{ key: this.#name, value: watermark, timeMs: watermark.endMs }] });
  }

  /** Forgets what was sent of times before. */
  forgetBefore(timeMs: number): void {
    this.#sent.forgetIn({ prefix: `${this.#name}|`, beforeMs: timeMs });
  }

  #sentKey(set: DimensionSet, timeMs: number): string {
    return `${this.#name}|${new Date(timeMs).toISOString()}|${setKey(set)}`;
  }
}
