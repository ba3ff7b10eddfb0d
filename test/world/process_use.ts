/** What Linux says that a process used (/proc). */

/** Clock ticks of /proc a second: 100 on every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;

export interface ProcessUse {
  /** User and system time. */
  readonly cpuSeconds: number;
  /** The same of those of its children that have ended: exact, unlike polling them. */
  readonly childrenCpuSeconds: number;
  /** Most resident memory that it had at once (`VmHWM`). */
  readonly peakMemoryBytes: number;
}

const NOTHING: ProcessUse = { cpuSeconds: 0, childrenCpuSeconds: 0, peakMemoryBytes: 0 };

/** Nothing of a process that has ended. */
export function useOfProcess(pid: number): ProcessUse {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    // Fields 14 to 17; the second field, in parentheses, may hold blanks.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 15).map(Number);
    const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = ticks;
    return {
      cpuSeconds: (user + system) / TICKS_PER_SECOND,
      childrenCpuSeconds: (childrenUser + childrenSystem) / TICKS_PER_SECOND,
      peakMemoryBytes: Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024,
    };
  } catch {
    return NOTHING;
  }
}
