import { type AwsErrorKind, awsErrorKind, awsErrorMessage, isPermanentAtStart } from "../../aws/aws_error.ts";
import { ONCE_RETRY_LIMIT_MS } from "../../aws/retrying_calls.ts";
import type { ReceiverResult } from "../../component/component.ts";
import { sleep } from "../../async/abortable.ts";
import { retryDelayMs } from "../../async/retry.ts";
import { NotDeliveredError } from "../../pipeline/deliver_records.ts";
import type { FlowControl } from "../../component/flow_control.ts";
import type { Events } from "./events.ts";
import type { RunLoopOptions, StopSignals, Work } from "../run_loop.ts";
import type { Collector } from "./collector.ts";
import type { MetricsConfig } from "./config.ts";

export interface MetricsReceiverOptions {
  readonly config: MetricsConfig;
  readonly flowControl: FlowControl;
  readonly events: Events;
  readonly once: boolean;
  /** Makes what reads. */
  readonly begin: (signals: StopSignals) => Readers;
  /** Closes the connections. */
  readonly close: () => void;
}

export interface Readers {
  /** One for each region and namespace. */
  readonly collectors: readonly Collector[];
  /** Settles when the account of the credentials is known. */
  readonly account: () => Promise<string>;
}

const FIRST_DELAY_MS = 5000;

/** Collects metrics of CloudWatch, every region and namespace on its own, so that none waits for another. */
export function metricsLoop(options: MetricsReceiverOptions): RunLoopOptions {
  return {
    begin: (signals) => new MetricsTask(options, signals).prepare(),
    close: options.close,
  };
}

class MetricsTask {
  readonly #options: MetricsReceiverOptions;
  readonly #stopping: AbortSignal;
  readonly #readers: Readers;
  /** Why collectors fail just now. */
  readonly #failing = new Map<Collector, string>();

  constructor(options: MetricsReceiverOptions, signals: StopSignals) {
    this.#options = options;
    this.#stopping = signals.stopping;
    this.#readers = options.begin(signals);
  }

