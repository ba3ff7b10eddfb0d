/** A run of the program as its users start it, and what it cost. Needs Linux (/proc). */
import { makeBundle, runArgs } from "../../packaging/compile.ts";
import { useOfProcess } from "./process_use.ts";

export interface MeasuredRun {
  readonly code: number;
  readonly stderr: string;
  readonly wallMs: number;
  /** CPU seconds of the program's process alone, start-up included. */
  readonly cpuSeconds: number;
  /** Most resident memory that it had at once (`VmHWM`). */
  readonly peakMemoryBytes: number;
}

/** Arguments of `deno` that run the program, made once a process. */
let program: Promise<string[]> | undefined;

/** `run --once` of the bundle, as the container image runs it. */
export async function measuredRun(config: string): Promise<MeasuredRun> {
  const args = await (program ??= makeBundle().then(runArgs));
  const cpuBefore = useOfProcess(Deno.pid).childrenCpuSeconds;
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
  const cpuSeconds = useOfProcess(Deno.pid).childrenCpuSeconds - cpuBefore;
  return { code, stderr: await stderr, wallMs, cpuSeconds, peakMemoryBytes: peak.stop() };
}

function watchMemory(pid: number): { stop(): number } {
  let peakBytes = 0;
  const look = () => {
    peakBytes = Math.max(peakBytes, useOfProcess(pid).peakMemoryBytes);
  };
  const timer = setInterval(look, 20);
  return {
    stop() {
      clearInterval(timer);
      return peakBytes;
    },
  };
}
