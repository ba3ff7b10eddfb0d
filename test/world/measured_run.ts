/** A run of the program as its users start it, and what it cost. Needs Linux (/proc). */
import { makeBundle, runArgs } from "../../packaging/compile.ts";

export interface MeasuredRun {
  readonly code: number;
  readonly stderr: string;
  readonly wallMs: number;
  /** CPU seconds of the program's process alone, start-up included. */
  readonly cpuSeconds: number;
  /** Most resident memory that it had at once (`VmHWM`). */
  readonly peakMemoryBytes: number;
}

/** Clock ticks of /proc a second: 100 on every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;

/** Arguments of `deno` that run the program, made once a process. */
let program: Promise<string[]> | undefined;

/** `run --once` of the bundle, as the container image runs it. */
export async function measuredRun(config: string): Promise<MeasuredRun> {
  const args = await (program ??= makeBundle().then(runArgs));
  const cpuBefore = await childrenCpuSeconds();
  const startedMs = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args, "run", "--once", "--config", config],
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
