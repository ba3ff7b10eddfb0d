/**
 * ministack, a server that behaves like AWS (https://pypi.org/project/ministack/): S3 sends its own notifications,
 * queues redrive, signatures, policies, accounts and regions are checked. Installed once into the cache folder.
 */
import { freePort } from "./machine.ts";
import { answers, installPythonProgram } from "./python_program.ts";
import type { Peer } from "./peer.ts";

/** What a queue holds, as the server shows it without receiving. */
export interface QueuedMessage {
  readonly MessageId: string;
  readonly Body: string;
  readonly ReceiveCount: number;
}

/** Path of the server's program, or the reason why there is none. */
export function installMinistack(): Promise<Peer> {
  return installPythonProgram({ name: "ministack", version: "1.5.33", program: "ministack" });
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
        SERVICES: "s3,sqs,sns,events,iam,sts,logs,monitoring,cloudformation,kms,bedrock",
        // Checks signatures and policies.
        AUTH: "true",
      },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const server = new Ministack(process, { endpoint: `http://127.0.0.1:${port}`, folder });
    if (await answers(`${server.endpoint}/_ministack/ready`)) return server;
    await server[Symbol.asyncDispose]();
    throw new Error("ministack did not answer within 20 s");
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
