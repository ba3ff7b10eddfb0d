/**
 * Chooses the series whose values add up to the truth. CloudWatch publishes the same count by several sets of dimensions:
 * for the account, by model, by model and tier. Of those that may have counted the same request one alone is read.
 */
import { ACCOUNT_LEVEL, allLevels, type Level, metricNamed, type MetricStream } from "../../mappings/metric.ts";
import type { MetricsConfig } from "./config.ts";
import { type DimensionSet, type Series, setKey, setOf } from "./dimension_set.ts";

export interface LevelsOptions {
  readonly stream: MetricStream;
  readonly config: Pick<MetricsConfig, "levels" | "account_totals">;
}

/** Series of one metric, account and level: no two of them have counted the same. */
interface Group {
  readonly metric: string;
  readonly account: string;
  readonly dimensions: readonly string[];
  readonly series: Series[];
}

/** What is read of a namespace, and what of it adds up. */
export class Levels {
  readonly #stream: MetricStream;
  /** What is read first, in place of the table's first level. */
  readonly #first: Level | undefined;
  /** By the dimensions of levels that are read as well, though they count the same again. */
  readonly #extra: ReadonlySet<string>;

  constructor({ stream, config }: LevelsOptions) {
    this.#stream = stream;
    const [first, ...others] = (config.levels[stream.name] ?? config.levels[stream.namespace] ?? []).flatMap((name) =>
      allLevels(stream).find((level) => level.name === name) ?? []
    );
    this.#first = first;
    this.#extra = new Set(
      [...others, ...config.account_totals ? [ACCOUNT_LEVEL] : []].map(({ dimensions }) => keyOf(dimensions)),
    );
  }

  /**
   * The series to read: of each metric those of its level, of other levels only those that cannot have counted what those
   * have, and all of the levels that are asked for beside it.
   */
  choose(series: readonly Series[]): Series[] {
    const chosen: Series[] = [];
    for (
      const groups of Map.groupBy(this.#groupsOf(series), ({ metric, account }) => `${account} ${metric}`).values()
    ) {
      const read: Group[] = [];
      for (const group of groups.sort((a, b) => this.#compare(a, b))) {
        if (this.#extra.has(keyOf(group.dimensions))) {
          chosen.push(...group.series);
          continue;
        }
        const free = group.series.filter(this.#isDisjointFrom(read, group));
        chosen.push(...free);
        read.push({ ...group, series: free });
      }
    }
    return chosen;
  }

  /** Whether the values of a set may have counted the same as those of any of others, which are named by their keys. */
  anyOverlaps(set: DimensionSet, keys: Iterable<string>): boolean {
    const own = setKey(set);
    const dimensions = this.#dimensionsOf(set);
    if (this.#extra.has(keyOf([...dimensions.keys()]))) return false;
    for (const key of keys) {
      if (key === own) continue;
      const other = setOf(key);
      const others = this.#dimensionsOf(other);
      if (other.account !== set.account || this.#extra.has(keyOf([...others.keys()]))) continue;
      if ([...dimensions].every(([name, value]) => (others.get(name) ?? value) === value)) return true;
    }
    return false;
  }

  #groupsOf(series: readonly Series[]): Group[] {
    const groups = new Map<string, Group>();
    for (const one of series) {
      const dimensions = [...this.#dimensionsOf(one.set).keys()];
      const metric = metricNamed(this.#stream, one.metric)?.name ?? one.metric;
      const { account } = one.set;
      groups.getOrInsertComputed(
        JSON.stringify([metric, account, dimensions]),
        () => ({ metric, account, dimensions, series: [] }),
      ).series.push(one);
    }
    return [...groups.values()];
  }

  /** Dimensions whose value stands for all are none. */
  #dimensionsOf({ dimensions }: DimensionSet): Map<string, string> {
    const { totals } = this.#stream;
    return new Map(
      dimensions.filter(({ name, value }) => totals[name] !== value).map(({ name, value }) => [name, value]),
    );
  }

  /** In the order in which they are taken: the account's total last, and before it the coarser ones first. */
  #compare(a: Group, b: Group): number {
    return this.#rankOf(a) - this.#rankOf(b) || a.dimensions.length - b.dimensions.length ||
      (keyOf(a.dimensions) < keyOf(b.dimensions) ? -1 : 1);
  }

  #rankOf({ metric, dimensions }: Group): number {
    const { levels } = this.#stream;
    const own = metricNamed(this.#stream, metric)?.level;
    const key = keyOf(dimensions);
    const order = [this.#first, levels.find(({ name }) => name === own), ...levels];
    const rank = order.findIndex((level) => level !== undefined && keyOf(level.dimensions) === key);
    if (rank >= 0) return rank;
    return dimensions.length > 0 ? order.length : order.length + 1;
  }

  /** Two series have counted nothing in common when a dimension of both has another value. */
  #isDisjointFrom(read: readonly Group[], { dimensions }: Group): (series: Series) => boolean {
    const taken = read.filter(({ series }) => series.length > 0).map((group) => {
      const common = dimensions.filter((name) => group.dimensions.includes(name));
      return { common, values: new Set(group.series.map((series) => this.#valuesOf(series, common))) };
    });
    return (series) => taken.every(({ common, values }) => !values.has(this.#valuesOf(series, common)));
  }

  #valuesOf({ set }: Series, names: readonly string[]): string {
    const dimensions = this.#dimensionsOf(set);
    return JSON.stringify(names.map((name) => dimensions.get(name)));
  }
}

function keyOf(dimensions: readonly string[]): string {
  return JSON.stringify(dimensions);
}
