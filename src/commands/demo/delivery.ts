import type { Datum } from "./cloudwatch.ts";
import type { Display } from "./display.ts";
import type { Arrival, Arrivals, PointArrival } from "./endpoint.ts";
import type { SampleObject } from "./samples.ts";
import { invocationTable, logDelivery, metricTable } from "./summary.ts";

/** Longest wait for the samples; they take about a second. */
const TIMEOUT_MS = 30_000;

/** Time from one data point of the demo to the next. */
export const GRANULARITY_MS = 60_000;

/** What of the samples has arrived. */
export class Delivery implements Arrivals {
  readonly #display: Display;
  readonly #arrivals: Arrival[] = [];
  readonly #points = new Map<string, PointArrival>();
  readonly #missing: Set<string>;
  readonly #expected: { readonly invocations: number; readonly objects: number; readonly points: number };
  readonly #settled = Promise.withResolvers<void>();

  constructor(samples: { objects: readonly SampleObject[]; metrics: readonly Datum[] }, display: Display) {
    const { objects, metrics } = samples;
    this.#display = display;
    this.#missing = new Set(objects.flatMap(({ invocations }) => invocations.map(({ requestId }) => requestId)));
    const points = Map.groupBy(
      metrics,
      ({ metric, dimensions, timeMs }) => JSON.stringify([metric, dimensions, Math.floor(timeMs / GRANULARITY_MS)]),
    );
    this.#expected = { invocations: this.#missing.size, objects: objects.length, points: points.size };
  }

  invocation(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    this.#missing.delete(arrival.id);
    this.#display.arrival(arrival);
    this.#progress();
  }

  point(point: PointArrival): void {
    this.#points.set([point.metric, point.model, point.time.getTime()].join(), point);
    this.#progress();
  }

  #progress(): void {
    const { invocations, points } = this.#expected;
    this.#display.counter(
      `${this.#arrivals.length} of ${invocations} invocations, ${this.#points.size} of ${points} data points delivered`,
    );
    if (this.#missing.size === 0 && this.#points.size >= points) this.#settled.resolve();
  }

  /** Waits for the rest and sums up; false when something is missing. */
  async complete(): Promise<boolean> {
    const timer = setTimeout(this.#settled.resolve, TIMEOUT_MS);
    await this.#settled.promise;
    clearTimeout(timer);
    const { invocations, objects, points } = this.#expected;
    const missingPoints = points - this.#points.size;
    this.#display.counter("");
    if (this.#missing.size > 0 || missingPoints > 0) {
      this.#display.line(
        `Cannot finish the demo: ${this.#missing.size} of ${invocations} invocations and ${missingPoints} of ${points} ` +
          `data points did not arrive`,
      );
      return false;
    }
    this.#display.line();
    this.#display.title("As the invocation logs tell it");
    this.#display.table(invocationTable(this.#arrivals));
    const metrics = [...this.#points.values()];
    this.#display.title("As the CloudWatch metrics tell it");
    this.#display.table(metricTable(metrics));
    this.#display.line(`Invocation logs that Bedrock wrote to S3: ${logDelivery(metrics)}`);
    this.#display.title(
      `All ${invocations} invocations of ${objects} objects and all ${points} data points were delivered`,
    );
    return true;
  }
}
