/** The program as a process of its own, which signals end or pause. */
import { Program } from "../world/program.ts";

/** A run of the program, in this process or in its own. */
export interface Run {
  stop(): Promise<void>;
  kill?(): Promise<void>;
  pause?(): Promise<void>;
  /** Of its process at the moment; undefined: it runs in this one. */
  readonly pid?: number | undefined;
}

const PAUSE_MS = 500;

/** Starts `run` and waits until all of it has started. Throws what it said when it ends instead. */
export async function startProcess(configFile: string): Promise<Run> {
  const program = new Program(["run", "--config", configFile]);
  let ended = false;
  const result = program.result().finally(() => ended = true);
  const end = async (signal: Deno.Signal) => {
    send(program, signal);
    await result;
  };
  while (!program.stderr.includes("service.started")) {
    if (ended) throw new Error((await result).stderr.slice(-500));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    pid: program.pid,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    async pause() {
      send(program, "SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      send(program, "SIGCONT");
    },
  };
}

/** Runs a command again and again until it ends well; `ended` resolves then. */
export class Job implements Run {
  readonly ended: Promise<void>;
  readonly #args: readonly string[];
  #program: Program | undefined;
  #isOver = false;

  constructor(args: readonly string[]) {
    this.#args = args;
    this.ended = this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      this.#program = new Program(this.#args);
      const { code } = await this.#program.result();
      this.#program = undefined;
      if (code === 0) return;
    }
  }

  get pid(): number | undefined {
    return this.#program?.pid;
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.signal("SIGTERM");
    await this.ended;
  }

  /** A signal to the command, where it runs at the moment. */
  signal(signal: Deno.Signal): void {
    if (this.#program !== undefined) send(this.#program, signal);
  }
}

function send(program: Program, signal: Deno.Signal): void {
  try {
    program.signal(signal);
  } catch {
    // It has ended, which its result tells a moment later.
  }
}
