/** A queue with its bucket in front of the program, an OTLP endpoint behind it. */
import assert from "node:assert/strict";
import { Aws, type AwsOptions } from "./aws.ts";
import { type Config, configFor, type ConfigOptions } from "./config.ts";
import { eventually } from "./eventually.ts";
import type { QueueState } from "./memory_queue.ts";
import { OtlpEndpoint } from "./otlp_endpoint.ts";
import { AwsStage } from "./stage.ts";

export class QueueStage extends AwsStage {
  static async start(options: AwsOptions = {}): Promise<QueueStage> {
    return new QueueStage(await Aws.start(options), await OtlpEndpoint.start());
  }

  config(options: ConfigOptions = {}): Config {
    return configFor(this.aws, this.endpoint, options);
  }

  /** Waits until no message is left in the queue. */
  async queueIsEmpty({ timeoutMs = 60_000 } = {}): Promise<void> {
    await eventually(() => messageCount(this.aws.queueState()) === 0, {
      timeoutMs,
      what: () => `an empty queue, which has ${JSON.stringify(this.aws.queueState())}`,
    });
  }

  /** Waits until so many messages are in the queue. */
  async queueHas(count: number, { timeoutMs = 60_000 } = {}): Promise<void> {
    await eventually(() => messageCount(this.aws.queueState()) >= count, {
      timeoutMs,
      what: () => `${count} messages in the queue, which has ${JSON.stringify(this.aws.queueState())}`,
    });
  }

  /** Fails when a message was received more than once, or lies in the dead-letter queue. */
  assertNoReceiptWasLost(): void {
    const { visible, inFlight } = this.aws.queueState();
    for (const message of [...visible, ...inFlight]) {
      assert.ok(message.receiveCount <= 1, `message ${message.id} was received ${message.receiveCount} times`);
    }
    assert.equal(messageCount(this.aws.deadLetterQueueState()), 0, "messages in the dead-letter queue");
  }
}

export function messageCount({ visible, inFlight }: QueueState): number {
  return visible.length + inFlight.length;
}
