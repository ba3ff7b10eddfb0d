/** For tests: the receiver of a listing with a bucket in memory, a real database and a sink. */
import type { DeadLetter, Receiver, ReceiverResult } from "../../../component/component.ts";
import type { LogRecord } from "../../../component/batch.ts";
import { createFlowControl } from "../../../component/flow_control.ts";
import { TestSink } from "../../../../test/world/test_sink.ts";
import { quietEvents } from "../../../../test/world/quiet_events.ts";
import { diskIsFull, temporaryStorage } from "../../../../test/world/temporary_storage.ts";
import { awss3Schema } from "../config.ts";
import { readObject } from "../object.ts";
import { createSelector } from "../selection.ts";
import { MemoryBucket } from "../../../../test/world/memory_bucket.ts";
import { listingReceiver } from "./receiver.ts";

export const AREA = "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/";
/** The hour in which the tests' objects begin. */
export const START_MS = Date.UTC(2026, 2, 2, 5);
export const HOUR_MS = 3_600_000;

/** Key of an object that Bedrock wrote in the `hour`-th hour from {@linkcode START_MS} on. */
export function bedrockKey(hour: number, name: string): string {
  const path = new Date(START_MS + hour * HOUR_MS).toISOString().slice(0, 13).replaceAll(/[-T]/g, "/");
  return `${AREA}${path}/${name}.json.gz`;
}

/** Records `{"n":…}` with these numbers, a line each. */
export function lines(...numbers: number[]): string {
  return numbers.map((n) => `{"n":${n}}\n`).join("");
}

/** What the receivers of a test share: those that are made one after another go on from each other's state. */
export class ListingWorld implements Disposable {
  readonly bucket = new MemoryBucket();
  readonly storage = temporaryStorage();
  readonly sink = new TestSink<LogRecord>();
  readonly flowControl = createFlowControl({ maxInFlightBytes: 1024 * 1024 });
  readonly #quiet = quietEvents();
  deadLetter: DeadLetter | undefined;

  /** Puts an object of Bedrock that was written in its hour, with these records. */
  put(hour: number, name: string, ...numbers: number[]): string {
    const key = bedrockKey(hour, name);
    this.bucket.put(key, lines(...numbers), { lastModifiedMs: START_MS + hour * HOUR_MS });
    return key;
  }

  receiver({ once = false, ...settings }: { once?: boolean; [name: string]: unknown } = {}): Receiver {
    const config = awss3Schema.parse({ bucket_arn: "arn:aws:s3:::logs", ...settings });
    const { bucket, sink: consumer, events, flowControl, deadLetter } = this;
    return listingReceiver({
      bucket,
      read: (object, { expandField, ...options }) =>
        readObject(bucket, object, { ...options, maxBytes: config.max_bytes, expandEventListFromField: expandField }),
      select: createSelector(config),
      storage: this.storage.of("awss3"),
      consumer,
      flowControl,
      events: events.of("awss3"),
      deadLetter,
      once,
      config,
      close() {},
    });
  }

  /** One pass with `once`. */
  async once(settings: Record<string, unknown> = {}): Promise<ReceiverResult> {
    const receiver = this.receiver({ once: true, ...settings });
    await receiver.start();
    const result = await receiver.finished;
    await receiver.stop(AbortSignal.abort());
    return result;
  }

  /** Numbers of the delivered records, sorted; a record that was delivered twice is here twice. */
  get numbers(): number[] {
    return this.sink.delivered.map(({ body }) => (JSON.parse(String(body)) as { n: number }).n)
      .sort((one, other) => one - other);
  }

  get events() {
    return this.#quiet.events;
  }

  get log(): string[] {
    return this.#quiet.lines;
  }

  /** How many entries are in a collection. */
  entries(collection: "objects" | "deferred" | "areas"): number {
    return this.storage.collection("awss3", collection).count();
  }

  set isDiskFull(isFull: boolean) {
    this.storage.beforeWrite = () => isFull && diskIsFull();
  }

  [Symbol.dispose](): void {
    this.storage[Symbol.dispose]();
  }
}
