import type { MetricGroup } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import { NotDeliveredError } from "../../pipeline/deliver_records.ts";
import type { Delivery } from "../../component/flow_control.ts";
import type { Checkpoints } from "../../component/checkpoints.ts";
import type { Events } from "./events.ts";
import type { StopSignals } from "../task_receiver.ts";
import type { CloudWatch } from "./cloudwatch.ts";
import { granularityOf, type MetricsConfig } from "./config.ts";
import { deliverGroups } from "./deliver.ts";
import { type Listing, Listings } from "./listings.ts";
import { planOf } from "./plan.ts";
import { PointMaker } from "./points.ts";
import { Memory, type Progress } from "./progress.ts";
import { againFrom, type Range, rangeOf } from "./range.ts";
import { readQueries } from "./read.ts";
import { streamOf } from "./streams.ts";

export interface CollectorOptions extends StopSignals {
  readonly region: string;
  readonly namespace: string;
  readonly config: MetricsConfig;
  readonly cloudWatch: CloudWatch;
  /** Account of the credentials; rejects when it cannot be told. */
  readonly account: () => Promise<string>;
  readonly checkpoints: Checkpoints;
  readonly consumer: Consumer<MetricGroup>;
  readonly delivery: Delivery;
  readonly events: Events;
  readonly resource: Readonly<Record<string, string>>;
}

/** What became of one reading. */
export interface Collected {
  /** In so many ms the next period can be read. */
  readonly dueInMs: number;
  /** Why the checkpoint did not move to the end of what was read; undefined when it did. */
  readonly held: string | undefined;
}

