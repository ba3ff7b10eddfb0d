import { ObjectMissingError } from "../../../decode/object_error.ts";
import { sleep } from "../../../async/abortable.ts";
import { retryDelayMs } from "../../../async/retry.ts";
import type { LogRecord } from "../../../component/batch.ts";
import type { SharedFlowControl } from "../../../component/flow_control.ts";
import type { ReaderActivity } from "../../../component/reader_activity.ts";
import type { Events } from "../events.ts";
import type { BedrockConfig } from "../config.ts";
import type { Invocation } from "../read/record.ts";
import { namesBody, storedBodiesOf } from "./body_place.ts";
import { type BodiesRead, BodyReader, type NotJoined, type ReadOptions, UnlikelyLengthError } from "./body_reader.ts";
import { joinedRecord, type ParsedRecord } from "./joined_record.ts";

/** Attempts before the record is left to its receiver, which reads it again. */
const MAX_TRIES = 5;
const POLICY = { initialMs: 1000, factor: 2, maxMs: 10_000 };

const { signal: NEVER } = new AbortController();

/** Delivers a joined record. */
export type Deliver = (joined: ParsedRecord) => Promise<void>;

/**
 * Reads the bodies that Bedrock stored beside its logs into their records. It bounds the records in progress, the size
 * of a body, and through the memory budget the bytes of all bodies until they are delivered.
 */
export class BodyJoiner {
  readonly #config: BedrockConfig["bodies"];
  readonly #allowedBuckets: ReadonlySet<string>;
  readonly #readers: ReaderActivity;
  readonly #events: Events;
  readonly #reader: BodyReader;

  constructor(
    config: BedrockConfig["bodies"],
    { flowControl, events }: { flowControl: SharedFlowControl; events: Events },
  ) {
    this.#config = config;
    this.#allowedBuckets = new Set(config.allowed_buckets);
    this.#readers = flowControl.readers;
    this.#events = events;
    this.#reader = new BodyReader({ maxBytes: config.max_body_size, budget: flowControl.budget });
  }

  /** Whether there is anything to join. */
  concerns({ origin: { source } }: LogRecord, invocation: Invocation): boolean {
    return this.#config.mode === "join" && source.readCompanion !== undefined && namesBody(invocation);
  }

  /**
   * Joins the bodies of a record, as far as they may and can be read, and delivers it. It rejects like the delivery,
   * and when a body cannot be read now: the receiver then reads the record again.
   */
  async join(read: ParsedRecord, deliver: Deliver): Promise<void> {
    const { source } = read.record.origin;
    const found = storedBodiesOf(read.invocation, {
      ownBucket: source.bucket,
      allowedBuckets: this.#allowedBuckets,
    });
    const refused = found.filter((body) => "reason" in body);
    const stored = found.filter((body) => "place" in body);
    // Not async: while waiting it would keep the bodies in memory beside the joined record.
    const handOn = ({ bodies, notJoined }: Omit<BodiesRead, "memory">) =>
      Promise.try(() => {
        const problems = [...refused, ...notJoined]
          .toSorted((one, other) => one.side.localeCompare(other.side))
          .map((each) => this.#notJoined(read.record, each));
        return deliver(joinedRecord(read, { bodies, problems }));
      });
    if (stored.length === 0) return await handOn({ bodies: {}, notJoined: [] });

    const { memory, delivered } = await this.#untilRead(
      read.record,
      (options) =>
        this.#readers.preparing(async () => {
          const bodies = await this.#reader.read(stored, { source, ...options });
          return { memory: bodies.memory, delivered: handOn(bodies) };
        }),
    );
    try {
      await delivered;
    } finally {
      memory?.[Symbol.dispose]();
    }
  }

  /** Tries until it succeeds: a few times after a transient error, and for `body_wait` while a body is missing. */
  async #untilRead<T>(
    { origin }: LogRecord,
    attempt: (options: Omit<ReadOptions, "source">) => Promise<T>,
  ): Promise<T> {
    const { source, position, writtenMs = -Infinity } = origin;
    // A log from the future was written by another clock.
    const waitedMs = Math.max(0, Date.now() - writtenMs);
    // Not Date: a clock that is put right makes the wait neither longer nor shorter.
    const waitUntilMs = performance.now() + this.#config.body_wait - waitedMs;
    let isGenerous = false;
    let failures = 0;
    for (let tries = 1;;) {
      const waitMs = waitUntilMs - performance.now();
      try {
        return await attempt({ isFinal: waitMs <= 0, isGenerous });
      } catch (error) {
        source.signal?.throwIfAborted();
        if (error instanceof UnlikelyLengthError) {
          isGenerous = true;
          continue;
        }
        const isMissing = error instanceof ObjectMissingError;
        if (!isMissing && ++failures === MAX_TRIES) throw error;
        const delayMs = Math.min(retryDelayMs(POLICY, tries++), isMissing ? waitMs : Infinity);
        this.#events.emit(isMissing ? "body.awaited" : "body.retry", {
          source: source.name,
          position,
          error: error instanceof Error ? error.message : String(error),
          delay_ms: delayMs,
        });
        await sleep(delayMs, source.signal ?? NEVER);
      }
    }
  }

  /** Reports a body that is not joined, and returns the message for its record. */
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
