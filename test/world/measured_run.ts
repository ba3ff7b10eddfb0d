/** A run of the program as its users start it, and what it cost. Needs Linux (/proc). */
import { join } from "node:path";

export interface MeasuredRun {
  readonly code: number;
  readonly stderr: string;
  readonly wallMs: number;
  /** CPU seconds of the program's process alone, start-up included. */
  readonly cpuSeconds: number;
  /** Most resident memory that it had at once (`VmHWM`). */
  readonly peakMemoryBytes: number;
}

const ROOT = join(import.meta.dirname as string, "..", "..");
/** Clock ticks of /proc a second: 100 on every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;

/** `run --once` with the permissions and flags of `deno task start`. */
export async function measuredRun(config: string): Promise<MeasuredRun> {
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
  return { code, stderr: await stderr, wallMs, cpuSeconds, peakMemoryBytes: peak.stop() };
}

/** What `deno task start` runs, without `deno`: its permissions and flags are part of what is measured. */
export async function startArguments(): Promise<string[]> {
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