/** What CloudWatch is asked for, and what is in memory, at once. */
const MAX_VALUES = 50_000;
/** A clock that is put right by less was right. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Collects one namespace of one region, from where it was delivered. */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #listings: Listings;
  readonly #points: PointMaker;
  #memory: Memory | undefined;
  /** When reading was first tried. */
  #beganMs: number | undefined;

  constructor(options: CollectorOptions) {
    const stream = streamOf(options.namespace);
    this.#options = options;
    this.#listings = new Listings(options);
    this.#points = new PointMaker({ ...options, stream });
  }

  get region(): string {
    return this.#options.region;
  }

  get namespace(): string {
    return this.#options.namespace;
  }

  /**
   * Lists the metrics, which shows whether the region can be read.
   *
   * @throws {Error} of the AWS SDK.
   */
  async prepare(): Promise<void> {
    const { progress } = await this.#remembered();
    await this.#listings.list(progress);
  }

  /**
   * Reads and delivers the complete periods since the last delivered one.
   *
   * @throws {NotDeliveredError} when anything was not delivered; what was is remembered.
   * @throws {Error} of the AWS SDK or of the storage.
   */
  async collect(): Promise<Collected> {
    const { memory, progress } = await this.#remembered();
    const listing = await this.#listings.current(progress);
    const range = this.#rangeOf(progress, { isListed: listing.timeMs !== progress.listedMs });
    if (range.skippedMs > 0) this.#skip(range, { progress, memory });
    if (range.startMs === range.endMs) return { dueInMs: this.#dueInMs(range), held: undefined };
    let held: string | undefined;
    for (const slice of slicesOf(range, { queries: listing.queries.length, config: this.#options.config })) {
      held = await this.#collectSlice(slice, { listing, memory, mayMove: held === undefined }) ?? held;
    }
    // Without the filter more is listed, and billed, than is needed next time.
    if (held === undefined && !listing.recentlyActive) this.#listings.forget();
    return { dueInMs: this.#dueInMs(range), held };
  }

  /** Moves the checkpoint to where reading can go on. */
  #skip({ startMs, sinceMs, skippedMs }: Range, { progress, memory }: { progress: Progress; memory: Memory }): void {
    this.#say("awscloudwatchmetrics.skipped", { skipped_ms: skippedMs });
    const granularityMs = granularityOf(this.#options.config);
    memory.write({ sent: [], reached: { ...progress, endMs: startMs, sinceMs, granularityMs } });
    memory.forgetBefore(startMs);
  }

  /** Delivers and moves the checkpoint, or says why not; it stays where an earlier slice holds it. */
  async #collectSlice(
    range: Range,
    { listing, memory, mayMove }: { listing: Listing; memory: Memory; mayMove: boolean },
  ): Promise<string | undefined> {
    const { region, namespace, config, cloudWatch, account, events } = this.#options;
    const { consumer, delivery, stopping, giveUp } = this.#options;
    events.emit("awscloudwatchmetrics.asked", { region, namespace, count: listing.queries.length });
    const { readings, messages } = await readQueries(cloudWatch, listing.queries, {
      namespace,
      account: await account(),
      fromMs: range.fromMs,
      endMs: range.endMs,
      granularityMs: granularityOf(config),
      signal: stopping,
    });
    if (range.endMs > this.#completeMs + CLOCK_TOLERANCE_MS) {
      throw new Error("Cannot read metrics: the clock was ahead, so that periods had not ended yet");
    }
    const plan = planOf(readings, { memory, range });
    const { delivered, refused, failed } = await deliverGroups(
      plan.planned.map((planned) => ({ group: this.#points.groupOf(planned), label: planned.entry })),
      { consumer, delivery, signal: giveUp },
    );
    const held = heldBy({ incompleteGroups: plan.incompleteGroups, messages, refused: refused?.message });
    const sent = [...delivered, ...plan.changed];
    if (mayMove && held === undefined && failed === undefined) {
      const { endMs, sinceMs } = range;
      const reached = { endMs, sinceMs, granularityMs: granularityOf(config), listedMs: listing.timeMs };
      memory.write({ sent, reached });
      memory.forgetBefore(againFrom(reached, { config, isListed: true }));
    } else memory.write({ sent });
    if (plan.lateValues > 0) this.#say("awscloudwatchmetrics.late", { count: plan.lateValues });
    if (plan.changedValues > 0) this.#say("awscloudwatchmetrics.changed", { count: plan.changedValues });
    if (failed !== undefined) throw new NotDeliveredError(failed.error);
    return held;
  }

  /** What is remembered. From the first call on nothing is left out, whatever fails. */
  async #remembered(): Promise<{ memory: Memory; progress: Progress }> {
    const { region, namespace, account, checkpoints, cloudWatch } = this.#options;
    this.#beganMs ??= cloudWatch.nowMs();
    this.#memory ??= new Memory(checkpoints, { account: await account(), region, namespace });
    const memory = this.#memory;
    memory.catchUp();
    const before = memory.progress;
    if (before !== undefined && !await this.#isAhead(before)) return { memory, progress: before };
    const progress = before === undefined ? this.#beginAt(this.#beganMs) : this.#putRight(before);
    memory.write({ sent: [], reached: progress });
    return { memory, progress };
  }

  /** The last complete period is the first to be read. */
  #beginAt(nowMs: number): Progress {
    const { config } = this.#options;
    const { startMs, sinceMs } = rangeOf(undefined, { config, nowMs, isListed: false });
    return { endMs: startMs, sinceMs, granularityMs: granularityOf(config), listedMs: startMs };
  }

  /** The progress that was written while the clock was ahead: back to what may not have been read in truth. */
  #putRight(progress: Progress): Progress {
    const { config, cloudWatch } = this.#options;
    const nowMs = cloudWatch.nowMs();
    const endMs = Math.min(this.#beginAt(nowMs).endMs, againFrom(progress, { config, isListed: true }));
    const sinceMs = Math.min(progress.sinceMs, endMs);
    return { ...progress, endMs, sinceMs, listedMs: Math.min(progress.listedMs, nowMs) };
  }

  /** Whether the clock was ahead when the progress was written. */
  async #isAhead(progress: Progress): Promise<boolean> {
    const { cloudWatch } = this.#options;
    if (progress.endMs <= cloudWatch.nowMs()) return false;
    // Or it is behind now: an answer tells.
    await this.#listings.list(progress);
    return progress.endMs > cloudWatch.nowMs();
  }

  #rangeOf(progress: Progress, { isListed }: { isListed: boolean }): Range {
    const { config, cloudWatch } = this.#options;
    return rangeOf(progress, { config, nowMs: cloudWatch.nowMs(), isListed });
  }

  /** What ended before is complete. */
  get #completeMs(): number {
    return this.#options.cloudWatch.nowMs() - this.#options.config.latency;
  }

  #dueInMs({ endMs }: Range): number {
    const { period } = this.#options.config;
    return Math.min(Math.max(0, endMs + period - this.#completeMs), period);
  }

  #say(
    name: "awscloudwatchmetrics.skipped" | "awscloudwatchmetrics.late" | "awscloudwatchmetrics.changed",
    fields: Record<string, number>,
  ): void {
    const { events, region, namespace } = this.#options;
    events.emit(name, { region, namespace, ...fields });
  }
}

/** Ranges of which each is read at once, the oldest first. */
function slicesOf(range: Range, { queries, config }: { queries: number; config: MetricsConfig }): Range[] {
  const granularityMs = granularityOf(config);
  const sliceMs = Math.max(config.period, Math.floor(MAX_VALUES / Math.max(1, queries)) * granularityMs);
  const slices: Range[] = [];
  for (let startMs = range.startMs; startMs < range.endMs; startMs += sliceMs) {
    const fromMs = startMs === range.startMs ? range.fromMs : startMs;
    slices.push({ ...range, fromMs, startMs, endMs: Math.min(startMs + sliceMs, range.endMs) });
  }
  return slices;
}

function heldBy(
  { incompleteGroups, messages, refused }: {
    incompleteGroups: number;
    messages: readonly string[];
    refused: string | undefined;
  },
): string | undefined {
  if (refused !== undefined) return `the endpoint refuses data points (${refused})`;
  if (incompleteGroups > 0) return `CloudWatch gave only a part of ${incompleteGroups} set(s) of dimensions`;
  return messages.length > 0 ? `CloudWatch says ${messages.join(", ")}` : undefined;
}
