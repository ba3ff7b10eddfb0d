import type { MetricGroup } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import type { FlowControl } from "../../component/flow_control.ts";
import { NotDeliveredError } from "../../pipeline/deliver_records.ts";
import type { ReceiverStorage } from "../../component/checkpoints.ts";
import type { StopSignals } from "../run_loop.ts";
import { Catalogue, type CatalogueOptions } from "./catalogue.ts";
import { MetricCheckpoints, type Watermark } from "./checkpoints.ts";
import { compareWithSent, pendingOf, type Unsent } from "./compare.ts";
import { deliverGroups } from "./deliver.ts";
import { GroupMaker, type GroupMakerOptions } from "./group_maker.ts";
import { Levels } from "./levels.ts";
import { type Listing, type ListingOptions, Listings } from "./listing.ts";
import { readValues } from "./read.ts";
import { firstWatermark, rereadFrom, slicesOf, type Window, windowOf } from "./window.ts";

export interface CollectorOptions
  extends Omit<ListingOptions, "catalogue" | "levels">, CatalogueOptions, GroupMakerOptions, StopSignals {
  readonly storage: ReceiverStorage;
  readonly consumer: Consumer<MetricGroup>;
  readonly flowControl: FlowControl;
}

/** What became of one reading. */
export interface Collected {
  /** In so many ms the next period can be read. */
  readonly dueInMs: number;
  /** Why what was read is deferred, and the watermark did not move to its end; undefined when it did. */
  readonly deferred: string | undefined;
}

