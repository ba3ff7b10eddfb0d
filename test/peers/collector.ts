/**
 * A real OpenTelemetry Collector for tests, built from the Go module beside this file. The binary is kept in the
 * user's cache folder; the first build takes minutes.
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { cacheFolder, exists, freePort } from "./machine.ts";
import type { Peer } from "./peer.ts";

const MODULE = join(import.meta.dirname as string, "otelcol");

/** Path of the built Collector, or the reason why there is none. */
export async function buildCollector(): Promise<Peer> {
  if (!(await hasGo())) return { skipped: "go is not installed" };
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum", "main.go"]) hash.update(await Deno.readFile(join(MODULE, name)));
  const folder = cacheFolder();
  const path = join(folder, `otelcol-${hash.digest("hex").slice(0, 16)}`);
  if (await exists(path)) return { path };
  await Deno.mkdir(folder, { recursive: true });
  const partial = `${path}.${Deno.pid}`;
  const { success, stderr } = await new Deno.Command("go", {
    args: ["build", "-trimpath", "-ldflags=-s -w", "-o", partial, "."],
    cwd: MODULE,
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot build the Collector: ${new TextDecoder().decode(stderr).slice(-2000)}`);
  await Deno.rename(partial, path);
  return { path };
}

async function hasGo(): Promise<boolean> {
  try {
    return (await new Deno.Command("go", { args: ["version"], stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** A Collector that receives OTLP/HTTP on loopback and writes what it gets to a file, one JSON document a line. */
export class Collector implements AsyncDisposable {
  readonly endpoint: string;
  readonly outputPath: string;
  readonly #process: Deno.ChildProcess;

  private constructor(process: Deno.ChildProcess, options: { endpoint: string; outputPath: string }) {
    this.#process = process;
    this.endpoint = options.endpoint;
    this.outputPath = options.outputPath;
  }

  /** Starts it and waits until it answers; on a port of its own unless `endpoint` names one (`127.0.0.1:4318`). */
  static async start(
    path: string,
    { endpoint = `127.0.0.1:${freePort()}` }: { endpoint?: string } = {},
  ): Promise<Collector> {
    const folder = await Deno.makeTempDir({ prefix: "otelcol-" });
    const outputPath = join(folder, "output.json");
    await Deno.writeTextFile(outputPath, "");
    await Deno.writeTextFile(join(folder, "config.yaml"), collectorConfig({ endpoint, outputPath }));
    const process = new Deno.Command(path, {
      args: ["--config", join(folder, "config.yaml")],
      stdout: "null",
      stderr: "null",
    }).spawn();
    const collector = new Collector(process, { endpoint: `http://${endpoint}`, outputPath });
    await collector.#ready();
    return collector;
  }

  async #ready(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      try {
        const response = await fetch(`${this.endpoint}/v1/logs`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: "{}",
        });
        await response.body?.cancel();
        if (response.ok) return;
      } catch {
        // Not listening yet.
      }
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error("The Collector did not answer within 10 s");
  }

  /** Stops it, so that everything is flushed, and returns the documents that it wrote. */
  async stop(): Promise<unknown[]> {
    this.#process.kill("SIGTERM");
    await this.#process.status;
    const text = await Deno.readTextFile(this.outputPath);
    return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as unknown);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#process.status;
    await Deno.remove(dirname(this.outputPath), { recursive: true });
  }
}

function collectorConfig({ endpoint, outputPath }: { endpoint: string; outputPath: string }): string {
  return `
receivers:
  otlp: { protocols: { http: { endpoint: "${endpoint}", max_request_body_size: 33554432 } } }
exporters:
  file: { path: "${outputPath}", flush_interval: 100ms }
service:
  telemetry: { metrics: { level: none } }
  pipelines:
    logs: { receivers: [otlp], exporters: [file] }
    metrics: { receivers: [otlp], exporters: [file] }
`;
}
