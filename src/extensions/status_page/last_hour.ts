import type { InvocationSummary } from "../../component/invocation_summary.ts";
import { Durations } from "./quantiles.ts";
import { Tallies } from "./tallies.ts";
import { SeenIds } from "./seen_ids.ts";
import type { BedrockView, InvocationRow, NamedSums, Percentiles } from "./snapshot.ts";

const MINUTE_MS = 60_000;
const MINUTES = 60;
const NEWEST = 100;
const TOP = 8;
/** A clock that is ahead of ours by less is right. */
const MAX_AHEAD_MS = 5 * MINUTE_MS;

/** Sums of a model, or of an identity: those of {@linkcode NamedSums}, in that order. */
const WIDTH = 7;
const SHARES = [0.5, 0.95, 0.99];

/** One minute of invocations. */
class Minute {
  stamp = -1;
  readonly models = new Tallies(WIDTH);
  readonly identities = new Tallies(WIDTH);
  readonly errors = new Tallies(1);
  readonly policies = new Tallies(1);
  readonly latency = new Durations();
  readonly firstToken = new Durations();
  readonly delay = new Durations();
  readonly #tallies = [this.models, this.identities, this.errors, this.policies];
  readonly #durations = [this.latency, this.firstToken, this.delay];
  /** What the charts show of it, until something is added. */
  #shown: { readonly sums: NamedSums; readonly latency: Percentiles } | undefined;

  begin(stamp: number): void {
    this.stamp = stamp;
    this.#shown = undefined;
    for (const part of [...this.#tallies, ...this.#durations]) part.clear();
  }

  get shown() {
    return this.#shown ??= { sums: named(this.models.total()), latency: this.latency.quantiles(SHARES) };
  }

  count(summary: InvocationSummary, nowMs: number): void {
    const { timeMs, model, identity, error, policies, latencyMs, firstTokenMs } = summary;
    this.#shown = undefined;
    tally(this.models.of(model), summary);
    tally(this.identities.of(identity), summary);
    if (error !== undefined) increment(this.errors.of(error));
    if (policies !== undefined) { for (const policy of policies) increment(this.policies.of(policy)); }
    if (latencyMs !== undefined) this.latency.add(latencyMs);
    if (firstTokenMs !== undefined) this.firstToken.add(firstTokenMs);
    if (timeMs !== undefined) this.delay.add(Math.max(0, nowMs - timeMs));
  }

  addAll(other: Minute): void {
    for (const [at, part] of this.#tallies.entries()) part.addAll(other.#tallies[at] as Tallies);
    for (const [at, part] of this.#durations.entries()) part.addAll(other.#durations[at] as Durations);
  }
}

/** The last hour of invocations by the minute of each, in memory that does not grow. */
export class LastHour {
  readonly #minutes = Array.from({ length: MINUTES }, () => new Minute());
  readonly #seen = new SeenIds();
  /** The batches with the newest invocations: nothing is copied for what nobody may look at. */
  readonly #newest: (readonly InvocationSummary[])[] = [];
  #newestCount = 0;
  /** Delivered, but of an earlier hour. */
  #older = 0;

  add(summaries: readonly InvocationSummary[], nowMs = Date.now()): void {
    for (const summary of summaries) {
      // What may be delivered twice counts once, and so does what several pipelines deliver.
      if (this.#seen.add(summary.id)) this.#count(summary, nowMs);
    }
    this.#newest.push(summaries);
    this.#newestCount += summaries.length;
    for (;;) {
      const rest = this.#newestCount - (this.#newest[0]?.length ?? 0);
      if (rest < NEWEST) break;
      this.#newest.shift();
      this.#newestCount = rest;
    }
  }

  #count(summary: InvocationSummary, nowMs: number): void {
    const timeMs = summary.timeMs ?? nowMs;
    const stamp = Math.floor(Math.min(timeMs, nowMs) / MINUTE_MS);
    if (stamp <= Math.floor(nowMs / MINUTE_MS) - MINUTES || timeMs > nowMs + MAX_AHEAD_MS) {
      this.#older++;
      return;
    }
    const minute = this.#minutes[stamp % MINUTES] as Minute;
    if (minute.stamp !== stamp) minute.begin(stamp);
    minute.count(summary, nowMs);
  }

  view(nowMs = Date.now()): BedrockView {
    const last = Math.floor(nowMs / MINUTE_MS);
    const all = new Minute();
    const minutes = Array.from({ length: MINUTES }, (_, index) => {
      const stamp = last - MINUTES + 1 + index;
      const minute = this.#minutes[stamp % MINUTES] as Minute;
      if (minute.stamp !== stamp) return EMPTY.shown;
      all.addAll(minute);
      return minute.shown;
    });
    return {
      startMs: (last - MINUTES + 1) * MINUTE_MS,
      older: this.#older,
      totals: all.shown.sums,
      minutes: minutes.map(({ sums }) => sums),
      latency: SHARES.map((_, index) => minutes.map(({ latency }) => latency[index] ?? null)),
      latencyOfAll: all.shown.latency,
      firstTokenOfAll: all.firstToken.quantiles(SHARES),
      delayOfAll: all.delay.quantiles(SHARES),
      models: all.models.top(TOP, 0).map(({ name, sums }) => ({ name, ...named(sums) })),
      identities: all.identities.top(TOP, 0).map(({ name, sums }) => ({ name, ...named(sums) })),
      errors: all.errors.top(TOP, 0).map(({ name, sums }) => ({ name, count: sums[0] ?? 0 })),
      policies: all.policies.top(TOP, 0).map(({ name, sums }) => ({ name, count: sums[0] ?? 0 })),
      newest: newestFirst(this.#newest.flat().slice(-NEWEST)),
    };
  }
}

const EMPTY = new Minute();

function increment(sums: Float64Array): void {
  sums[0] = (sums[0] ?? 0) + 1;
}

/** Adds an invocation to sums in the order of {@linkcode NamedSums}. */
function tally(
  sums: Float64Array,
  { inputTokens, outputTokens, cachedTokens, error, policies }: InvocationSummary,
): void {
  sums[0] = (sums[0] ?? 0) + 1;
  sums[1] = (sums[1] ?? 0) + inputTokens;
  sums[2] = (sums[2] ?? 0) + outputTokens;
  sums[3] = (sums[3] ?? 0) + cachedTokens;
  if (error !== undefined) sums[isThrottle(error) ? 5 : 4] = (sums[isThrottle(error) ? 5 : 4] ?? 0) + 1;
  if (policies !== undefined) sums[6] = (sums[6] ?? 0) + 1;
}

function isThrottle(error: string): boolean {
  return /throttl/i.test(error);
}

function named(sums: ArrayLike<number>): NamedSums {
  return {
    invocations: sums[0] ?? 0,
    inputTokens: sums[1] ?? 0,
    outputTokens: sums[2] ?? 0,
    cachedTokens: sums[3] ?? 0,
    errors: sums[4] ?? 0,
    throttled: sums[5] ?? 0,
    interventions: sums[6] ?? 0,
  };
}

function newestFirst(summaries: readonly InvocationSummary[]): InvocationRow[] {
  return [...new Map(summaries.map((one) => [one.id, one])).values()]
    .sort((a, b) => (b.timeMs ?? 0) - (a.timeMs ?? 0))
    .map(({ id: _, error, policies, latencyMs, timeMs, ...row }) => ({
      ...row,
      timeMs: timeMs ?? null,
      latencyMs: latencyMs ?? null,
      outcome: error ?? (policies === undefined ? "ok" : "guardrail intervened"),
      policies: policies ?? [],
    }));
}
