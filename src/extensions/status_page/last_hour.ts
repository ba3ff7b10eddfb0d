import type { InvocationSummary } from "../../component/invocation_summary.ts";
import { Durations } from "./quantiles.ts";
import { Tallies } from "./tallies.ts";
import type { BedrockView, InvocationRow, NamedSums } from "./snapshot.ts";

const MINUTE_MS = 60_000;
const MINUTES = 60;
const NEWEST = 100;
const TOP = 8;
/** Ids of records in a generation; two generations are remembered. */
const REMEMBERED = 10_000;
/** A clock that is ahead of ours by less is right. */
const MAX_AHEAD_MS = 5 * MINUTE_MS;

/** What is told of the sums of a model and of an identity, in this order. */
const SUMS = ["invocations", "inputTokens", "outputTokens", "cachedTokens", "errors", "throttled", "interventions"];
const WIDTH = SUMS.length;

/** One minute of invocations. */
class Minute {
  stamp = -1;
  readonly totals = new Float64Array(WIDTH);
  readonly models = new Tallies(WIDTH);
  readonly identities = new Tallies(WIDTH);
  readonly errors = new Tallies(1);
  readonly policies = new Tallies(1);
  readonly latency = new Durations();
  readonly firstToken = new Durations();
  readonly delay = new Durations();

  begin(stamp: number): void {
    this.stamp = stamp;
    this.totals.fill(0);
    for (const part of [this.models, this.identities, this.errors, this.policies]) part.clear();
    for (const part of [this.latency, this.firstToken, this.delay]) part.clear();
  }

  add(other: Minute): void {
    for (let index = 0; index < WIDTH; index++) {
      this.totals[index] = (this.totals[index] ?? 0) + (other.totals[index] ?? 0);
    }
    this.models.addAll(other.models);
    this.identities.addAll(other.identities);
    this.errors.addAll(other.errors);
    this.policies.addAll(other.policies);
    this.latency.addAll(other.latency);
    this.firstToken.addAll(other.firstToken);
    this.delay.addAll(other.delay);
  }
}

/** The last hour of invocations by the minute of each, in memory that does not grow. */
export class LastHour {
  readonly #minutes = Array.from({ length: MINUTES }, () => new Minute());
  #newest: InvocationSummary[] = [];
  #seen = new Set<string>();
  #seenBefore = new Set<string>();
  /** Delivered, but of an earlier hour. */
  #older = 0;

  add(summaries: readonly InvocationSummary[], nowMs = Date.now()): void {
    for (const summary of summaries) this.#add(summary, nowMs);
    this.#newest = [...this.#newest, ...summaries].slice(-NEWEST);
  }

  #add(summary: InvocationSummary, nowMs: number): void {
    if (this.#wasSeen(summary.id)) return;
    const timeMs = summary.timeMs ?? nowMs;
    const stamp = Math.floor(Math.min(timeMs, nowMs) / MINUTE_MS);
    if (stamp <= Math.floor(nowMs / MINUTE_MS) - MINUTES || timeMs > nowMs + MAX_AHEAD_MS) {
      this.#older++;
      return;
    }
    const minute = this.#minutes[stamp % MINUTES] as Minute;
    if (minute.stamp !== stamp) minute.begin(stamp);
    tally(minute.totals, summary);
    tally(minute.models.of(summary.model), summary);
    tally(minute.identities.of(summary.identity), summary);
    if (summary.error !== undefined) increment(minute.errors.of(summary.error));
    for (const policy of summary.policies ?? []) increment(minute.policies.of(policy));
    if (summary.latencyMs !== undefined) minute.latency.add(summary.latencyMs);
    if (summary.firstTokenMs !== undefined) minute.firstToken.add(summary.firstTokenMs);
    if (summary.timeMs !== undefined) minute.delay.add(Math.max(0, nowMs - summary.timeMs));
  }

  /** What may be delivered twice counts once, and so does what several pipelines deliver. */
  #wasSeen(id: string): boolean {
    if (this.#seen.has(id) || this.#seenBefore.has(id)) return true;
    if (this.#seen.size >= REMEMBERED) {
      this.#seenBefore = this.#seen;
      this.#seen = new Set();
    }
    this.#seen.add(id);
    return false;
  }

  view(nowMs = Date.now()): BedrockView {
    const last = Math.floor(nowMs / MINUTE_MS);
    const all = new Minute();
    const empty = new Minute();
    const minutes = Array.from({ length: MINUTES }, (_, index) => {
      const stamp = last - MINUTES + 1 + index;
      const minute = this.#minutes[stamp % MINUTES] as Minute;
      if (minute.stamp !== stamp) return empty;
      all.add(minute);
      return minute;
    });
    const quantiles = (of: (minute: Minute) => Durations, share: number) =>
      minutes.map((one) => of(one).quantile(share));
    return {
      startMs: (last - MINUTES + 1) * MINUTE_MS,
      older: this.#older,
      totals: named(all.totals),
      minutes: minutes.map(({ totals }) => named(totals)),
      latency: [0.5, 0.95, 0.99].map((share) => quantiles(({ latency }) => latency, share)),
      latencyOfAll: [0.5, 0.95, 0.99].map((share) => all.latency.quantile(share)),
      firstTokenOfAll: [0.5, 0.95, 0.99].map((share) => all.firstToken.quantile(share)),
      delayOfAll: [0.5, 0.95, 0.99].map((share) => all.delay.quantile(share)),
      models: all.models.top(TOP, 0).map(({ name, sums }) => ({ name, ...named(sums) })),
      identities: all.identities.top(TOP, 0).map(({ name, sums }) => ({ name, ...named(sums) })),
      errors: all.errors.top(TOP, 0).map(({ name, sums }) => ({ name, count: sums[0] ?? 0 })),
      policies: all.policies.top(TOP, 0).map(({ name, sums }) => ({ name, count: sums[0] ?? 0 })),
      newest: newestFirst(this.#newest),
    };
  }
}

function increment(sums: Float64Array): void {
  sums[0] = (sums[0] ?? 0) + 1;
}

/** Adds an invocation to sums in the order of {@linkcode SUMS}. */
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
  const [invocations = 0, inputTokens = 0, outputTokens = 0, cachedTokens = 0, errors = 0, throttled = 0] = Array.from(
    sums,
  );
  return { invocations, inputTokens, outputTokens, cachedTokens, errors, throttled, interventions: sums[6] ?? 0 };
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
