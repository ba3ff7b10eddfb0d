/**
 * moto's server (https://pypi.org/project/moto/): many services of AWS, with pages, without checks of signatures and
 * policies. Installed once into the cache folder.
 */
import { freePort } from "./machine.ts";
import { answers, installPythonProgram } from "./python_program.ts";
import type { Peer } from "./peer.ts";

/** Path of the server's program, or the reason why there is none. */
export function installMoto(): Promise<Peer> {
  return installPythonProgram({ name: "moto", version: "5.2.5", extras: "[server]", program: "moto_server" });
}

/** A running server, empty at the start. */
export class Moto implements AsyncDisposable {
  /** `http://127.0.0.1:PORT`, of all services. */
  readonly endpoint: string;
  readonly #process: Deno.ChildProcess;

  private constructor(process: Deno.ChildProcess, { endpoint }: { endpoint: string }) {
    this.#process = process;
    this.endpoint = endpoint;
  }

  /** Starts it and waits until it answers. */
  static async start(path: string): Promise<Moto> {
    const port = freePort();
    const process = new Deno.Command(path, {
      args: ["-H", "127.0.0.1", "-p", String(port)],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const server = new Moto(process, { endpoint: `http://127.0.0.1:${port}` });
    if (await answers(`${server.endpoint}/moto-api/`)) return server;
    await server[Symbol.asyncDispose]();
    throw new Error("moto did not answer within 20 s");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#process.status;
  }
}
