/** A command as somebody runs it in a terminal: Ctrl-C reaches all processes that are in its foreground, as there. */
import { eventually } from "./eventually.ts";
import type { ProgramResult } from "./program.ts";

/** Ends what is typed at the terminal with. */
const CTRL_C = "\x03";

export interface TerminalOptions {
  /** Default: this process's. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a shell command in a pseudo-terminal, by `script` of util-linux. */
export class Terminal implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  readonly #read: Promise<void>;
  /** What stands on the screen. */
  screen = "";

  constructor(command: string, { cwd, env = {} }: TerminalOptions = {}) {
    this.#child = new Deno.Command("script", {
      args: ["--quiet", "--return", "--command", `exec ${command}`, "/dev/null"],
      env: { NO_COLOR: "1", ...env },
      ...cwd !== undefined && { cwd },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#keyboard = this.#child.stdin.getWriter();
    this.#read = this.#show();
  }

  /** Waits until the screen has this text. */
  async showed(text: string, { timeoutMs = 60_000 } = {}): Promise<void> {
    await eventually(() => this.screen.includes(text), {
      timeoutMs,
      what: () => `"${text}" on the screen, which has:\n${this.screen}`,
    });
  }

  async pressCtrlC(): Promise<void> {
    await this.type(CTRL_C);
  }

  /** Types these keys; `\\n` is Enter. */
  async type(text: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(text));
  }

  /** Waits until the command has ended. */
  async result(): Promise<Pick<ProgramResult, "code"> & { screen: string }> {
    const [{ code }] = await Promise.all([this.#child.status, this.#read]);
    return { code, screen: this.screen };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      // The hang-up ends what runs there.
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#keyboard.close().catch(() => {});
    await this.result();
  }

  async #show(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) this.screen += text;
  }
}
