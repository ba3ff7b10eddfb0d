import { join } from "node:path";
import { type MeasuredRun, measuredRun } from "../test/world/measured_run.ts";
import type { Load } from "./data.ts";

/** What a run of the program cost. */
export interface RunCost extends MeasuredRun {
  readonly requests: number;
  readonly wireBytes: number;
}

const ROOT = join(import.meta.dirname as string, "..");

/**
 * Runs `run --once` on stubs that hold the load, with these settings of the processor; throws when not every record
 * arrived exactly once.
 */
export async function measureProgram(
  load: Load,
  processor: Record<string, unknown> = {},
  exporter: "otlp_http" | "elasticsearch" = "otlp_http",
): Promise<RunCost> {
  const stub = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "-q",
      join(ROOT, "bench", "stub.ts"),
      ...[load.records, load.recordsPerObject, load.recordBytes].map(String),
    ],
    stdout: "piped",
  }).spawn();
  const folder = await Deno.makeTempDir({ prefix: "bedrock-otel-bench-" });
  try {
    const url = `http://127.0.0.1:${await firstLine(stub.stdout)}`;
    const config = join(folder, "config.yaml");
    await Deno.writeTextFile(config, JSON.stringify(benchConfig(url, { processor, exporter })));
    const cost = await measuredRun(config);
    if (cost.code !== 0) throw new Error(`Cannot measure: the program exited with ${cost.code}\n${cost.stderr}`);
    const result = await (await fetch(`${url}/result`)).json();
    const { records, distinct, deleted, requests, wireBytes } = result;
    const objects = Math.ceil(load.records / load.recordsPerObject);
    if (records !== load.records || distinct !== load.records || deleted !== objects) {
      throw new Error(
        `Cannot trust the run: of ${load.records} records in ${objects} objects ${JSON.stringify(result)}`,
      );
    }
    return { ...cost, requests, wireBytes };
  } finally {
    stub.kill("SIGKILL");
    await stub.status;
    await Deno.remove(folder, { recursive: true });
  }
}

function benchConfig(
  url: string,
  { processor, exporter }: { processor: Record<string, unknown>; exporter: string },
): unknown {
  return {
    receivers: {
      awss3: {
        queue_url: `${url}/123456789012/bench`,
        endpoint: url,
        path_style: true,
        region: "us-east-1",
        access_key_id: "bench",
        secret_access_key: "bench",
      },
    },
    processors: { bedrock: processor },
    exporters: { [exporter]: { endpoint: url, ...exporter === "elasticsearch" && { check_templates: false } } },
    service: { pipelines: { logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: [exporter] } } },
  };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.pipeThrough<string>(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("Cannot start the stub: it ended");
    text += value;
  }
  return text.slice(0, text.indexOf("\n"));
}
