/**
 * ministack, a server that behaves like AWS (https://pypi.org/project/ministack/): S3 sends its own notifications,
 * queues redrive, signatures, policies, accounts and regions are checked. Installed once into the cache folder.
 */
import { join } from "node:path";
import { cacheFolder, exists, freePort } from "./machine.ts";
import { run } from "./run.ts";

const VERSION = "1.5.33";

/** What a queue holds, as the server shows it without receiving. */
export interface QueuedMessage {
  readonly MessageId: string;
  readonly Body: string;
  readonly ReceiveCount: number;
}

/** Path of the server's program, or the reason why there is none. */
export async function installMinistack(): Promise<{ path: string } | { skipped: string }> {
  const cache = cacheFolder();
  const folder = join(cache, `ministack-${VERSION}`);
  const path = join(folder, "bin", "ministack");
  // Written last: an installation that was interrupted is made anew.
  const complete = join(folder, "complete");
  if (await exists(complete)) return { path };
  if ((await run("python3", ["--version"])) !== undefined) return { skipped: "python3 is not installed" };
  await Deno.mkdir(cache, { recursive: true });
  const problem = await run("python3", ["-m", "venv", "--clear", folder]) ??
    await run(join(folder, "bin", "python"), ["-m", "pip", "install", "-q", `ministack==${VERSION}`]);
  if (problem !== undefined) return { skipped: `ministack cannot be installed (${problem})` };
  await Deno.writeTextFile(complete, "");
  return { path };
}

/** A running server, empty at the start. */
export class Ministack implements AsyncDisposable {
  /** `http://127.0.0.1:PORT`, of all services. */
  readonly endpoint: string;
  readonly #process: Deno.ChildProcess;
  readonly #folder: string;

  private constructor(process: Deno.ChildProcess, { endpoint, folder }: { endpoint: string; folder: string }) {
    this.#process = process;
    this.endpoint = endpoint;
    this.#folder = folder;
  }

  /** Starts it and waits until it answers. */
  static async start(path: string): Promise<Ministack> {
    const port = freePort();
    const folder = await Deno.makeTempDir({ prefix: "ministack-" });
    const process = new Deno.Command(path, {
      clearEnv: true,
      env: {
        PATH: Deno.env.get("PATH") ?? "",
        HOME: folder,
        TMPDIR: folder,
        BIND_HOST: "127.0.0.1",
        GATEWAY_PORT: String(port),
        SERVICES: "s3,sqs,sns,events,iam,sts",
        // Checks signatures and policies.
        AUTH: "true",
      },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const server = new Ministack(process, { endpoint: `http://127.0.0.1:${port}`, folder });
    await server.#ready();
    return server;
  }

  async #ready(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      try {
        const response = await fetch(`${this.endpoint}/_ministack/ready`);
        await response.body?.cancel();
        if (response.ok) return;
      } catch {
        // Not listening yet.
      }
      await new Promise((done) => setTimeout(done, 50));
    }
    await this[Symbol.asyncDispose]();
    throw new Error("ministack did not answer within 10 s");
  }

  /** The messages of a queue, those in flight included. */
  async messages(queueUrl: string): Promise<QueuedMessage[]> {
    const response = await fetch(`${this.endpoint}/_ministack/sqs/messages?QueueUrl=${encodeURIComponent(queueUrl)}`);
    const { messages } = await response.json() as {
      messages: Record<string, Record<string, Record<string, QueuedMessage[]>>>;
    };
    return Object.values(messages).flatMap((regions) => Object.values(regions))
      .flatMap((queues) => Object.values(queues)).flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#process.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}
