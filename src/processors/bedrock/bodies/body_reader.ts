import { ObjectMissingError, ObjectUnreadableError, type UnreadableReason } from "../../../decode/object_error.ts";
import { collectGarbage } from "../../../async/collect_garbage.ts";
import { Semaphore } from "../../../async/semaphore.ts";
import type { Companion, Source } from "../../../component/batch.ts";
import type { Budget } from "../../../component/budget.ts";
import { COPIES, weightOf } from "../../../decode/weight.ts";
import type { Refusal, Side, StoredBody } from "./body_place.ts";
import type { BodyOutcomes } from "./joined_record.ts";
import { type BodyContent, bodyContentOf, type BodyJson, bodyJsonOf, checkStoredSize, readBody } from "./read_body.ts";

/** Records whose bodies are read at once. A store answers that a body is missing within some 20 ms. */
const MAX_READING = 64;
/** Expected maximum of uncompressed to stored size; texts compress to a third or a fifth. */
const EXPANSION = 8;

/** What larger bodies leave behind is collected before the next ones are parsed. */
const LARGE_BYTES = 4 * 1024 * 1024;

const { signal: NEVER } = new AbortController();

/** A body that stays where it is stored, and why. */
export interface NotJoined {
  readonly side: Side;
  readonly reason: Refusal["reason"] | "missing" | UnreadableReason;
  /** For people; quotes nothing of the record. */
  readonly problem: string;
  /** The store's message, for log lines only. */
  readonly detail?: string;
}

/** What was read of the bodies of a record, and the memory that it takes: dispose of that when it is delivered. */
export interface BodiesRead {
  readonly bodies: BodyOutcomes["bodies"];
  readonly notJoined: readonly NotJoined[];
  readonly memory: Disposable | undefined;
}

export interface ReadOptions {
  /** What the bodies stand beside. */
  readonly source: Source;
  /** A missing body is no longer expected. */
  readonly isFinal: boolean;
  /** Reserve memory for the largest allowed bodies instead of their likely size. */
  readonly isGenerous: boolean;
}

/** A body is larger than its likely size: it needs a generous read. */
export class UnlikelyLengthError extends Error {
  override readonly name = "UnlikelyLengthError";
}

/** Reads bodies of a bounded number of records at once, within the memory budget. */
export class BodyReader {
  readonly #maxBytes: number;
  readonly #budget: Budget;
  readonly #slots = new Semaphore(MAX_READING);
  /** For those that turn out to take more memory than was reserved: one at a time. */
  readonly #dense = new Semaphore(1);

  constructor({ maxBytes, budget }: { maxBytes: number; budget: Budget }) {
    this.#maxBytes = maxBytes;
    this.#budget = budget;
  }

  /**
   * Reads the bodies of a record. A permanent problem of a body is part of the result, and so is a missing body when
   * `isFinal` is set.
   *
   * @throws {ObjectMissingError} one is missing, and may come.
   * @throws {UnlikelyLengthError} one needs a generous read.
   * @throws {unknown} anything else is transient.
   */
  async read(stored: readonly StoredBody[], { source, isFinal, isGenerous }: ReadOptions): Promise<BodiesRead> {
    const signal = source.signal ?? NEVER;
    const notJoined: NotJoined[] = [];
    /** Runs a step for one body; a permanent problem excludes the body from the next steps. */
    const step = async <T>(side: Side, task: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await task();
      } catch (error) {
        const problem = finalProblem(error, { isFinal, maxBytes: this.#maxBytes });
        if (problem === undefined) throw error;
        notJoined.push({ side, ...problem });
        return undefined;
      }
    };

    using _slot = await this.#slots.acquire(signal);
    using open = new DisposableStack();
    const companions: { side: Side; companion: Companion; likelyBytes: number }[] = [];
    for (const { side, place } of stored) {
      const companion = await step(side, () => this.#open(place, { source, open }));
      if (companion === undefined) continue;
      const likelyBytes = isGenerous ? this.#maxBytes : this.#likelyBytes(companion);
      companions.push({ side, companion, likelyBytes });
    }
    const bodies: { -readonly [side in Side]?: BodyJson } = {};
    if (companions.length === 0) return { bodies, notJoined, memory: undefined };

    // For all bodies at once: waiting for more while holding some could deadlock.
    using memory = new DisposableStack();
    const reservedBytes = companions.reduce((sum, each) => sum + COPIES * each.likelyBytes, 0);
    const reserved = memory.use(await this.#budget.acquireMore(reservedBytes, signal));
    const read: { side: Side; content: BodyContent }[] = [];
    let weightBytes = 0;
    for (const { side, companion, likelyBytes } of companions) {
      const bytes = await step(side, () => this.#read(companion, likelyBytes));
      if (bytes === undefined) continue;
      const content = bodyContentOf(bytes);
      read.push({ side, content });
      weightBytes += weightOf(content.text ?? "", bytes.length);
    }
    reserved.shrinkTo(weightBytes);
    if (weightBytes > reservedBytes) memory.use(await this.#dense.acquire(signal));
    if (weightBytes > LARGE_BYTES) collectGarbage();
    for (const { side, content } of read) bodies[side] = bodyJsonOf(content);
    return { bodies, notJoined, memory: memory.move() };
  }

  async #open(
    place: StoredBody["place"],
    { source, open }: { source: Source; open: DisposableStack },
  ): Promise<Companion> {
    if (source.readCompanion === undefined) throw new Error(`Cannot read body: ${source.name} has nothing beside it`);
    const companion = open.use(await source.readCompanion(place));
    checkStoredSize(companion, this.#maxBytes);
    return companion;
  }

  #likelyBytes({ sizeBytes }: Companion): number {
    return sizeBytes === undefined ? this.#maxBytes : Math.min(this.#maxBytes, sizeBytes * EXPANSION);
  }

  async #read(companion: Companion, likelyBytes: number): Promise<Uint8Array> {
    try {
      return await readBody(companion, likelyBytes);
    } catch (error) {
      const isUnlikely = likelyBytes < this.#maxBytes && error instanceof ObjectUnreadableError &&
        error.reason === "too_large";
      throw isUnlikely ? new UnlikelyLengthError(error.message, { cause: error }) : error;
    }
  }
}

/** Why a body can never be joined; undefined for what is transient. */
function finalProblem(
  error: unknown,
  { isFinal, maxBytes }: { isFinal: boolean; maxBytes: number },
): Omit<NotJoined, "side"> | undefined {
  if (error instanceof ObjectMissingError && isFinal) {
    return { reason: "missing", problem: "it does not exist", detail: error.message };
  }
  if (!(error instanceof ObjectUnreadableError)) return undefined;
  const problems: Readonly<Record<UnreadableReason, string>> = {
    forbidden: "access is denied",
    no_bucket: "its bucket does not exist",
    unavailable: "the store does not give it out (archived, or its key is disabled)",
    damaged: "it is truncated or damaged gzip or zstd",
    too_large: `it is longer than max_body_size (${maxBytes} bytes)`,
  };
  return { reason: error.reason, problem: problems[error.reason], detail: error.message };
}
