import { ObjectMissingError, ObjectUnreadableError, type UnreadableReason } from "../../../objects/object_error.ts";
import { sleep } from "../../../pipeline/abortable.ts";
import type { LogRecord, Source } from "../../../pipeline/batch.ts";
import { Budget, type Held } from "../../../pipeline/budget.ts";
import type { Delivery } from "../../../pipeline/delivery.ts";
import type { Events } from "../../../telemetry/events.ts";
import type { BedrockConfig } from "../config.ts";
import type { Invocation } from "../record.ts";
import { namesBody, type Refusal, type Side, storedBodiesOf, type StoredBody } from "./body_place.ts";
import { type Findings, joinedRecord, type ReadRecord } from "./joined_record.ts";
import { type BodyJson, bodyJsonOf, heedStoredSize, readBody } from "./read_body.ts";

/** Records whose bodies are read at once. A store answers that a body is missing within some 20 ms. */
const MAX_READING = 64;
/** Tries before the record is left to its receiver, which reads it again. */
const MAX_TRIES = 5;
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 10_000;

const { signal: NEVER } = new AbortController();

/** Hands a joined record on; settles with its delivery. */
export type Deliver = (joined: ReadRecord) => Promise<void>;

/** A body that stays where it is stored, and why. */
interface NotJoined {
  readonly side: Side;
  readonly reason: Refusal["reason"] | "missing" | UnreadableReason;
  /** What was in the way. Holds nothing of the record. */
  readonly problem: string;
  /** What the store said; for the log alone. */
  readonly detail?: string;
}

/** What was read of the bodies of a record, and the memory that it takes. */
interface Reading {
  readonly bodies: Findings["bodies"];
  readonly notJoined: readonly NotJoined[];
  readonly memory: Held | undefined;
}

/**
 * Reads the bodies that Bedrock stored beside its logs into their records. Bounded are the records at work, the size of
 * a body, and through the delivery's budget the bytes of all bodies until they are delivered.
 */
export class BodyJoiner {
  readonly #config: BedrockConfig["bodies"];
  readonly #allowedBuckets: ReadonlySet<string>;
  readonly #delivery: Delivery;
  readonly #events: Events;
  readonly #reading = new Budget(MAX_READING);

  constructor(config: BedrockConfig["bodies"], { delivery, events }: { delivery: Delivery; events: Events }) {
    this.#config = config;
    this.#allowedBuckets = new Set(config.allowed_buckets);
    this.#delivery = delivery;
    this.#events = events;
  }

  /** Whether there is anything to join. */
  concerns({ origin: { source } }: LogRecord, invocation: Invocation): boolean {
    return this.#config.mode === "join" && source.readSibling !== undefined && namesBody(invocation);
  }

