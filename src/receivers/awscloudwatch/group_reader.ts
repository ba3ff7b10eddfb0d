import type { LogRecord, Source } from "../../component/batch.ts";
import type { Semaphore } from "../../async/semaphore.ts";
import type { Consumer } from "../../component/consumer.ts";
import type { Delivery } from "../../component/flow_control.ts";
import type { ReceiverStorage } from "../../component/checkpoints.ts";
import type { Events } from "./events.ts";
import type { ObjectStore } from "../../aws/s3/object_store.ts";
import { openSibling } from "../../aws/s3/companion.ts";
import { deliverWindow, WindowNotEmptyError, type WindowOutcome } from "./deliver_window.ts";
import type { LogGroup } from "./log_group.ts";
import type { Logs } from "./logs.ts";
import type { Pace } from "./pace.ts";
import {
  advanced,
  firstPosition,
  inTime,
  mergedWindows,
  type Plan,
  planPass,
  type Position,
  type Timing,
  type Window,
} from "./position.ts";
import { GroupCheckpoint } from "./group_checkpoint.ts";

export interface LargeData {
  readonly bucket: string;
  readonly store: ObjectStore;
}

/** What reading the groups of a receiver needs, the same for all of them. */
export interface ReaderContext {
  readonly logs: Logs;
  readonly pace: Pace;
  readonly storage: ReceiverStorage;
  readonly once: boolean;
  readonly consumer: Consumer<LogRecord>;
  readonly delivery: Delivery;
  readonly events: Events;
  readonly timing: Timing;
  /** Where Bedrock writes the bodies that are too large for an event, when that is known. */
  readonly largeData: LargeData | undefined;
  /** As many as may be read at once. */
  readonly workers: Semaphore;
  /** Reads no further. */
  readonly stopping: AbortSignal;
  /** Gives up what is in flight. */
  readonly giveUp: AbortSignal;
}

/** A window is at most so long when there are events in it, so that the tokens of its pages do not expire. */
const SLICE_MS = 3_600_000;

/** Delivers one log group, pass by pass. */
export class GroupReader {
  readonly group: LogGroup;
  readonly #context: ReaderContext;
  readonly #progress: GroupCheckpoint;
  readonly #source: Source;
  /** Whether this run has tried what earlier ones had to leave. */
  #hasTriedDeferred = false;

  constructor(group: LogGroup, context: ReaderContext) {
    this.group = group;
    this.#context = context;
    this.#progress = new GroupCheckpoint(group, context.storage);
    this.#source = sourceOf(group, context);
  }

  /** How many windows the endpoint refuses for now. */
  get deferredWindows(): number {
    return this.#progress.position?.deferred.length ?? 0;
  }

  /**
   * Delivers what is new up to now less `latency`, or up to `untilMs`; every now and then also what came late. What
   * fails is begun again by the next pass. A group that was never read was not there before `sinceMs`.
   */
  async pass({ untilMs, sinceMs }: { untilMs: number; sinceMs?: number | undefined }): Promise<void> {
    const { logs, timing } = this.#context;
    // While the state cannot be written nothing is read: it would be sent again and again.
    await this.#context.storage.caughtUp({ signal: this.#context.stopping, once: this.#context.once });
    const last = this.#progress.position;
    // What is before the beginning is never read: its answer shows when the clock is ahead.
    if (last === undefined && timing.start_position === "end") await this.check();
    const nowMs = logs.nowMs();
    const position = last === undefined ? firstPosition(nowMs, { sinceMs, timing }) : inTime(last, nowMs, timing);
    if (position !== last) this.#progress.move(position);
    const plan = planPass(position, { nowMs, untilMs, timing });
    if (plan === undefined) return await this.check();
    if (plan.isSweep || !this.#hasTriedDeferred) await this.#retryDeferred();
    await this.#readSlices(plan);
    if (plan.isSweep) this.#progress.move({ ...this.#position, sweptMs: Math.min(nowMs, logs.nowMs()) });
  }

  /** Makes a call that shows whether the group can be read. */
  async check({ maxTries }: { maxTries?: number } = {}): Promise<void> {
    const { logs, pace, stopping: signal } = this.#context;
    const nowMs = logs.nowMs();
    const query = { startMs: nowMs, endMs: nowMs, limit: 1, signal };
    await pace.call(() => logs.events(this.group, query), { signal, maxTries });
  }

  get #position(): Position {
    return this.#progress.position as Position;
  }

