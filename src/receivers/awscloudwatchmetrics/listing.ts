import type { MetricStream } from "../../mappings/metric.ts";
import type { Catalogue, Measure } from "./catalogue.ts";
import type { Watermark } from "./checkpoints.ts";
import type { CloudWatchCalls } from "./cloudwatch.ts";
import type { MetricsConfig } from "./config.ts";
import type { Levels } from "./levels.ts";
import { type Series, setKey } from "./dimension_set.ts";
import { seriesToRead } from "./series.ts";
import { windowOf } from "./window.ts";

export interface ListingOptions {
  readonly stream: MetricStream;
  readonly config: MetricsConfig;
  readonly catalogue: Catalogue;
  readonly levels: Levels;
  readonly cloudWatch: CloudWatchCalls;
  /** Account of the credentials; rejects when it cannot be told. */
  readonly account: () => Promise<string>;
  readonly stopping: AbortSignal;
}

/** One measure of one series: what is asked for, and billed. */
export interface Query extends Series {
  readonly measure: Measure;
}

/** What there is to be asked for. */
export interface Listing {
  readonly queries: readonly Query[];
  /** When it began, in ms since the epoch. */
  readonly timeMs: number;
  readonly recentlyActive: boolean;
}

const HOUR_MS = 3_600_000;
const LISTING_MS = HOUR_MS;
/** `RecentlyActive` is three hours; a metric may be listed late. */
const RECENT_MS = 2.5 * HOUR_MS;

/** Lists the metrics of one namespace and region, no more often than is needed. */
export class Listings {
  readonly #options: ListingOptions;
  #last: Listing | undefined;

  constructor(options: ListingOptions) {
    this.#options = options;
  }

  /**
   * A listing for what is to be read after the watermark.
   *
   * @throws {Error} of the AWS SDK.
   */
  async current(watermark: Watermark): Promise<Listing> {
    let listing = this.#last;
    // More than once when an answer has put the clock right.
    while (listing === undefined || !this.#isEnough(listing, watermark)) listing = await this.list(watermark);
    return listing;
  }

  /**
   * Lists anew.
   *
   * @throws {Error} of the AWS SDK.
   */
  async list(watermark: Watermark): Promise<Listing> {
    const { cloudWatch, stopping: signal } = this.#options;
    const recentlyActive = this.#isRecent(watermark);
    const startedMs = performance.now();
    const account = await this.#options.account();
    const series = await seriesToRead(cloudWatch, { ...this.#options, account, recentlyActive, signal });
    // By the clock as it is now.
    const timeMs = Math.floor(cloudWatch.nowMs() - (performance.now() - startedMs));
    return this.#last = { queries: this.#queriesOf(series), timeMs, recentlyActive };
  }

  /** The next listing is a new one. */
  forget(): void {
    this.#last = undefined;
  }

  /** Every measure of every series, each once. */
  #queriesOf(series: readonly Series[]): Query[] {
    const queries = new Map<string, Query>();
    for (const { metric, set } of series) {
      for (const measure of this.#options.catalogue.measuresOf(metric)) {
        // CloudWatch may know a metric by two names: the first one counts.
        queries.getOrInsert(`${measure.key}|${setKey(set)}`, { metric, set, measure });
      }
    }
    return [...queries.values()];
  }

  #isEnough({ timeMs, recentlyActive }: Listing, watermark: Watermark): boolean {
    const isNew = this.#options.cloudWatch.nowMs() - timeMs < LISTING_MS;
    return isNew && (!recentlyActive || this.#isRecent(watermark));
  }

  /** Whether all that is to be read was not long ago. */
  #isRecent(watermark: Watermark): boolean {
    const { config, cloudWatch } = this.#options;
    const nowMs = cloudWatch.nowMs();
    const { fromMs, startMs } = windowOf(watermark, { config, nowMs, isListed: true });
    return nowMs - Math.min(fromMs, startMs) < RECENT_MS;
  }
}
