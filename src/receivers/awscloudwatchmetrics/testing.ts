/** For tests: collectors with a CloudWatch over HTTP in front of them and a sink behind, on one clock. */
import { Aws } from "../../../test/world/aws.ts";
import type { CloudWatch } from "../../../test/world/cloudwatch.ts";
import { REGION } from "../../../test/world/aws_service.ts";
import { FakeTime } from "../../../test/world/fake_time.ts";
import { NOW_MS } from "../../../test/world/metrics_stage.ts";
import type { MetricGroup } from "../../component/batch.ts";
import { createFlowControl } from "../../component/flow_control.ts";
import { RUNTIME } from "../../mappings/generated/runtime.ts";
import { TestSink } from "../../../test/world/test_sink.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { temporaryStorage } from "../../../test/world/temporary_storage.ts";
import { CloudWatchCalls } from "./cloudwatch.ts";
import { Collector } from "./collector.ts";
import { awscloudwatchmetricsSchema } from "./config.ts";

/** The date is the stage's own; timers run as ever. */
export class CollectorStage implements AsyncDisposable {
  readonly #aws: Aws;
  readonly sink = new TestSink<MetricGroup>();
  readonly events = quietEvents();
  readonly #storage = temporaryStorage();
  readonly #clients: CloudWatchCalls[] = [];
  readonly #time = new FakeTime({ nowMs: NOW_MS, only: ["Date"] });
  readonly #settings: Readonly<Record<string, unknown>>;

  private constructor(aws: Aws, settings: Readonly<Record<string, unknown>>) {
    this.#aws = aws;
    this.#settings = settings;
  }

  static async start(settings: Readonly<Record<string, unknown>> = {}): Promise<CollectorStage> {
    return new CollectorStage(await Aws.start(), settings);
  }

  get server(): CloudWatch {
    return this.#aws.cloudWatch;
  }

  /** A collector as after a start of the program, with its checkpoints. */
  collector(): Collector {
    const { events } = this.events;
    const config = awscloudwatchmetricsSchema.parse({
      endpoint: this.#aws.endpoint,
      regions: [REGION],
      access_key_id: "KEY",
      secret_access_key: "SECRET",
      ...this.#settings,
    });
    const cloudWatch = new CloudWatchCalls(config, { region: REGION, events });
    this.#clients.push(cloudWatch);
    return new Collector({
      region: REGION,
      stream: RUNTIME,
      config,
      cloudWatch,
      account: () => Promise.resolve("123456789012"),
      storage: this.#storage.of("test"),
      consumer: this.sink,
      flowControl: createFlowControl({ maxInFlightBytes: 1_000_000 }),
      events,
      resource: {},
      stopping: new AbortController().signal,
      giveUp: new AbortController().signal,
    });
  }

  set nowMs(ms: number) {
    this.#time.nowMs = ms;
  }

  /** When the periods of what was delivered began, as `11:55`, sorted. */
  get took(): string[] {
    return this.sink.delivered.map(({ origin }) => String(origin.position).slice(11, 16)).sort();
  }

  /** How many checkpoints there are. */
  get entries(): number {
    return this.#storage.summary().reduce((sum, { entries }) => sum + entries, 0);
  }

  /** Called before each write to the state. */
  set beforeWrite(beforeWrite: () => void) {
    this.#storage.beforeWrite = beforeWrite;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#time[Symbol.dispose]();
    for (const client of this.#clients) client.close();
    this.#storage[Symbol.dispose]();
    await this.#aws[Symbol.asyncDispose]();
  }
}
