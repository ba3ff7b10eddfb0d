/** The program under test: as a process of its own, or in this process through the service's own interface. */
import { join } from "node:path";
import { loadProgramConfig } from "../../src/commands/load_config.ts";
import { Service } from "../../src/service/service.ts";
import { EventReporter } from "../../src/telemetry/event_reporter.ts";
import { createLog } from "../../src/telemetry/log.ts";
import type { Config } from "./config.ts";
import { eventually } from "./eventually.ts";
import { TestFolder } from "./folder.ts";
import { EVENTS } from "../../src/components.ts";

/** The service in this process. */
export class RunningService implements AsyncDisposable {
  readonly #service: Service;
  readonly events: EventReporter;
  /** Its log, a line each. */
  readonly log: readonly string[];

  private constructor(service: Service, { events, log }: { events: EventReporter; log: string[] }) {
    this.#service = service;
    this.events = events;
    this.log = log;
  }

  static async start(config: Config, { once = false } = {}): Promise<RunningService> {
    using folder = new TestFolder();
    const loaded = await loadProgramConfig([await folder.writeConfig(config)]);
    const log: string[] = [];
    const events = new EventReporter(
      createLog({ level: "debug", format: "text", sink: (line) => log.push(line) }),
      EVENTS,
    );
    const service = new Service(loaded, { once, events });
    await service.start();
    return new RunningService(service, { events, log });
  }

  /** How much was left undelivered once it has finished. */
  finished(): Promise<number> {
    return this.#service.finished();
  }

  stop(): Promise<void> {
    return this.#service.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

export interface ServiceRun {
  /** What was left undelivered. */
  readonly undelivered: number;
  readonly events: EventReporter;
  readonly log: readonly string[];
}

/** `run --once` in this process. */
export async function runOnce(config: Config): Promise<ServiceRun> {
  await using service = await RunningService.start(config, { once: true });
  const undelivered = await service.finished();
  await service.stop();
  return { undelivered, events: service.events, log: service.log };
}

export interface ProgramOptions {
  /** Deno's permission flags; default: those that the program has for its users. */
  readonly flags?: readonly string[];
  /** Standard input; empty by default. */
  readonly stdin?: string;
  /** For `--v8-flags`. */
  readonly v8Flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program's entry point. */
export const MAIN = join(import.meta.dirname as string, "..", "..", "src", "main.ts");

/** The program as a process of its own. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdout: Promise<string>;
  readonly #stderr: Promise<void>;
  /** What it wrote to stderr so far. */
  stderr = "";
  #ended = false;

  constructor(
    args: readonly string[],
    { flags = ["-P=start"], stdin = "", v8Flags = [], env = {} }: ProgramOptions = {},
  ) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-q",
        "--no-prompt",
        ...flags,
        ...(v8Flags.length > 0 ? [`--v8-flags=${v8Flags.join(",")}`] : []),
        MAIN,
        ...args,
      ],
      env: { NO_COLOR: "1", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    void write(this.#child.stdin, stdin);
    this.#stdout = new Response(this.#child.stdout).text();
    this.#stderr = this.#readStderr();
  }

  get pid(): number {
    return this.#child.pid;
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits until the program has ended. */
  async result(): Promise<ProgramResult> {
    const [{ code }, stdout] = await Promise.all([this.#child.status, this.#stdout, this.#stderr]);
    this.#ended = true;
    return { code, stdout, stderr: this.stderr };
  }

  /** Waits until stderr has this text. */
  async said(text: string, { timeoutMs = 60_000 } = {}): Promise<void> {
    await eventually(() => this.stderr.includes(text), {
      timeoutMs,
      what: () => `"${text}" on stderr, which has:\n${this.stderr}`,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) {
      try {
        this.#child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
    }
    await this.result();
  }

  async #readStderr(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) this.stderr += text;
  }
}

/** Runs the command line as a process of its own, with all permissions unless told otherwise. */
export async function runCli(
  args: readonly string[],
  { flags = ["-A"], ...options }: ProgramOptions = {},
): Promise<ProgramResult> {
  await using program = new Program(args, { flags, ...options });
  return await program.result();
}

/** The flags that `permissions` prints for a configuration, without the one that a {@linkcode Program} has anyway. */
export async function permissionFlags(configArgs: readonly string[]): Promise<string[]> {
  const { stdout } = await runCli(["permissions", ...configArgs]);
  return stdout.trim().split(" ").filter((flag) => flag !== "--no-prompt");
}

async function write(stream: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stream.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    // The program ended without reading it.
  }
}
