/**
 * Waiting that a slow machine cannot make too long: time counts only while the program was free to run and nothing came of it.
 */

/** How often is looked. */
const TICK_MS = 100;
/** Two seconds. */
const WINDOW_TICKS = 20;
/** The longest that the program waits on purpose is a minute, before it reads an object again that often failed. */
const IDLE_TICKS = 750;
/** Many more than a program needs that tries again and again. */
const MAX_ATTEMPTS = 20_000;

export interface PatienceOptions {
  /** Changes with each step forward: a record that arrives, a message that is deleted. */
  readonly progress: () => string | number;
  /** How many requests there were so far: a program that only tries again does not come further. */
  readonly attempts: () => number;
  /** The program's process; undefined while it runs in this one. */
  readonly pid: () => number | undefined;
}

/** Watches whether the program can run, from its making until it is disposed of. */
export class Patience implements Disposable {
  readonly #options: PatienceOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #lastMs = performance.now();
  #idleTicks = 0;
  /** Of the last ticks: how much of each the program had no CPU for. */
  readonly #missedMs: number[] = [];
  #stalledMs = 0;

  constructor(options: PatienceOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** For how long at most of any two seconds the program had no CPU. */
  get stalledMs(): number {
    return Math.max(this.#stalledMs, performance.now() - this.#lastMs - TICK_MS);
  }

  /** Waits until it becomes true; false: the program was idle for long, or tried often, without a step forward. */
  async until(condition: () => boolean | Promise<boolean>): Promise<boolean> {
    let [seen, idle, attempts] = this.#now();
    while (!await condition()) {
      const now = this.#now();
      if (now[0] !== seen) [seen, idle, attempts] = now;
      else if (now[1] - idle > IDLE_TICKS || now[2] - attempts > MAX_ATTEMPTS) return false;
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    return true;
  }

  #now(): [progress: string | number, idle: number, attempts: number] {
    return [this.#options.progress(), this.#idleTicks, this.#options.attempts()];
  }

  #tick(): void {
    const nowMs = performance.now();
    const passedMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    const pid = this.#options.pid();
    // In this process both had their turn, however late; another one may have got none.
    const isAwake = pid !== undefined && !isAsleep(pid);
    if (!isAwake) this.#idleTicks++;
    const lateMs = Math.max(0, passedMs - TICK_MS);
    this.#missedMs.push(isAwake ? passedMs : lateMs);
    if (this.#missedMs.length > WINDOW_TICKS) this.#missedMs.shift();
    this.#stalledMs = Math.max(this.#stalledMs, this.#missedMs.reduce((sum, ms) => sum + ms, 0));
  }
}

/** Whether no thread of a process runs, waits for a CPU or for a disk. True where the system does not tell. */
function isAsleep(pid: number): boolean {
  try {
    return [...Deno.readDirSync(`/proc/${pid}/task`)].every(({ name }) => {
      const stat = Deno.readTextFileSync(`/proc/${pid}/task/${name}/stat`);
      return stat[stat.lastIndexOf(")") + 2] === "S";
    });
  } catch {
    return true;
  }
}
