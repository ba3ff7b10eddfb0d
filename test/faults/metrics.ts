/** Metrics as the input of a seed: what CloudWatch has when, and what has to arrive of it. */
import type { CloudWatch, CloudWatchRequest } from "../world/cloudwatch.ts";
import type { DecodedPoint } from "../world/otlp_metrics.ts";

const MINUTE_MS = 60_000;
const PERIOD_MS = 5 * MINUTE_MS;
const LATENCY_MS = 2 * MINUTE_MS;
/** What the receiver reads again; what comes later than it shows is not promised. */
const REREAD_PERIODS = 4;
/** A period that is late is there so long after its end: after its first reading, and before its last one. */
const LATE_MS = { from: 9 * MINUTE_MS, to: 22 * MINUTE_MS };
/** Just before the next period is complete, so that the program waits a moment for it. */
const BEFORE_MS = 300;

const METRICS: Readonly<Record<string, string>> = {
  Invocations: "aws_bedrock.runtime.invocations",
  InputTokenCount: "aws_bedrock.runtime.input_token_count",
};
/** The first period in which a model is called. */
const MODELS: Readonly<Record<string, number>> = { "model-a": 0, "model-b": 0, "model-new": 6 };

interface Expected {
  readonly timeMs: number;
  /** More than one where a sample comes after the others: the value when it was read first stays. */
  readonly values: readonly number[];
}

export const METRICS_RECEIVER = {
  period: "5m",
  latency: "2m",
  max_lookback: "24h",
  reread_periods: REREAD_PERIODS,
} as const;

/**
 * CloudWatch with samples for some hours from now on. Its clock stands still but for requests: while it answers one for
 * values, so much time passes that the next period but one is nearly complete, as the program learns from the answer. A
 * step of the clock has to be long, as the AWS SDK puts none right that is wrong by less than five minutes.
 */
export class MetricsInput {
  readonly #expected = new Map<string, Expected>();
  readonly #cloudWatch: CloudWatch;
  #nowMs = Date.now();
  #firstMs: number | undefined;

  constructor(cloudWatch: CloudWatch, { random, periods }: { random: () => number; periods: number }) {
    this.#cloudWatch = cloudWatch;
    const beginMs = Math.floor((this.#nowMs - LATENCY_MS) / PERIOD_MS) * PERIOD_MS - PERIOD_MS;
    for (let period = 0; period < periods; period++) {
      for (const [model, first] of Object.entries(MODELS)) {
        for (const metric of Object.keys(METRICS)) {
          if (period >= first && random() < 0.9) {
            this.#put({ model, metric, timeMs: beginMs + period * PERIOD_MS, random });
          }
        }
      }
    }
    cloudWatch.nowMs = () => this.#nowMs;
    cloudWatch.onSettled = (request) => this.#passTime(request);
  }

  get count(): number {
    return this.#expected.size;
  }

  /** What has to arrive and is not among the points. */
  missing(points: readonly DecodedPoint[]): string[] {
    const arrived = new Set(points.map(keyOf));
    return [...this.#expected].filter(([key, { timeMs }]) => timeMs >= (this.#firstMs ?? 0) && !arrived.has(key)).map((
      [key],
    ) => key);
  }

  /** What is wrong: points that are missing, that CloudWatch does not have, or that came with two values. */
  verdict(points: readonly DecodedPoint[]): string[] {
    const problems = this.missing(points).map((key) => `lost: ${key}`);
    for (const [key, found] of Map.groupBy(points, keyOf)) {
      const values = [...new Set(found.map(({ value }) => value))];
      const right = this.#expected.get(key)?.values ?? [];
      if (values.length > 1) problems.push(`wrong: ${key} came with values ${values}`);
      else if (!right.includes(values[0] ?? NaN)) problems.push(`wrong: ${key} came as ${values}, expected ${right}`);
      if (new Set(found.map(identityOf)).size > 1) problems.push(`wrong: ${key} came as two series`);
    }
    return problems;
  }

  #passTime({ operation, input }: CloudWatchRequest): void {
    if (operation !== "GetMetricData" || input["NextToken"] !== undefined) return;
    this.#firstMs ??= Number(input["StartTime"]) * 1000;
    const nextMs = Number(input["EndTime"]) * 1000 + 2 * PERIOD_MS + LATENCY_MS - BEFORE_MS;
    this.#nowMs = Math.max(this.#nowMs, nextMs);
  }

  #put(
    { model, metric, timeMs, random }: { model: string; metric: string; timeMs: number; random: () => number },
  ): void {
    const value = 1 + Math.floor(random() * 1000);
    const isLate = random() < 0.15;
    const lateMs = LATE_MS.from + random() * (LATE_MS.to - LATE_MS.from);
    const dimensions = { ModelId: model };
    const afterMs = timeMs + PERIOD_MS + lateMs;
    this.#cloudWatch.put({ metric, dimensions, timeMs, value, ...isLate && { visibleMs: afterMs } });
    const values = [value];
    // A part of it comes when it was read already.
    if (!isLate && random() < 0.15) {
      this.#cloudWatch.put({ metric, dimensions, timeMs, value: 7, visibleMs: afterMs });
      values.push(value + 7);
    }
    this.#expected.set(`${METRICS[metric]} ${model} ${new Date(timeMs).toISOString()}`, { timeMs, values });
  }
}

/** Which point it is: its metric, model and period. */
export function keyOf({ metric, attributes, startTimeUnixNano }: DecodedPoint): string {
  const start = new Date(Number(BigInt(startTimeUnixNano) / 1_000_000n)).toISOString();
  return `${metric} ${attributes["aws_bedrock.runtime.model_id"]} ${start}`;
}

/** What must be the same each time a point comes. */
function identityOf({ resource, scope, kind, unit, temporality, attributes, timeUnixNano }: DecodedPoint): string {
  return JSON.stringify([resource, scope, kind, unit, temporality, attributes, timeUnixNano]);
}
