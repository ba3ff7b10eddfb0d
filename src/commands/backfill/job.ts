import { createHash } from "node:crypto";
import { z } from "zod";
import { compareKeys } from "../../aws/s3/bucket.ts";
import { nameOfObject } from "../../aws/s3/object_store.ts";
import type { CheckpointStore, ReceiverStorage } from "../../component/checkpoints.ts";

const objectSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  /** Stored bytes; 0 where they are not known. */
  sizeBytes: z.number(),
  /** Empty where it is not known. */
  etag: z.string(),
});

/** An object that is to be read (again). */
export type BackfillObject = Readonly<z.infer<typeof objectSchema>>;

const stateSchema = z.object({ after: z.string().optional(), objects: z.number(), bytes: z.number() });

/**
 * What is remembered of a backfill, so that it goes on after an interruption: the object up to which everything was dealt
 * with, in the order of names, and the objects that failed. Forgotten when all of it is done.
 */
export class Job {
  readonly #id: string;
  readonly #storage: ReceiverStorage;
  readonly #states: CheckpointStore<z.infer<typeof stateSchema>>;
  readonly #failures: CheckpointStore<BackfillObject>;
  /** Names of what failed before and is tried again, out of order. */
  readonly #again: ReadonlySet<string>;
  /** What was listed, by name and in order, from the first that is not dealt with on. */
  readonly #underWay = new Map<string, { readonly object: BackfillObject; state: "begun" | "done" | "failed" }>();
  #after: string | undefined;
  #objects: number;
  #bytes: number;

  /** `description`: all that makes it another job. */
  constructor(storage: ReceiverStorage, description: readonly unknown[]) {
    this.#id = createHash("sha256").update(JSON.stringify(description)).digest("hex").slice(0, 16);
    this.#storage = storage;
    this.#states = storage.checkpoints("backfill", stateSchema);
    this.#failures = storage.checkpoints("backfill_failed", objectSchema);
    const state = this.#states.get(this.#id)?.value;
    this.#after = state?.after;
    this.#objects = state?.objects ?? 0;
    this.#bytes = state?.bytes ?? 0;
    this.#again = new Set(this.failed().map(nameOfObject));
  }

  /** Name of the object up to which nothing is left; undefined: nothing is done yet. */
  get after(): string | undefined {
    return this.#after;
  }

  /** How much is done, in this run and those before; what is listed after {@linkcode after} does not count yet. */
  get done(): { readonly objects: number; readonly bytes: number } {
    return { objects: this.#objects, bytes: this.#bytes };
  }

  /** Objects that failed. */
  failed(): BackfillObject[] {
    return Iterator.from(this.#failures.keys({ prefix: this.#failureKey("") }))
      .flatMap((key) => [this.#failures.get(key)?.value ?? []].flat())
      .toArray();
  }

  /** What is to be done: what failed before, then `listed`, which comes in the order of names. */
  async *objects(listed: AsyncIterable<BackfillObject>): AsyncGenerator<BackfillObject, void, void> {
    yield* this.failed();
    for await (const object of listed) {
      const name = nameOfObject(object);
      const isDone = this.#after !== undefined && compareKeys(name, this.#after) <= 0;
      if (isDone || this.#again.has(name)) continue;
      this.#underWay.set(name, { object, state: "begun" });
      yield object;
    }
  }

  /** Objects are dealt with; `failed`: those of them unsuccessfully. */
  finish(objects: readonly BackfillObject[], failed: ReadonlySet<BackfillObject>): void {
    const timeMs = Date.now();
    const done = objects.filter((object) => !failed.has(object));
    const passed = done.filter((object) => !this.#underWay.has(nameOfObject(object)));
    for (const object of objects) {
      const entry = this.#underWay.get(nameOfObject(object));
      if (entry !== undefined) entry.state = failed.has(object) ? "failed" : "done";
    }
    for (const [name, { object, state }] of this.#underWay) {
      if (state === "begun") break;
      this.#underWay.delete(name);
      this.#after = name;
      if (state === "done") passed.push(object);
    }
    this.#objects += passed.length;
    this.#bytes += passed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    this.#failures.write({
      delete: done.map((object) => this.#failureKey(nameOfObject(object))),
      put: [...failed].map((object) => ({ key: this.#failureKey(nameOfObject(object)), value: object, timeMs })),
    });
    const value = { ...this.#after !== undefined && { after: this.#after }, ...this.done };
    this.#states.write({ put: [{ key: this.#id, value, timeMs }] });
  }

  /** What was finished is written down. @throws {StorageError} it cannot be. */
  async written(signal: AbortSignal): Promise<void> {
    await this.#storage.caughtUp({ signal, once: true });
  }

  /** Everything is done: the same command begins anew. */
  forget(): void {
    this.#states.write({ delete: [this.#id] });
  }

  #failureKey(name: string): string {
    return `${this.#id} ${name}`;
  }
}
