/**
 * Chooses the series whose values add up to the truth. CloudWatch publishes the same count by several sets of dimensions:
 * for the account, by model, by model and tier. Of those that may have counted the same request one alone is read.
 */
import { ACCOUNT_LEVEL, allLevels, type Level, metricNamed, type MetricStream } from "../../mappings/metric.ts";
import type { Values } from "./checkpoints.ts";
import type { MetricsConfig } from "./config.ts";
import { type DimensionSet, type Series, setOf } from "./dimension_set.ts";

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

/** The values of dimensions by their names, in the order of these. */
type ValuesByName = ReadonlyMap<string, string>;

/** The sets of one level that something was counted by. */
class CountedLevel {
  readonly dimensions: readonly string[];
  readonly #sets: ValuesByName[] = [];
  /** What they have of some of their dimensions. */
  readonly #indexes = new Map<string, Set<string>>();

  constructor(dimensions: readonly string[]) {
    this.dimensions = dimensions;
  }

  add(set: ValuesByName): void {
    this.#sets.push(set);
    this.#indexes.clear();
  }

  /** Whether a set of another level may have counted the same: no dimension of both has another value. */
  overlaps(set: ValuesByName): boolean {
    const common = this.dimensions.filter((name) => set.has(name));
    const valuesOf = (one: ValuesByName) => keyOf(common.map((name) => one.get(name) ?? ""));
    const index = this.#indexes.getOrInsertComputed(keyOf(common), () => new Set(this.#sets.map(valuesOf)));
    return index.has(valuesOf(set));
  }
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
      const read: CountedLevel[] = [];
      for (const group of groups.sort((a, b) => this.#compare(a, b))) {
        if (this.#extra.has(keyOf(group.dimensions))) {
          chosen.push(...group.series);
          continue;
        }
        const level = new CountedLevel(group.dimensions);
        for (const one of group.series) {
          const set = this.#dimensionsOf(one.set);
          if (read.some((other) => other.overlaps(set))) continue;
          level.add(set);
          chosen.push(one);
        }
        read.push(level);
      }
    }
    return chosen;
  }

  /**
   * Tells of a set and the key of a measure whether another level of what was sent may have counted the same; `sent` has the
   * values of a time by the keys of their sets.
   */
  countedIn(sent: ReadonlyMap<string, Values>): (set: DimensionSet, measure: string) => boolean {
    const counted = new Map<string, Map<string, CountedLevel>>();
    for (const [key, values] of sent) {
      const { account, ...set } = setOf(key);
      const dimensions = this.#dimensionsOf(set);
      const names = [...dimensions.keys()];
      if (this.#extra.has(keyOf(names))) continue;
      for (const measure of Object.keys(values)) {
        counted.getOrInsertComputed(keyOf([account, measure]), () => new Map())
          .getOrInsertComputed(keyOf(names), () => new CountedLevel(names)).add(dimensions);
      }
    }
    return ({ account, ...set }, measure) => {
      const dimensions = this.#dimensionsOf(set);
      const own = keyOf([...dimensions.keys()]);
      if (this.#extra.has(own)) return false;
      const levels = counted.get(keyOf([account, measure])) ?? new Map<string, CountedLevel>();
      return levels.entries().some(([key, level]) => key !== own && level.overlaps(dimensions));
    };
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
  #dimensionsOf({ dimensions }: Pick<DimensionSet, "dimensions">): ValuesByName {
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
}

function keyOf(names: readonly string[]): string {
  return JSON.stringify(names);
}
