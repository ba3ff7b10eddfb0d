/** The main job on sample logs: S3, SQS and an OTLP endpoint in this process, the real pipeline between them. */
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { loadConfig } from "../config/load.ts";
import { Service } from "../service/service.ts";
import { Events } from "../telemetry/events.ts";
import { createLog } from "../telemetry/log.ts";
import { demoConfig } from "./config.ts";
import { Display, type Screen, stdoutScreen } from "./display.ts";
import { Emulator } from "./emulator.ts";
import { type Arrival, startEndpoint } from "./endpoint.ts";
import { keepRunning } from "./keep.ts";
import { s3Event } from "./s3_event.ts";
import { type SampleObject, sampleObjects } from "./samples.ts";

const BUCKET = "bedrock-logs";
const QUEUE = "bedrock-logs";
/** Longest wait for the samples; they take about a second. */
const DELIVERY_TIMEOUT_MS = 30_000;
/** Between objects on a terminal, so that one can watch. */
const PACE_MS = 400;

/**
 * Runs the demo and shows what arrives. Returns the exit code: 1 when not every sample arrived. With `keep` it goes
 * on until Ctrl-C.
 */
export async function runDemo({ keep, screen = stdoutScreen() }: { keep: boolean; screen?: Screen }): Promise<number> {
  const display = new Display(screen);
  const samples = sampleObjects(new Date());
  const delivery = new Delivery(samples, display);
  const endpoint = startEndpoint((arrival) => delivery.add(arrival));
  const folder = await Deno.makeTempDir({ prefix: "bedrock-otel-demo-" });
  await using emulator = await Emulator.start();
  let service: Service | undefined;
  try {
    const queueUrl = await createQueue(emulator);
    const config = join(folder, "config.yaml");
    await Deno.writeTextFile(config, demoConfig({ queueUrl, aws: emulator.endpoint, otlp: endpoint.url }));
    display.title("bedrock-otel demo: Bedrock invocation logs from S3 over SQS to OTLP");
    display.line(`In this process: S3 and SQS ${emulator.endpoint}, OTLP ${endpoint.url}`);
    display.line();

    service = await startService(config, display);
    await putSamples(samples, { emulator, queueUrl, paceMs: screen.isTerminal ? PACE_MS : 0 });
    if (!await delivery.complete()) return 1;
    if (keep) await keepRunning(display, { emulator, endpoint: endpoint.url, bucket: BUCKET, queueUrl, folder });
    return 0;
  } finally {
    await service?.stop();
    await endpoint.server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

/** What of the samples has arrived. */
class Delivery {
  readonly #display: Display;
  readonly #arrivals: Arrival[] = [];
  readonly #missing: Set<string>;
  readonly #expected: { readonly invocations: number; readonly objects: number };
  readonly #settled = Promise.withResolvers<void>();

  constructor(samples: readonly SampleObject[], display: Display) {
    this.#display = display;
    this.#missing = new Set(samples.flatMap(({ invocations }) => invocations.map(({ requestId }) => requestId)));
    this.#expected = { invocations: this.#missing.size, objects: samples.length };
  }

  add(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    this.#missing.delete(arrival.id);
    this.#display.arrival(arrival);
    this.#display.counter(`${this.#arrivals.length} of ${this.#expected.invocations} invocations delivered`);
    if (this.#missing.size === 0) this.#settled.resolve();
  }

  /** Waits for the rest and sums up; false when something is missing. */
  async complete(): Promise<boolean> {
    const timer = setTimeout(this.#settled.resolve, DELIVERY_TIMEOUT_MS);
    await this.#settled.promise;
    clearTimeout(timer);
    const { invocations, objects } = this.#expected;
    this.#display.counter("");
    if (this.#missing.size > 0) {
      this.#display.line(`Cannot finish the demo: ${this.#missing.size} of ${invocations} invocations did not arrive`);
      return false;
    }
    this.#display.summary(this.#arrivals);
    this.#display.title(`All ${invocations} invocations of ${objects} objects were delivered`);
    return true;
  }
}

async function createQueue(emulator: Emulator): Promise<string> {
  await emulator.createBucket(BUCKET);
  const deadLetters = `${QUEUE}-dead-letters`;
  await emulator.createQueue(deadLetters);
  const policy = { deadLetterTargetArn: emulator.queueArn(deadLetters), maxReceiveCount: 5 };
  return await emulator.createQueue(QUEUE, { RedrivePolicy: JSON.stringify(policy) });
}

async function startService(config: string, display: Display): Promise<Service> {
  const sink = (line: string) => display.line(line.trimEnd());
  const events = new Events(createLog({ level: "warn", format: "text", sink }));
  const service = new Service(await loadConfig([config]), { once: false, events });
  await service.start();
  return service;
}

/** Puts the samples into the bucket, and their notifications into the queue as S3 does. */
async function putSamples(
  samples: readonly SampleObject[],
  { emulator, queueUrl, paceMs }: { emulator: Emulator; queueUrl: string; paceMs: number },
): Promise<void> {
  for (const { key, gzip, invocations } of samples) {
    const text = invocations.map((invocation) => JSON.stringify(invocation) + "\n").join("");
    const bytes = new TextEncoder().encode(text);
    const object = await emulator.putObject({ bucket: BUCKET, key }, gzip ? gzipSync(bytes) : bytes);
    await emulator.sendMessage(queueUrl, JSON.stringify(s3Event([object])));
    if (paceMs > 0) await new Promise((resolve) => setTimeout(resolve, paceMs));
  }
}
