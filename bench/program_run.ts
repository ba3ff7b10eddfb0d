import { join } from "node:path";
import type { Load } from "./data.ts";

/** What a run of the program cost. */
export interface RunCost {
  readonly wallMs: number;
  /** CPU seconds of the program's process alone, start-up included. */
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
  readonly requests: number;
  readonly wireBytes: number;
}

const ROOT = join(import.meta.dirname as string, "..");
/** Clock ticks of /proc a second: 100 on every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;

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
    args: ["run", "-A", "-q", join(ROOT, "bench", "stub.ts"), String(load.records), String(load.recordsPerObject)],
    stdout: "piped",
  }).spawn();
  const folder = await Deno.makeTempDir({ prefix: "bedrock-otel-bench-" });
  try {
    const url = `http://127.0.0.1:${await firstLine(stub.stdout)}`;
    const config = join(folder, "config.yaml");
    await Deno.writeTextFile(config, JSON.stringify(benchConfig(url, { processor, exporter })));
    const cost = await runProgram(config);
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

async function runProgram(config: string): Promise<Pick<RunCost, "wallMs" | "cpuSeconds" | "peakMemoryBytes">> {
  const cpuBefore = await childrenCpuSeconds();
  const startedMs = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...await startArguments(), "run", "--once", "--config", config],
    cwd: ROOT,
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  const peak = watchMemory(child.pid);
  const { code } = await child.status;
  const wallMs = performance.now() - startedMs;
  const cpuSeconds = await childrenCpuSeconds() - cpuBefore;
  if (code !== 0) throw new Error(`Cannot measure: the program exited with ${code}\n${await stderr}`);
  await stderr;
  return { wallMs, cpuSeconds, peakMemoryBytes: peak.stop() };
}

/** What `deno task start` runs, without `deno`: its permissions and flags are part of what is measured. */
async function startArguments(): Promise<string[]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  return tasks.start.command.split(" ").slice(1);
}

/** User and system time of the children that have ended: exact, unlike polling the child. */
async function childrenCpuSeconds(): Promise<number> {
  const stat = await Deno.readTextFile("/proc/self/stat");
  // Fields 16 and 17; the second field, in parentheses, may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

function watchMemory(pid: number): { stop(): number } {
  let peakBytes = 0;
  const look = () => {
    try {
      const status = Deno.readTextFileSync(`/proc/${pid}/status`);
      peakBytes = Math.max(peakBytes, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // The process has ended.
    }
  };
  const timer = setInterval(look, 20);
  return {
    stop() {
      clearInterval(timer);
      return peakBytes;
    },
  };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("Cannot start the stub: it ended");
    text += value;
  }
  return text.slice(0, text.indexOf("\n"));
}
