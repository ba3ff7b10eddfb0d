/** What a process and those that it started use. Needs Linux (/proc). */
import { useOfProcess } from "../../test/world/process_use.ts";

export interface TreeUse {
  /** User and system time of all, with that of their children that have ended. */
  readonly cpuSeconds: number;
  /** Most resident memory that the largest of them had at once (`VmHWM`). */
  readonly peakMemoryBytes: number;
}

export function useOfTree(root: number): TreeUse {
  const processes = [...treeOf(root)].map(useOfProcess);
  return {
    cpuSeconds: processes.reduce((sum, { cpuSeconds, childrenCpuSeconds }) => sum + cpuSeconds + childrenCpuSeconds, 0),
    peakMemoryBytes: Math.max(0, ...processes.map(({ peakMemoryBytes }) => peakMemoryBytes)),
  };
}

/** Ends the process and those that it started, at once. */
export function killTree(root: number): void {
  for (const pid of [...treeOf(root)]) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
}

function* treeOf(pid: number): Generator<number> {
  yield pid;
  const threads = unlessEnded([], () => [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => name));
  for (const thread of threads) {
    const children = unlessEnded("", () => Deno.readTextFileSync(`/proc/${pid}/task/${thread}/children`));
    for (const child of children.split(" ").filter((text) => text !== "")) yield* treeOf(Number(child));
  }
}

function unlessEnded<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