  /**
   * Resolves with what is left to do when any region can be read: none waits for another.
   *
   * @throws {Error} when none can ever be read as configured.
   */
  async prepare(): Promise<Work> {
    await this.#checkCredentials();
    const prepared = this.#readers.collectors.map(async (collector) => ({
      collector,
      failure: await failureOf(collector.prepare()),
    }));
    const works = await this.#anyWorks(prepared);
    if (!works) await this.#reportAll(prepared);
    return { run: () => this.#run(prepared, { works }) };
  }

  async #checkCredentials(): Promise<void> {
    const failure = await failureOf(this.#readers.account());
    if (failure === undefined || this.#stopping.aborted || !isPermanentAtStart(failure.error)) return;
    throw cannotRead("the account of the credentials", failure.error);
  }

  /** @throws {Error} when none can ever work as configured. */
  async #anyWorks(prepared: readonly Promise<Prepared>[]): Promise<boolean> {
    const works = prepared.map(async (one) => {
      const { failure } = await one;
      if (failure !== undefined) throw failure.error;
    });
    if (await failureOf(Promise.any(works)) === undefined) return true;
    const [first, ...others] = await Promise.all(prepared);
    const isHopeless = [first, ...others].every((one) => isPermanentAtStart(one?.failure?.error));
    if (first === undefined || !isHopeless) return false;
    const { region, namespace } = first.collector;
    throw cannotRead(`metrics of ${namespace} in ${region}`, first.failure?.error);
  }

  /** Why nothing can be read just now: until it can, the program is not ready. */
  async #reportAll(prepared: readonly Promise<Prepared>[]): Promise<void> {
    for (const { collector, failure } of await Promise.all(prepared)) {
      if (failure === undefined || this.#stopping.aborted) continue;
      this.#reportFailure(collector, { reason: reasonOf(failure.error), error: awsErrorMessage(failure.error) });
    }
  }

  async #run(prepared: readonly Promise<Prepared>[], { works }: { works: boolean }): Promise<ReceiverResult> {
    const isLeftOut = ({ failure }: Prepared) =>
      works && this.#options.config.regions?.includes("all") && failure !== undefined && isNotEnabled(failure.error);
    const loops = prepared.map(async (one) => {
      const { collector } = await one;
      return isLeftOut(await one) ? 0 : await this.#loop(collector);
    });
    const reported = Promise.all(prepared).then((all) => this.#reportLeftOut(all.filter(isLeftOut)));
    const [counts] = await Promise.all([Promise.all(loops), reported]);
    if (this.#options.once) this.#reportCost();
    return { undelivered: counts.reduce((sum, count) => sum + count, 0) };
  }

  #reportLeftOut(leftOut: readonly Prepared[]): void {
    if (leftOut.length === 0) return;
    const regions = new Set(leftOut.map(({ collector }) => collector.region));
    this.#options.events.emit("awscloudwatchmetrics.regions_left_out", { regions: [...regions].join(",") });
  }

  /** Collects again and again; how many readings were left undelivered at the end: 0 or 1. */
  async #loop(collector: Collector): Promise<number> {
    const { flowControl, once, config } = this.#options;
    const signal = this.#stopping;
    const startedMs = performance.now();
    const policy = { initialMs: FIRST_DELAY_MS, factor: 2, maxMs: config.period, jitter: 0.25 };
    let failures = 0;
    try {
      for (;;) {
        // While an endpoint is at fault nothing is read that would only wait.
        await flowControl.gate.whenOpen(signal);
        const outcome = await this.#collect(collector);
        if (once && outcome.kind === "done") return 0;
        failures = outcome.kind === "failed" ? failures + 1 : 0;
        const delayMs = outcome.kind === "failed" ? retryDelayMs(policy, failures) : outcome.dueInMs;
        if (once && isOver(outcome, performance.now() - startedMs + delayMs)) return 1;
        await sleep(delayMs, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      return once ? 1 : 0;
    }
  }

  async #collect(collector: Collector): Promise<Outcome> {
    try {
      const { dueInMs, deferred } = await this.#options.flowControl.readers.run(() => collector.collect());
      if (deferred === undefined) {
        this.#reportSuccess(collector);
        return { kind: "done", dueInMs };
      }
      this.#reportFailure(collector, { reason: "deferred", error: deferred });
      return { kind: "deferred", dueInMs };
    } catch (error) {
      if (!this.#stopping.aborted) {
        this.#reportFailure(collector, { reason: reasonOf(error), error: awsErrorMessage(error) });
      }
      return { kind: "failed", error };
    }
  }

  /** Reports why a collector fails, once for each reason in a row. */
  #reportFailure(
    collector: Collector,
    { reason, error }: { reason: AwsErrorKind | "deferred" | "not_delivered"; error: string },
  ): void {
    if (this.#failing.get(collector) === error) return;
    this.#failing.set(collector, error);
    const { events } = this.#options;
    const { region, namespace } = collector;
    events.emit("awscloudwatchmetrics.failed", { region, namespace, reason, error });
  }

  /** The component is healthy when all collectors are. */
  #reportSuccess(collector: Collector): void {
    if (!this.#failing.delete(collector) || this.#failing.size > 0) return;
    this.#options.events.emit("awscloudwatchmetrics.recovered");
  }

  #reportCost(): void {
    const { events } = this.#options;
    events.emit("awscloudwatchmetrics.cost", {
      metrics_asked: events.count("receiver.cloudwatch_metrics_asked"),
      api_calls: events.count("aws.calls"),
      estimated_usd: Number(events.count("aws.estimated_cost_usd").toFixed(6)),
    });
  }
}

/** A collector and why it cannot read now. */
interface Prepared {
  readonly collector: Collector;
  readonly failure: { readonly error: unknown } | undefined;
}

type Outcome =
  | { readonly kind: "done" | "deferred"; readonly dueInMs: number }
  | { readonly kind: "failed"; readonly error: unknown };

async function failureOf(task: Promise<unknown>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await task;
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** In `once`: whether it makes no sense to try again; an exporter has had its own patience. */
function isOver(outcome: Outcome, elapsedMs: number): boolean {
  return outcome.kind !== "failed" || elapsedMs > ONCE_RETRY_LIMIT_MS || outcome.error instanceof NotDeliveredError ||
    isPermanentAtStart(outcome.error);
}

/** A region that is not enabled knows no credentials of the account. */
function isNotEnabled(error: unknown): boolean {
  return awsErrorKind(error) === "credentials";
}

function reasonOf(error: unknown): AwsErrorKind | "not_delivered" {
  return error instanceof NotDeliveredError ? "not_delivered" : awsErrorKind(error);
}

function cannotRead(what: string, error: unknown): Error {
  const hint = isNotEnabled(error) ? " (or the region is not enabled for the account)" : "";
  return new Error(`Cannot read ${what}: ${awsErrorMessage(error)}${hint}`, { cause: error });
}