/** A clock that is put right by less was right. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Collects one namespace of one region, from where it was delivered. */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #listings: Listings;
  readonly #maker: GroupMaker;
  readonly #catalogue: Catalogue;
  readonly #levels: Levels;
  #checkpoints: MetricCheckpoints | undefined;
  /** When reading was first tried. */
  #beganMs: number | undefined;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#catalogue = new Catalogue(options);
    this.#levels = new Levels(options);
    this.#listings = new Listings({ ...options, catalogue: this.#catalogue, levels: this.#levels });
    this.#maker = new GroupMaker(options);
  }

  get region(): string {
    return this.#options.region;
  }

  get namespace(): string {
    return this.#options.stream.namespace;
  }

  /**
   * Lists the metrics, which shows whether the region can be read.
   *
   * @throws {Error} of the AWS SDK.
   */
  async prepare(): Promise<void> {
    const checkpoints = await this.#openCheckpoints();
    await this.#listings.list(await this.#watermark(checkpoints));
  }

  /**
   * Reads and delivers the complete periods since the last delivered one.
   *
   * @throws {NotDeliveredError} when anything was not delivered; the checkpoints hold what was.
   * @throws {Error} of the AWS SDK or of the storage.
   */
  async collect(): Promise<Collected> {
    const { config, cloudWatch } = this.#options;
    const checkpoints = await this.#openCheckpoints();
    const watermark = await this.#watermark(checkpoints);
    const listing = await this.#listings.current(watermark);
    const isListed = listing.timeMs !== watermark.listedMs;
    const window = windowOf(watermark, { config, nowMs: cloudWatch.nowMs(), isListed });
    if (window.skippedMs > 0) this.#skip(window, { watermark, checkpoints });
    let deferred: string | undefined;
    for (const slice of slicesOf(window, { queries: listing.queries.length, config })) {
      deferred = await this.#collectSlice(slice, { listing, checkpoints, mayMove: deferred === undefined }) ?? deferred;
    }
    // Without the filter more is listed, and billed, than is needed next time.
    if (window.startMs < window.endMs && deferred === undefined && !listing.recentlyActive) this.#listings.forget();
    return { dueInMs: Math.min(Math.max(0, window.endMs + config.period - this.#completeMs), config.period), deferred };
  }

  /** Moves the watermark to where reading can go on. */
  #skip(
    { startMs, sinceMs, granularityMs, skippedMs }: Window,
    { watermark, checkpoints }: { watermark: Watermark; checkpoints: MetricCheckpoints },
  ): void {
    const { events, region, stream: { namespace } } = this.#options;
    events.emit("awscloudwatchmetrics.skipped", { region, namespace, skipped_ms: skippedMs });
    checkpoints.writeWatermark({ ...watermark, endMs: startMs, sinceMs, granularityMs });
    checkpoints.forgetBefore(startMs);
  }

  /** Delivers and moves the watermark, or tells why not; it stays where an earlier slice holds it. */
  async #collectSlice(
    window: Window,
    { listing, checkpoints, mayMove }: { listing: Listing; checkpoints: MetricCheckpoints; mayMove: boolean },
  ): Promise<string | undefined> {
    const { region, stream: { namespace }, config, cloudWatch, account, events, stopping, giveUp } = this.#options;
    events.emit("awscloudwatchmetrics.asked", { region, namespace, count: listing.queries.length });
    const reading = await readValues(cloudWatch, listing.queries, {
      namespace,
      account: await account(),
      window,
      signal: stopping,
    });
    if (window.endMs > this.#completeMs + CLOCK_TOLERANCE_MS) {
      throw new Error("Cannot read metrics: the clock was ahead, so that periods had not ended yet");
    }
    const { unsent, changed, lateValues, changedValues } = compareWithSent(reading, {
      checkpoints,
      maker: this.#maker,
      catalogue: this.#catalogue,
      levels: this.#levels,
      window,
    });
    await this.#remember(unsent, checkpoints);
    const groups = unsent.map(({ group }) => group);
    const { delivered, refused, failed } = await deliverGroups(groups, { ...this.#options, signal: giveUp });
    const isDelivered = new Set(delivered);
    const sent = [
      ...unsent.filter(({ group }) => isDelivered.has(group)).map(({ place, pending: { values } }) => ({
        place,
        values,
      })),
      ...changed,
    ];
    const pending = pendingOf(unsent, { isLeft: ({ group }) => !isDelivered.has(group) });
    const deferred = whyDeferred({ ...reading, refused });
    const { endMs, sinceMs, granularityMs } = window;
    if (mayMove && deferred === undefined && failed === undefined) {
      const watermark = { endMs, sinceMs, granularityMs, listedMs: listing.timeMs };
      checkpoints.writeSent(sent, { pending, watermark });
      checkpoints.forgetBefore(rereadFrom(watermark, { config, isListed: true }));
    } else checkpoints.writeSent(sent, { pending });
    if (lateValues > 0) events.emit("awscloudwatchmetrics.late", { region, namespace, count: lateValues });
    if (changedValues > 0) events.emit("awscloudwatchmetrics.changed", { region, namespace, count: changedValues });
    if (failed !== undefined) throw new NotDeliveredError(failed.error);
    return deferred;
  }

  /**
   * Writes down what is about to be sent, so that it is sent again as it was if the program dies before it knows what
   * became of it: a store keeps the first document of a time series and time, and a fuller one would count as its repeat.
   */
  async #remember(unsent: readonly Unsent[], checkpoints: MetricCheckpoints): Promise<void> {
    if (unsent.length === 0) return;
    checkpoints.writePending(pendingOf(unsent, { isLeft: () => true }));
    await this.#options.storage.caughtUp({ signal: this.#options.stopping, once: true });
  }

  /** The checkpoints, with all that was to be written. From the first call on no period is left out, whatever fails. */
  async #openCheckpoints(): Promise<MetricCheckpoints> {
    const { region, stream: { namespace }, account, storage, cloudWatch, stopping: signal } = this.#options;
    this.#beganMs ??= cloudWatch.nowMs();
    this.#checkpoints ??= new MetricCheckpoints(storage, { account: await account(), region, namespace });
    await storage.caughtUp({ signal, once: true });
    return this.#checkpoints;
  }

  async #watermark(checkpoints: MetricCheckpoints): Promise<Watermark> {
    const { config, cloudWatch } = this.#options;
    const before = checkpoints.watermark;
    if (before !== undefined && !await this.#isAhead(before)) return before;
    const watermark = before === undefined
      ? firstWatermark(config, this.#beganMs ?? cloudWatch.nowMs())
      : this.#putRight(before);
    checkpoints.writeWatermark(watermark);
    return watermark;
  }

  /** Whether the clock was ahead when the watermark was written. */
  async #isAhead(watermark: Watermark): Promise<boolean> {
    const { cloudWatch } = this.#options;
    if (watermark.endMs <= cloudWatch.nowMs()) return false;
    // Or it is behind now: an answer tells.
    await this.#listings.list(watermark);
    return watermark.endMs > cloudWatch.nowMs();
  }

  /** The watermark that was written while the clock was ahead: back to what may not have been read in truth. */
  #putRight(watermark: Watermark): Watermark {
    const { config, cloudWatch } = this.#options;
    const nowMs = cloudWatch.nowMs();
    const endMs = Math.min(firstWatermark(config, nowMs).endMs, rereadFrom(watermark, { config, isListed: true }));
    return {
      ...watermark,
      endMs,
      sinceMs: Math.min(watermark.sinceMs, endMs),
      listedMs: Math.min(watermark.listedMs, nowMs),
    };
  }

  /** What ended before is complete. */
  get #completeMs(): number {
    return this.#options.cloudWatch.nowMs() - this.#options.config.latency;
  }
}

function whyDeferred(
  { incomplete, messages, refused }: {
    incomplete: ReadonlySet<unknown>;
    messages: readonly string[];
    refused: Error | undefined;
  },
): string | undefined {
  if (refused !== undefined) return `the endpoint refuses data points (${refused.message})`;
  if (incomplete.size > 0) return `CloudWatch gave only a part of ${incomplete.size} set(s) of dimensions`;
  return messages.length > 0 ? `CloudWatch says ${messages.join(", ")}` : undefined;
}