  /** The pass in slices; the checkpoint moves with each. Where nothing is, they get longer and longer. */
  async #readSlices({ startMs, endMs, isSweep }: Plan): Promise<void> {
    const { timing } = this.#context;
    let sliceMs = SLICE_MS;
    let fromMs = startMs;
    /** What came after this may be missing in slices that were read before it came. */
    let readMs = Infinity;
    for (;;) {
      const window = { startMs: fromMs, endMs: Math.min(fromMs + sliceMs, endMs) };
      let outcome;
      try {
        const mustBeEmpty = window.endMs - window.startMs > SLICE_MS;
        outcome = await this.#deliver(window, { deferred: this.#position.deferred, mustBeEmpty });
      } catch (error) {
        if (!(error instanceof WindowNotEmptyError)) throw error;
        sliceMs = Math.max(SLICE_MS, sliceMs / 2);
        continue;
      }
      readMs = Math.min(readMs, outcome.readMs);
      const deferred = this.#defer(outcome, this.#position.deferred);
      this.#progress.move({ ...advanced(this.#position, { window, isSweep, readMs, timing }), deferred });
      if (window.endMs >= Math.min(endMs, readMs - timing.latency)) return;
      fromMs = window.endMs;
      sliceMs = outcome.events === 0 ? sliceMs * 2 : SLICE_MS;
    }
  }

  /** Tries once more what the endpoint refused. */
  async #retryDeferred(): Promise<void> {
    for (const window of this.#position.deferred) {
      const outcome = await this.#deliver(window, { deferred: [], mustBeEmpty: false });
      const others = this.#position.deferred.filter(({ startMs }) => startMs !== window.startMs);
      this.#progress.move({ ...this.#position, deferred: this.#defer(outcome, others) });
    }
    this.#hasTriedDeferred = true;
  }

  /** What is deferred once a window was read; says what is new. */
  #defer({ refused, refusal }: WindowOutcome, deferred: readonly Window[]): readonly Window[] {
    if (refusal === undefined) return deferred;
    for (const window of refused) {
      this.#context.events.emit("awscloudwatch.window_held", {
        source: this.group.id,
        reason: "refused",
        ...timesOf(window),
        error: refusal.message,
      });
    }
    return mergedWindows([...deferred, ...refused]);
  }

  /** When the reading began comes with the outcome. */
  async #deliver(
    window: Window,
    { deferred, mustBeEmpty }: { deferred: readonly Window[]; mustBeEmpty: boolean },
  ): Promise<WindowOutcome & { readonly readMs: number }> {
    const { logs, pace, consumer, delivery, events, workers, stopping, giveUp } = this.#context;
    const source = this.group.id;
    await delivery.gate.whenOpen(stopping);
    using _worker = await workers.acquire(stopping);
    let readMs = logs.nowMs();
    const outcome = await deliverWindow({
      source: this.#source,
      groupName: this.group.name,
      read: async (token) => {
        const query = { ...window, token, signal: stopping };
        const page = await pace.call(() => logs.events(this.group, query), { signal: stopping });
        // An answer may show that the clock was wrong.
        readMs = Math.min(readMs, logs.nowMs());
        return page;
      },
      progress: this.#progress,
      isDeferred: (timeMs) => deferred.some(({ startMs, endMs }) => startMs <= timeMs && timeMs <= endMs),
      mustBeEmpty,
      consumer,
      delivery,
      signal: giveUp,
      onRestart: () => events.emit("awscloudwatch.token_expired", { source, ...timesOf(window) }),
    });
    const { newEvents: count, events: found } = outcome;
    events.emit("awscloudwatch.window_read", { source, ...timesOf(window), events: found, count });
    return { ...outcome, readMs };
  }
}

function sourceOf(group: LogGroup, { largeData, giveUp: signal }: ReaderContext): Source {
  if (largeData === undefined) return { name: group.id, signal };
  const { bucket, store } = largeData;
  return { name: group.id, signal, bucket, readSibling: (place) => openSibling(store, place, { signal }) };
}

function timesOf({ startMs, endMs }: Window): { from: string; to: string } {
  return { from: new Date(startMs).toISOString(), to: new Date(endMs).toISOString() };
}
