import { Catalogue, type CatalogueOptions } from "./catalogue.ts";
import type { CloudWatch } from "./cloudwatch.ts";
import { discover } from "./discovery.ts";
import type { Progress } from "./progress.ts";
import { queriesOf, type Query } from "./queries.ts";
import { rangeOf } from "./range.ts";
import { streamOf } from "./streams.ts";

export interface ListingOptions extends CatalogueOptions {
  readonly cloudWatch: CloudWatch;
  /** Account of the credentials; rejects when it cannot be told. */
  readonly account: () => Promise<string>;
  readonly stopping: AbortSignal;
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
  readonly #catalogue: Catalogue;
  #last: Listing | undefined;

  constructor(options: ListingOptions) {
    this.#options = options;
    this.#catalogue = new Catalogue(streamOf(options.namespace), options);
  }

  /**
   * A listing for what is to be read after `progress`.
   *
   * @throws {Error} of the AWS SDK.
   */
  async current(progress: Progress): Promise<Listing> {
    let listing = this.#last;
    // More than once when an answer has put the clock right.
    while (listing === undefined || !this.#isEnough(listing, progress)) listing = await this.list(progress);
    return listing;
  }

  /**
   * Lists anew.
   *
   * @throws {Error} of the AWS SDK.
   */
  async list(progress: Progress): Promise<Listing> {
    const { namespace, config, cloudWatch, account, stopping: signal } = this.#options;
    const stream = streamOf(namespace);
    const recentlyActive = this.#isRecent(progress);
    const startedMs = performance.now();
    const options = { namespace, stream, account: await account(), config, recentlyActive, signal };
    const series = await discover(cloudWatch, options);
    // By the clock as it is now.
    const timeMs = Math.floor(cloudWatch.nowMs() - (performance.now() - startedMs));
    return this.#last = { queries: queriesOf(series, this.#catalogue), timeMs, recentlyActive };
  }

  /** The next listing is a new one. */
  forget(): void {
    this.#last = undefined;
  }

  #isEnough({ timeMs, recentlyActive }: Listing, progress: Progress): boolean {
    const isNew = this.#options.cloudWatch.nowMs() - timeMs < LISTING_MS;
    return isNew && (!recentlyActive || this.#isRecent(progress));
  }

  /** Whether all that is to be read was not long ago. */
  #isRecent(progress: Progress): boolean {
    const { config, cloudWatch } = this.#options;
    const nowMs = cloudWatch.nowMs();
    const { fromMs, startMs } = rangeOf(progress, { config, nowMs, isListed: true });
    return nowMs - Math.min(fromMs, startMs) < RECENT_MS;
  }
}
