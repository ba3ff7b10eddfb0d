/** CloudWatch in front of the program, an OTLP endpoint behind it, and the time. */
import { Aws } from "./aws.ts";
import { REGION } from "./aws_service.ts";
import type { CloudWatch, Sample } from "./cloudwatch.ts";
import type { Config, ConfigOptions } from "./config.ts";
import { FakeTime } from "./fake_time.ts";
import { OtlpEndpoint } from "./otlp_endpoint.ts";
import type { DecodedPoint } from "./otlp_metrics.ts";
import type { RunningService } from "./program.ts";
import { AwsStage } from "./stage.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** When tests begin; a period has just ended two minutes ago. */
export const NOW_MS = Date.parse("2026-03-04T12:02:00Z");

/** `12:05` of the day of the test, in ms. */
export function at(time: string): number {
  return Date.parse(`2026-03-04T${time}:00Z`);
}

/** What of time is the stage's own; `real`: nothing, for programs in processes of their own. */
type Time = "date" | "date_and_timers" | "real";

export class MetricsStage extends AwsStage {
  readonly #time: FakeTime | undefined;
  readonly #fakesTimers: boolean;

  private constructor(aws: Aws, endpoint: OtlpEndpoint, time: Time) {
    super(aws, endpoint);
    this.#fakesTimers = time === "date_and_timers";
    const only = ["Date", ...this.#fakesTimers ? ["setTimeout", "clearTimeout"] as const : []] as const;
    this.#time = time === "real" ? undefined : new FakeTime({ nowMs: NOW_MS, only });
  }

  static async start({ time = "date" as Time } = {}): Promise<MetricsStage> {
    return new MetricsStage(await Aws.start(), await OtlpEndpoint.start(), time);
  }

  get cloudWatch(): CloudWatch {
    return this.aws.cloudWatch;
  }

  get time(): FakeTime {
    if (this.#time === undefined) throw new Error("The stage's time is the real one");
    return this.#time;
  }

  config({ receiver, exporter, service, exporters }: ConfigOptions = {}): Config {
    return {
      receivers: {
        awscloudwatchmetrics: {
          endpoint: this.aws.endpoint,
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
        storage: { directory: this.stateDirectory },
        shutdown_timeout: "1s",
        telemetry: { logs: { level: "debug" } },
        pipelines: { metrics: { receivers: ["awscloudwatchmetrics"], exporters: ["otlp_http"] } },
        ...service,
      },
    };
  }

  /** `run` in this process; when it is disposed of, timers are everybody's again. */
  override async run(options: ConfigOptions = {}): Promise<RunningService> {
    const service = await super.run(options);
    const dispose = service[Symbol.asyncDispose].bind(service);
    service[Symbol.asyncDispose] = () => {
      if (this.#fakesTimers) this.#time?.[Symbol.dispose]();
      return dispose();
    };
    return service;
  }

  /** The points that the endpoint took, as `metric start model`, sorted. */
  get took(): string[] {
    return this.endpoint.acceptedPoints.map(lineOf).sort();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#time?.[Symbol.dispose]();
    await super[Symbol.asyncDispose]();
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
