/** What a process and those that it started use. Needs Linux (/proc). */

/** Clock ticks of /proc a second: 100 on every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;

export interface TreeUse {
  /** User and system time of all, with that of their children that have ended. */
  readonly cpuSeconds: number;
  /** Most resident memory that the largest of them had at once (`VmHWM`). */
  readonly peakMemoryBytes: number;
}

export function useOfTree(root: number): TreeUse {
  const processes = [...treeOf(root)].map(useOf);
  return {
    cpuSeconds: processes.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
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

function useOf(pid: number): TreeUse {
  const stat = unlessEnded("", () => Deno.readTextFileSync(`/proc/${pid}/stat`));
  const status = unlessEnded("", () => Deno.readTextFileSync(`/proc/${pid}/status`));
  // Fields 14 to 17; the second field, in parentheses, may hold blanks.
  const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 15);
  return {
    cpuSeconds: ticks.reduce((sum, text) => sum + Number(text), 0) / TICKS_PER_SECOND,
    peakMemoryBytes: Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024,
  };
}

function unlessEnded<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
