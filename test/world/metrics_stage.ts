/** Everything around the program for metrics: CloudWatch in front of it, an OTLP endpoint behind it, and the time. */
import { setImmediate } from "node:timers";
import FakeTimers from "@sinonjs/fake-timers";
import { FakeCloudWatch, REGION, type Sample } from "./cloudwatch.ts";
import { MetricsEndpoint } from "./metrics_endpoint.ts";
import type { DecodedPoint } from "./otlp_metrics_decode.ts";
import { type Config, RunningService, runOnce, type ServiceRun, TestFolder } from "./program.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** When tests begin; a period has just ended two minutes ago. */
export const NOW_MS = Date.parse("2026-03-04T12:02:00Z");

/** `12:05` of the day of the test, in ms. */
export function at(time: string): number {
  return Date.parse(`2026-03-04T${time}:00Z`);
}

export interface MetricsOptions {
  readonly receiver?: Config;
  readonly exporter?: Config;
  readonly service?: Config;
  readonly exporters?: Config;
}

/** The date is the stage's own; timers run as ever, unless they are to run with the date. */
export class MetricsStage implements AsyncDisposable {
  readonly cloudWatch = new FakeCloudWatch();
  readonly endpoint = new MetricsEndpoint();
  readonly folder = new TestFolder();
  readonly #clock: ReturnType<typeof FakeTimers.install>;
  readonly #timers: boolean;

  constructor({ timers = false }: { timers?: boolean } = {}) {
    this.#timers = timers;
    const toFake = ["Date", ...timers ? ["setTimeout", "clearTimeout"] as const : []] as const;
    this.#clock = FakeTimers.install({ now: NOW_MS, toFake: [...toFake] });
  }

  set nowMs(ms: number) {
    this.#clock.setSystemTime(ms);
  }

  /** Lets time pass once everything waits; timers run with it. */
  async pass(ms: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.#clock.tickAsync(ms);
  }

  /** Waits in real time, while the stage's time stands still, or passes in steps of `stepMs`. */
  async until(condition: () => boolean, what: () => string, { stepMs = 0 } = {}): Promise<void> {
    const deadlineMs = performance.now() + 20_000;
    while (!condition()) {
      if (performance.now() > deadlineMs) throw new Error(`Waited in vain for ${what()}`);
      await this.pass(stepMs);
    }
  }

  config({ receiver, exporter, service, exporters }: MetricsOptions = {}): Config {
    return {
      receivers: {
        awscloudwatchmetrics: {
          endpoint: this.cloudWatch.endpoint,
          regions: [REGION],
          namespaces: ["AWS/Bedrock"],
          access_key_id: "test",
          secret_access_key: "test-secret",
          ...receiver,
        },
      },
      exporters: {
        otlp_http: {
          endpoint: this.endpoint.url,
          retry_on_failure: { initial_interval: "10ms", max_interval: "20ms" },
          ...exporter,
        },
        ...exporters,
      },
      service: {
        storage: { directory: this.folder.file("state") },
        shutdown_timeout: "1s",
        telemetry: { logs: { level: "debug" } },
        pipelines: { metrics: { receivers: ["awscloudwatchmetrics"], exporters: ["otlp_http"] } },
        ...service,
      },
    };
  }

  /** `run --once` in this process. */
  runOnce(options: MetricsOptions = {}): Promise<ServiceRun> {
    return runOnce(this.config(options));
  }

  /** `run` in this process; when it is disposed of, timers are everybody's again. */
  async run(options: MetricsOptions = {}): Promise<RunningService> {
    const service = await RunningService.start(this.config(options));
    const dispose = service[Symbol.asyncDispose].bind(service);
    service[Symbol.asyncDispose] = () => {
      if (this.#timers) this.#clock.uninstall();
      return dispose();
    };
    return service;
  }

  /** The points that the endpoint took, as `metric start model`, sorted. */
  get took(): string[] {
    return this.endpoint.accepted.map(lineOf).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#clock.uninstall();
    await this.endpoint[Symbol.asyncDispose]();
    await this.cloudWatch[Symbol.asyncDispose]();
    await this.folder[Symbol.asyncDispose]();
  }
}

/** `invocations 12:05 model-a 3`. */
export function lineOf({ metric, attributes, startTimeUnixNano, value }: DecodedPoint): string {
  const start = new Date(Number(BigInt(startTimeUnixNano) / 1_000_000n)).toISOString().slice(11, 16);
  const model = attributes["aws_bedrock.runtime.model_id"] ?? "-";
  return `${metric.replace("aws_bedrock.runtime.", "")} ${start} ${model} ${value}`;
}

/** Samples of a metric of a model, one every five minutes from `from` on, up to but not at `to`. */
export function every5m(
  { from, to, value = 1, model = "model-a", metric = "Invocations", ...rest }: {
    from: number;
    to: number;
    value?: number;
    model?: string;
    metric?: string;
  } & Partial<Sample>,
): Sample[] {
  return Array.from({ length: Math.ceil((to - from) / (5 * MINUTE_MS)) }, (_, index) => ({
    metric,
    dimensions: { ModelId: model },
    value,
    ...rest,
    timeMs: from + index * 5 * MINUTE_MS,
  }));
}
