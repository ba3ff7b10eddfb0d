/** Everything around the program: a queue with its bucket in front of it, an OTLP endpoint behind it. */
import assert from "node:assert/strict";
import { Aws, type AwsOptions, type QueueState } from "./aws.ts";
import { eventually } from "./eventually.ts";
import { OtlpEndpoint } from "./otlp_endpoint.ts";
import { type Config, configFor, type ConfigOptions, RunningService, runOnce, type ServiceRun } from "./program.ts";

export class Stage implements AsyncDisposable {
  readonly aws: Aws;
  readonly endpoint: OtlpEndpoint;

  private constructor(aws: Aws, endpoint: OtlpEndpoint) {
    this.aws = aws;
    this.endpoint = endpoint;
  }

  static async start(options: AwsOptions = {}): Promise<Stage> {
    return new Stage(await Aws.start(options), await OtlpEndpoint.start());
  }

  config(options: ConfigOptions = {}): Config {
    return configFor(this.aws, this.endpoint, options);
  }

  /** `run` in this process. */
  run(options: ConfigOptions = {}): Promise<RunningService> {
    return RunningService.start(this.config(options));
  }

  /** `run --once` in this process. */
  runOnce(options: ConfigOptions = {}): Promise<ServiceRun> {
    return runOnce(this.config(options));
  }

  /** requestIds of what the endpoint took, sorted; a record taken twice is here twice. */
  get tookInvocations(): string[] {
    return this.endpoint.tookInvocations;
  }

  /** Waits until no message is left in the queue. */
  async queueIsEmpty({ timeoutMs = 20_000 } = {}): Promise<void> {
    await eventually(async () => messageCount(await this.aws.queueState()) === 0, {
      timeoutMs,
      what: async () => `an empty queue, which has ${JSON.stringify(await this.aws.queueState())}`,
    });
  }

  /** Waits until so many messages are in the queue. */
  async queueHas(count: number, { timeoutMs = 20_000 } = {}): Promise<void> {
    await eventually(async () => messageCount(await this.aws.queueState()) >= count, {
      timeoutMs,
      what: async () => `${count} messages in the queue, which has ${JSON.stringify(await this.aws.queueState())}`,
    });
  }

  /** Fails when a message was received more than once, or lies in the dead-letter queue. */
  async assertNoReceiptWasLost(): Promise<void> {
    const { visible, inFlight } = await this.aws.queueState();
    for (const message of [...visible, ...inFlight]) {
      assert.ok(message.receiveCount <= 1, `message ${message.id} was received ${message.receiveCount} times`);
    }
    assert.equal(messageCount(await this.aws.deadLetterQueueState()), 0, "messages in the dead-letter queue");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endpoint[Symbol.asyncDispose]();
    await this.aws[Symbol.asyncDispose]();
  }
}

export function messageCount({ visible, inFlight }: QueueState): number {
  return visible.length + inFlight.length;
}

/** requestIds of records, sorted. */
export function requestIds(records: readonly { readonly requestId: string }[]): string[] {
  return records.map(({ requestId }) => requestId).sort();
}
