/**
 * The main job on sample logs and metrics: S3, SQS, CloudWatch and an OTLP endpoint in this process, the real pipelines
 * between them.
 */
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { loadProgramConfig } from "../load_config.ts";
import { Service } from "../../service/service.ts";
import { EventReporter } from "../../telemetry/event_reporter.ts";
import { createLog } from "../../telemetry/log.ts";
import { startCloudWatch } from "./cloudwatch.ts";
import { demoConfig } from "./config.ts";
import { Delivery, GRANULARITY_MS } from "./delivery.ts";
import { Display, type Screen, stdoutScreen } from "./display.ts";
import { Emulator } from "./emulator.ts";
import { startEndpoint } from "./endpoint.ts";
import { keepRunning } from "./keep.ts";
import { s3Event } from "./s3_event.ts";
import { sampleMetrics } from "./sample_metrics.ts";
import { ACCOUNT_ID, type SampleObject, sampleObjects } from "./samples.ts";
import { EVENTS } from "../../components.ts";

const BUCKET = "bedrock-logs";
const QUEUE = "bedrock-logs";
/** Between objects on a terminal, so that one can watch. */
const PACE_MS = 400;

/**
 * Runs the demo and shows what arrives. Returns the exit code: 1 when not every sample arrived. With `keep` it goes
 * on until Ctrl-C.
 */
export async function runDemo({ keep, screen = stdoutScreen() }: { keep: boolean; screen?: Screen }): Promise<number> {
  const display = new Display(screen);
  // Only complete periods of CloudWatch are read.
  const objects = sampleObjects(new Date(Math.floor(Date.now() / GRANULARITY_MS) * GRANULARITY_MS));
  const metrics = sampleMetrics(objects.flatMap(({ invocations }) => invocations));
  const delivery = new Delivery({ objects, metrics }, display);
  const endpoint = startEndpoint(delivery);
  const cloudWatch = startCloudWatch(metrics, { accountId: ACCOUNT_ID });
  const folder = await Deno.makeTempDir({ prefix: "bedrock-otel-demo-" });
  await using emulator = await Emulator.start();
  let service: Service | undefined;
  try {
    const queueUrl = await createQueue(emulator);
    const config = join(folder, "config.yaml");
    const places = { queueUrl, aws: emulator.endpoint, cloudWatch: cloudWatch.url, otlp: endpoint.url };
    await Deno.writeTextFile(config, demoConfig({ ...places, folder }));
    display.title("bedrock-otel demo: Bedrock's logs from S3 and metrics from CloudWatch to OTLP");
    display.line(`In this process: S3 and SQS ${places.aws}`);
    display.line(`                 CloudWatch ${places.cloudWatch}, OTLP ${places.otlp}`);
    display.line();

    service = await startService(config, display);
    await putSamples(objects, { emulator, queueUrl, paceMs: screen.isTerminal ? PACE_MS : 0 });
    if (!await delivery.complete()) return 1;
    if (keep) await keepRunning(display, { ...places, emulator, bucket: BUCKET, folder });
    return 0;
  } finally {
    await service?.stop();
    await cloudWatch.server.shutdown();
    await endpoint.server.shutdown();
    await Deno.remove(folder, { recursive: true });
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
  const events = new EventReporter(createLog({ level: "warn", format: "text", sink }), EVENTS);
  const service = new Service(await loadProgramConfig([config]), { once: false, events });
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