  /**
   * Joins the bodies of a record, as far as they may and can be read, and hands it on. It rejects like the delivery,
   * and when a body cannot be read now: it is not given up, so the record has to be read again.
   */
  async join(read: ReadRecord, deliver: Deliver): Promise<void> {
    const { source } = read.record.origin;
    const found = storedBodiesOf(read.invocation, {
      ownBucket: source.bucket,
      allowedBuckets: this.#allowedBuckets,
    });
    const refused = found.filter((body) => "reason" in body);
    const stored = found.filter((body) => "place" in body);
    // Not async: while it waited it would keep the bodies in memory beside what was made of them.
    const handOn = ({ bodies, notJoined }: Omit<Reading, "memory">) =>
      Promise.try(() => {
        const problems = [...refused, ...notJoined].map((each) => this.#notJoined(read.record, each));
        return deliver(joinedRecord(read, { bodies, problems }));
      });
    if (stored.length === 0) return await handOn({ bodies: {}, notJoined: [] });

    const { memory, delivered } = await this.#untilRead(
      read.record,
      (isFinal) =>
        this.#delivery.workers.preparing(async () => {
          const reading = await this.#read(stored, { source, isFinal });
          return { memory: reading.memory, delivered: handOn(reading) };
        }),
    );
    try {
      await delivered;
    } finally {
      memory?.[Symbol.dispose]();
    }
  }

  /** Tries until it succeeds: a few times what may pass, and for `body_wait` what may yet be written. */
  async #untilRead<T>({ origin }: LogRecord, attempt: (isFinal: boolean) => Promise<T>): Promise<T> {
    const { source, position, writtenMs = -Infinity } = origin;
    // A log from the future was written by another clock.
    const waitUntilMs = Math.min(writtenMs, Date.now()) + this.#config.body_wait;
    let delayMs = FIRST_DELAY_MS;
    for (let failures = 0;;) {
      const waitMs = waitUntilMs - Date.now();
      try {
        return await attempt(waitMs <= 0);
      } catch (error) {
        source.signal?.throwIfAborted();
        const isMissing = error instanceof ObjectMissingError;
        if (!isMissing && ++failures === MAX_TRIES) throw error;
        const pauseMs = isMissing ? Math.min(delayMs, waitMs) : delayMs;
        this.#events.emit(isMissing ? "body.awaited" : "body.retry", {
          source: source.name,
          position,
          error: error instanceof Error ? error.message : String(error),
          delay_ms: pauseMs,
        });
        await sleep(pauseMs, source.signal ?? NEVER);
        delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
      }
    }
  }

  /**
   * Reads bodies; what is wrong with one for good is among the problems, and so is a missing one when `isFinal`.
   *
   * @throws {ObjectMissingError} one is missing, and may come.
   * @throws {unknown} anything else may pass.
   */
  async #read(
    stored: readonly StoredBody[],
    { source, isFinal }: { source: Source; isFinal: boolean },
  ): Promise<Reading> {
    using _turn = await this.#reading.acquire(1, source.signal ?? NEVER);
    const bodies: { -readonly [side in keyof Findings["bodies"]]: BodyJson } = {};
    const notJoined: NotJoined[] = [];
    let memory: Held | undefined;
    let sizeBytes = 0;
    // For all bodies at once: whoever waited for more while holding some could wait for ever.
    const takeMemory = async () => {
      memory ??= await this.#delivery.budget.acquireMore(
        stored.length * this.#config.max_body_size,
        source.signal ?? NEVER,
      );
    };
    try {
      for (const { side, place } of stored) {
        try {
          const bytes = await this.#bytesOf(place, { source, takeMemory });
          bodies[side] = bodyJsonOf(bytes);
          sizeBytes += bytes.length;
        } catch (error) {
          const final = finalProblem(error, { isFinal, maxBytes: this.#config.max_body_size });
          if (final === undefined) throw error;
          notJoined.push({ side, ...final });
        }
      }
    } catch (error) {
      memory?.[Symbol.dispose]();
      throw error;
    }
    memory?.shrinkTo(sizeBytes);
    return { bodies, notJoined, memory };
  }

  async #bytesOf(
    place: StoredBody["place"],
    { source, takeMemory }: { source: Source; takeMemory: () => Promise<void> },
  ): Promise<Uint8Array> {
    if (source.readSibling === undefined) throw new Error(`Cannot read body: ${source.name} has nothing beside it`);
    using sibling = await source.readSibling(place);
    heedStoredSize(sibling, this.#config.max_body_size);
    await takeMemory();
    return await readBody(sibling, this.#config.max_body_size);
  }

  /** Says that a body stays where it is, and returns what its record is to tell. */
  #notJoined({ origin }: LogRecord, { side, reason, problem, detail }: NotJoined): string {
    this.#events.emit("body.not_joined", {
      source: origin.source.name,
      position: origin.position,
      body: side,
      reason,
      error: detail ?? problem,
    });
    return `Cannot join the ${side} body: ${problem}`;
  }
}

/** Why a body can never be joined; undefined for what may pass. */
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
    damaged: "it is a truncated or damaged gzip",
    too_large: `it is longer than max_body_size (${maxBytes} bytes)`,
  };
  return { reason: error.reason, problem: problems[error.reason], detail: error.message };
}
