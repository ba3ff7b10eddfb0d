/**
 * The main job on sample logs and metrics: S3, SQS, CloudWatch and an OTLP endpoint in this process, the real pipelines
 * between them. The exporter `debug` shows each invocation on its way.
 */
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { EVENTS } from "../../components.ts";
import { abortable, sleep } from "../../async/abortable.ts";
import { atMost } from "../../async/in_time.ts";
import { Service } from "../../service/service.ts";
import { onStopSignals } from "../../service/stop_signals.ts";
import { EventReporter } from "../../telemetry/event_reporter.ts";
import { createLog } from "../../telemetry/log.ts";
import { terminalColumns } from "../../telemetry/terminal_columns.ts";
import { loadProgramConfig } from "../load_config.ts";
import { print } from "../terminal.ts";
import { startCloudWatch } from "./cloudwatch.ts";
import { demoConfig } from "./config.ts";
import { Emulator } from "./emulator.ts";
import { mappedDocument } from "./document.ts";
import { startEndpoint } from "./endpoint.ts";
import { showPlaces } from "./keep.ts";
import { streamSamples } from "./stream.ts";
import { sampleMetrics } from "./sample_metrics.ts";
import { ACCOUNT_ID, type SampleObject, sampleObjects } from "./samples.ts";

/** Between objects on a terminal, so that one can watch. */
const PACE_MS = 400;
/** Longest wait for the samples; they take about a second. */
const TIMEOUT_MS = 30_000;
/** Time from one data point to the next: only complete periods of CloudWatch are read. */
const GRANULARITY_MS = 60_000;

const NEXT = `
Next:
  bedrock-otel map --pretty FILE         see what becomes of an invocation log of your own
  bedrock-otel demo --keep               keep it alive: watch the live page, put in objects of your own
  bedrock-otel init                      write a configuration for your own logs
`;

/** Runs the demo. Returns the exit code: 1 when not every sample arrived. With `keep` it goes on until Ctrl-C. */
export async function runDemo({ keep }: { keep: boolean }): Promise<number> {
  const stopping = new AbortController();
  onStopSignals(() => stopping.abort());
  const { signal } = stopping;
  const objects = sampleObjects(new Date(Math.floor(Date.now() / GRANULARITY_MS) * GRANULARITY_MS));
  const metrics = sampleMetrics(objects.flatMap(({ invocations }) => invocations));
  const endpoint = startEndpoint();
  const cloudWatch = startCloudWatch(metrics, { accountId: ACCOUNT_ID });
  const folder = await Deno.makeTempDir({ prefix: "bedrock-otel-demo-" });
  await using emulator = await Emulator.start();
  let hasSeenEnough = false;
  let service: Service | undefined;
  try {
    const config = join(folder, "config.yaml");
    const { endpoint: aws, queueUrl } = emulator;
    const urls = { cloudWatch: cloudWatch.url, otlp: endpoint.url };
    const statusPage = freeAddress();
    // What goes on and on is watched on the page.
    const exporters = keep ? ["otlp_http"] : ["otlp_http", "debug"];
    await Deno.writeTextFile(config, demoConfig({ ...urls, aws, queueUrl, statusPage, exporters, folder }));
    print(`bedrock-otel demo: Bedrock's logs from S3 and metrics from CloudWatch to OTLP
In this process: S3 and SQS ${aws}
                 CloudWatch ${urls.cloudWatch}, OTLP ${urls.otlp}
`);
    const events = new EventReporter(createLog({ level: "warn", format: "text", sink: print }), EVENTS);
    // Only a closed output keeps `debug` from showing what passes: whoever watched (`| head`) has seen enough.
    events.subscribe(({ name, fields }) => {
      if (name !== "export.retry" || fields["exporter"] !== "debug") return;
      hasSeenEnough = true;
      stopping.abort();
    });
    const expected = {
      records: objects.reduce((sum, { invocations }) => sum + invocations.length, 0),
      points: new Set(metrics.map(({ timeMs, value: _, ...series }) =>
        JSON.stringify([series, Math.floor(timeMs / GRANULARITY_MS)])
      )).size,
    };
    service = new Service(await loadProgramConfig([config]), { once: false, events });
    await service.start();
    print(`Live page: http://${statusPage}\n\n`);
    await putSamples(objects, { emulator, paceMs: Deno.stdout.isTerminal() ? PACE_MS : 0, signal });
    const { isComplete, text } = await arrival(events, { ...expected, signal });
    print(`\n${text} from ${objects.length} objects and CloudWatch\n`);
    if (!isComplete) {
      return 1;
    }
    const [first] = objects.flatMap(({ invocations }) =>
      invocations
    );
    if (first !== undefined) {
      const document = await mappedDocument(first, { folder, columns: terminalColumns() });
      print(`\nThe first of them, as Elasticsearch stores it:\n${document}`);
    }
    print(NEXT);
    if (keep) {
      await showPlaces({ ...urls, emulator, folder });
      // What goes wrong once it is asked to stop is no news.
      await streamSamples({ emulator, endpoint, signal }).catch((error) => {
        if (!signal.aborted) {
          throw error;
        }
      });
      print("Stopping: what is in flight is delivered first\n");
    }
    return 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    if (hasSeenEnough) return 0;
    print("Stopped before all samples had arrived\n");
    return 1;
  } finally {
    await service?.stop();
    await cloudWatch.server.shutdown();
    await endpoint.server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Waits until the endpoint has taken all of the samples. Rejects with the signal's reason. */
async function arrival(
  events: EventReporter,
  { signal, ...expected }: { records: number; points: number; signal: AbortSignal },
): Promise<{ isComplete: boolean; text: string }> {
  const settled = Promise.withResolvers<void>();
  const delivered = (counter: string) => {
    const ofEndpoint = [...events.series(counter)].filter(({ attributes }) => attributes["exporter"] === "otlp_http");
    return ofEndpoint.reduce((sum, { value }) => sum + value, 0);
  };
  const now = () => ({
    records: delivered("exporter.delivered_records"),
    points: delivered("exporter.delivered_points"),
  });
  const isComplete = () => now().records >= expected.records && now().points >= expected.points;
  events.subscribe(() => {
    if (isComplete()) settled.resolve();
  });
  if (isComplete()) settled.resolve();
  await abortable(atMost(settled.promise, TIMEOUT_MS), signal);
  const { records, points } = now();
  return {
    isComplete: isComplete(),
    text: `Delivered ${records} of ${expected.records} invocations and ${points} of ${expected.points} data points`,
  };
}

/** Of this machine, with a port that nobody has. */
function freeAddress(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `127.0.0.1:${listener.addr.port}`;
}

/** Publishes the samples. */
async function putSamples(
  samples: readonly SampleObject[],
  { emulator, paceMs, signal }: { emulator: Emulator; paceMs: number; signal: AbortSignal },
): Promise<void> {
  for (const { key, gzip, invocations } of samples) {
    const text = invocations.map((invocation) => JSON.stringify(invocation) + "\n").join("");
    const bytes = new TextEncoder().encode(text);
    await emulator.publish(key, gzip ? new Uint8Array(gzipSync(bytes)) : bytes);
    signal.throwIfAborted();
    if (paceMs > 0) await sleep(paceMs, signal);
  }
}
