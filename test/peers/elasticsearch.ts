/**
 * A real Elasticsearch for tests, set up by the script beside this file. What it needs is kept in the user's cache
 * folder; the first run downloads 947 MB from Maven Central.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { runCli } from "../world/program.ts";
import { cacheFolder, exists, freePort } from "./machine.ts";
import { type Peer, peerTest } from "./peer.ts";
import { TypeSwap } from "./type_swap.ts";

const FOLDER = join(import.meta.dirname as string, "elasticsearch");
const SCRIPT = join(FOLDER, "elasticsearch.sh");
const START_TIMEOUT_MS = 180_000;

/** What a test in front of a real Elasticsearch has. */
interface Given {
  readonly peer: ElasticsearchPeer;
  /** Stands in front of it, for `setup`. */
  readonly swap: TypeSwap;
  readonly test: Deno.TestContext;
  /** Installs our templates, with these arguments besides. */
  readonly setup: (...args: string[]) => Promise<void>;
}

/** Defines a test in front of a real Elasticsearch. */
export async function elasticsearchTest(name: string, fn: (given: Given) => Promise<void>): Promise<void> {
  peerTest(name, [await setUpElasticsearchPeer()], async (test, path) => {
    await using peer = await ElasticsearchPeer.start(path);
    await using swap = new TypeSwap(peer.url);
    const setup = async (...args: string[]) => {
      const { code, stderr } = await runCli(["setup", "elasticsearch", "--url", swap.url, ...args]);
      assert.equal(code, 0, stderr);
    };
    await fn({ peer, swap, test, setup });
  });
}

/** Folder of an Elasticsearch that is ready to start, or the reason why there is none. */
export async function setUpElasticsearchPeer(): Promise<Peer> {
  const check = await script(["check"]);
  if (!check.success) return { skipped: check.stderr.trim() };
  const hash = createHash("sha256");
  for (const name of ["elasticsearch.sh", "RunElasticsearch.java"]) {
    hash.update(await Deno.readFile(join(FOLDER, name)));
  }
  const cache = cacheFolder();
  const path = join(cache, `elasticsearch-${hash.digest("hex").slice(0, 16)}`);
  if (await exists(path)) return { path };
  const partial = `${path}.${Deno.pid}`;
  const { success, stdout, stderr } = await script(["setup", partial]);
  if (!success) throw new Error(`Cannot set up Elasticsearch: ${(stdout + stderr).slice(-2000)}`);
  await Deno.rename(partial, path);
  return { path };
}

async function script(args: readonly string[]): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const { success, stdout, stderr } = await new Deno.Command(SCRIPT, { args: [...args] }).output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A node with empty data on loopback, without security. */
export class ElasticsearchPeer implements AsyncDisposable {
  readonly url: string;
  readonly #path: string;
  readonly #port: number;
  readonly #data: string;
  #process: Deno.ChildProcess;

  private constructor({ path, port, data }: { path: string; port: number; data: string }) {
    this.url = `http://127.0.0.1:${port}`;
    this.#path = path;
    this.#port = port;
    this.#data = data;
    this.#process = this.#spawn();
  }

  /** Starts it and waits until it answers. */
  static async start(path: string): Promise<ElasticsearchPeer> {
    const data = await Deno.makeTempDir({ prefix: "elasticsearch-" });
    const peer = new ElasticsearchPeer({ path, port: freePort(), data });
    try {
      await peer.#ready();
      return peer;
    } catch (error) {
      await peer[Symbol.asyncDispose]();
      throw error;
    }
  }

  #spawn(): Deno.ChildProcess {
    const args = ["run", this.#path, String(this.#port), this.#data];
    return new Deno.Command(SCRIPT, { args, stdout: "null", stderr: "null" }).spawn();
  }

  /** Ends the node at once, as a crash does. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }

  /** Starts it again, with its data. */
  async restart(): Promise<void> {
    this.#process = this.#spawn();
    await this.#ready();
  }

  async #ready(): Promise<void> {
    const end = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < end) {
      try {
        const response = await fetch(`${this.url}/_cluster/health?wait_for_status=yellow&timeout=1s`);
        await response.body?.cancel();
        if (response.ok) return;
      } catch {
        // Not listening yet.
      }
      await new Promise((done) => setTimeout(done, 200));
    }
    throw new Error(`Elasticsearch did not answer within ${START_TIMEOUT_MS / 1000} s`);
  }

  /** The JSON that a request is answered with, whatever its status. */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(this.url + path, {
      method,
      headers: { "content-type": typeof body === "string" ? "application/x-ndjson" : "application/json" },
      ...text === undefined ? undefined : { body: text },
    });
    return await response.json();
  }

  /** What becomes of documents (JSON) in a `_bulk` of creates, each with its `_id` or without one. */
  async create(
    stream: string,
    documents: readonly { readonly id?: unknown; readonly document: string }[],
  ): Promise<BulkItem[]> {
    const body = documents.map(({ id, document }) => `${JSON.stringify({ create: { _id: id } })}\n${document}\n`).join(
      "",
    );
    const answer = await this.ask("POST", `/${stream}/_bulk?refresh=true`, body);
    return (answer as { items: { create: BulkItem }[] }).items.map(({ create }) => create);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.kill();
    } catch {
      // It has ended already.
    }
    await Deno.remove(this.#data, { recursive: true });
  }
}

export interface BulkItem {
  readonly status: number;
  readonly error?: { readonly reason: string; readonly caused_by?: { readonly reason: string } };
}

/** Why documents were refused, each reason once. */
export function rejectionsOf(items: readonly BulkItem[]): string[] {
  const reasons = items.filter(({ status }) => status !== 201).map(({ status, error }) =>
    `${status}: ${error?.reason} ${error?.caused_by?.reason ?? ""}`.slice(0, 300)
  );
  return [...new Set(reasons)];
}
