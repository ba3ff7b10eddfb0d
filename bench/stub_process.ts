/** What stands around a measured program, as a process of its own, so that its cost is not the program's. */
import { join } from "node:path";
import type { Arrived, Places, Progress, StubLoad } from "./stub.ts";

export class Stub implements AsyncDisposable {
  readonly places: Places;
  readonly #process: Deno.ChildProcess;

  private constructor(process: Deno.ChildProcess, places: Places) {
    this.#process = process;
    this.places = places;
  }

  static async start(load: StubLoad): Promise<Stub> {
    const stub = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "-q", join(import.meta.dirname as string, "stub.ts"), JSON.stringify(load)],
      stdout: "piped",
    }).spawn();
    return new Stub(stub, JSON.parse(await firstLine(stub.stdout)) as Places);
  }

  progress(): Promise<Progress> {
    return this.#get("/progress");
  }

  arrived(): Promise<Arrived> {
    return this.#get("/result");
  }

  async #get<T>(path: string): Promise<T> {
    return await (await fetch(`${this.places.endpoint}${path}`)).json() as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.pipeThrough<string>(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("Cannot start the stub: it ended");
    text += value;
  }
  return text.slice(0, text.indexOf("\n"));
}
