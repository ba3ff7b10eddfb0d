import type { LogRecord, Source } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import type { ObjectStore } from "../../aws/s3/object_store.ts";
import { openCompanion } from "../../aws/s3/companion.ts";
import { deliverWindow, type WindowOutcome } from "./deliver_window.ts";
import type { LogGroup } from "./log_group.ts";
import {
  advanced,
  firstPosition,
  inTime,
  mergedWindows,
  nextRange,
  type PassRange,
  type Position,
  type Timing,
  type Window,
} from "./position.ts";
import { GroupCheckpoint } from "./group_checkpoint.ts";
import { type ReadContext, timesOf, WindowReader } from "./window_reader.ts";

export interface LargeData {
  readonly bucket: string;
  readonly store: ObjectStore;
}

/** What delivering the groups of a receiver needs, the same for all of them. */
export interface ReaderContext extends ReadContext {
  readonly consumer: Consumer<LogRecord>;
  readonly timing: Timing;
  /** Where Bedrock writes the bodies that are too large for an event, when that is known. */
  readonly largeData: LargeData | undefined;
  /** Gives up what is in flight. */
  readonly giveUp: AbortSignal;
}

/** A window is at most so long when there are events in it, so that the tokens of its pages do not expire. */
const SLICE_MS = 3_600_000;
/** What there is to deliver in an empty window. */
const NOTHING: WindowOutcome = { events: 0, newEvents: 0, refused: [], refusal: undefined };

/** Delivers one log group, pass by pass. */
export class GroupReader {
  readonly group: LogGroup;
  readonly #context: ReaderContext;
  readonly #checkpoint: GroupCheckpoint;
  readonly #source: Source;
  /** When it was seen first, by `performance.now()`. */
  readonly #seenMs = performance.now();
  /** It was not there before. */
  #sinceMs: number | undefined;
  /** Whether this run has tried what earlier ones had to leave. */
  #hasTriedDeferred = false;

  constructor(group: LogGroup, context: ReaderContext) {
    this.group = group;
    this.#context = context;
    this.#checkpoint = new GroupCheckpoint(group, context.storage);
    this.#source = sourceOf(group, context);
  }

  /** How many windows the endpoint refuses for now. */
  get deferredWindows(): number {
    return this.#checkpoint.position?.deferred.length ?? 0;
  }

  /**
   * Delivers what is new up to now less `latency`, or up to `untilMs`; every now and then also what came late. What
   * fails is begun again by the next pass. A group that was never read was not there before `sinceMs`; what came since it was
   * seen first is not left out, however often it cannot be read.
   */
  async pass({ untilMs, sinceMs }: { untilMs: number; sinceMs?: number | undefined }): Promise<void> {
    const { logs, timing } = this.#context;
    const last = this.#checkpoint.position;
    this.#sinceMs ??= sinceMs;
    // What is before the beginning is never read: its answer shows when the clock is ahead.
    if (last === undefined && timing.start_position === "end") await this.check();
    const nowMs = logs.nowMs();
    const position = last === undefined
      ? firstPosition(nowMs, { sinceMs: this.#beganMs(nowMs), timing })
      : inTime(last, nowMs, timing);
    if (position !== last) this.#checkpoint.move(position);
    const range = nextRange(position, { nowMs, untilMs, timing });
    if (range === undefined) return await this.check();
    if (range.isSweep || !this.#hasTriedDeferred) await this.#retryDeferred();
    await this.#readSlices(range);
    if (range.isSweep) this.#checkpoint.move({ ...this.#position, sweptMs: Math.min(nowMs, logs.nowMs()) });
  }

  /** Makes a call that shows whether the group can be read. */
  async check({ maxTries }: { maxTries?: number } = {}): Promise<void> {
    const { logs, throttle, stopping: signal } = this.#context;
    const nowMs = logs.nowMs();
    const query = { startMs: nowMs, endMs: nowMs, limit: 1, signal };
    await throttle.call(() => logs.events(this.group, query), { signal, maxTries });
  }

  #beganMs(nowMs: number): number {
    return Math.min(this.#sinceMs ?? Infinity, nowMs - (performance.now() - this.#seenMs));
  }

  get #position(): Position {
    return this.#checkpoint.position as Position;
  }

  /** The pass in slices; the checkpoint moves with each. Where nothing is, they get longer and longer. */
  async #readSlices({ startMs, endMs, isSweep }: PassRange): Promise<void> {
    const { timing } = this.#context;
    let sliceMs = SLICE_MS;
    let fromMs = startMs;
    /** What came after this may be missing in slices that were read before it came. */
    let readMs = Infinity;
    for (;;) {
      const window = { startMs: fromMs, endMs: Math.min(fromMs + sliceMs, endMs) };
      using reader = await WindowReader.open(this.group, { window, context: this.#context });
      const isLong = window.endMs - window.startMs > SLICE_MS;
      if (isLong && !await reader.isEmpty()) {
        sliceMs = Math.max(SLICE_MS, sliceMs / 2);
        continue;
      }
      const { deferred } = this.#position;
      const outcome = isLong ? NOTHING : await this.#deliver(reader, deferred);
      readMs = Math.min(readMs, reader.readMs);
      const position = advanced(this.#position, { window, isSweep, readMs, timing });
      this.#checkpoint.move({ ...position, deferred: this.#report(reader, { outcome, deferred }) });
      if (window.endMs >= Math.min(endMs, readMs - timing.latency)) return;
      fromMs = window.endMs;
      sliceMs = outcome.events === 0 ? sliceMs * 2 : SLICE_MS;
    }
  }

  /** Tries once more what the endpoint refused. */
  async #retryDeferred(): Promise<void> {
    for (const window of this.#position.deferred) {
      using reader = await WindowReader.open(this.group, { window, context: this.#context });
      const outcome = await this.#deliver(reader, []);
      const others = this.#position.deferred.filter(({ startMs }) => startMs !== window.startMs);
      this.#checkpoint.move({ ...this.#position, deferred: this.#report(reader, { outcome, deferred: others }) });
    }
    this.#hasTriedDeferred = true;
  }

  async #deliver(reader: WindowReader, deferred: readonly Window[]): Promise<WindowOutcome> {
    const { consumer, flowControl, giveUp: signal } = this.#context;
    const [source, checkpoint] = [this.#source, this.#checkpoint];
    return await deliverWindow(reader, { source, checkpoint, deferred, consumer, flowControl, signal });
  }

  /** Reports what became of a window; gives the windows that are deferred now. */
  #report(
    reader: WindowReader,
    { outcome, deferred }: { outcome: WindowOutcome; deferred: readonly Window[] },
  ): readonly Window[] {
    const { events } = this.#context;
    const { events: found, newEvents: count, refused, refusal } = outcome;
    events.emit("awscloudwatch.window_read", { ...reader.fields, events: found, count });
    if (refusal === undefined) return deferred;
    for (const window of refused) {
      const fields = { source: this.group.id, reason: "refused", ...timesOf(window), error: refusal.message };
      events.emit("awscloudwatch.window_deferred", fields);
    }
    return mergedWindows([...deferred, ...refused]);
  }
}

function sourceOf(group: LogGroup, { largeData, giveUp: signal }: ReaderContext): Source {
  if (largeData === undefined) return { name: group.id, signal };
  const { bucket, store } = largeData;
  return { name: group.id, signal, bucket, readCompanion: (place) => openCompanion(store, place, { signal }) };
}
