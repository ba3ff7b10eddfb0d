import { sleep } from "../async/abortable.ts";

/** So many clients at once: the one that is there for longest makes room for the next. */
const MAX_CONNECTIONS = 64;
/** Asking, being answered and going away take no longer. */
const TIMEOUT_MS = 10_000;
/** Longest head of a request; a browser's has cookies in it. */
const MAX_HEAD_BYTES = 16 * 1024;
/** Wait when no connection can be taken, as when the program has too many files open. */
const ACCEPT_RETRY_MS = 200;

export interface ConnectionsOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Reads what a client asks; the parts of its answer, which may come for as long as the client takes them. */
  readonly handle: (
    connection: Deno.Conn,
    signal: AbortSignal,
  ) => Promise<Iterable<Uint8Array> | AsyncIterable<Uint8Array>>;
}

/** Takes connections, few ones, each for one answer. Whatever clients do makes nothing else fail. */
export class Connections {
  readonly #listener: Deno.TcpListener;
  readonly #handle: ConnectionsOptions["handle"];
  readonly #open = new Set<Deno.Conn>();
  readonly #closing = new AbortController();
  readonly #accepting: Promise<void>;

  /** @throws {Error} when it cannot listen there. */
  constructor({ host, port, handle }: ConnectionsOptions) {
    this.#listener = Deno.listen({ hostname: host, port });
    this.#handle = handle;
    this.#accepting = this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Ends open connections too. Idempotent. */
  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort();
      this.#listener.close();
      for (const connection of this.#open) this.#end(connection);
    }
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        const connection = await this.#listener.accept();
        const [longest] = this.#open;
        if (longest !== undefined && this.#open.size >= MAX_CONNECTIONS) this.#end(longest);
        this.#open.add(connection);
        void this.#serve(connection);
      } catch {
        await sleep(ACCEPT_RETRY_MS, signal).catch(() => {});
      }
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const within = () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#end(connection), TIMEOUT_MS);
    };
    within();
    try {
      for await (const part of await this.#handle(connection, this.#closing.signal)) {
        // Each part has its own time: a stream may last, a client that takes nothing may not.
        within();
        for (let written = 0; written < part.length;) written += await connection.write(part.subarray(written));
        clearTimeout(timer);
      }
      within();
      await connection.closeWrite();
      // A connection that is closed with something unread in it takes the answer with it.
      const rest = new Uint8Array(4096);
      while (await connection.read(rest) !== null);
    } catch {
      // The client is gone, or was for too long.
    } finally {
      clearTimeout(timer);
      this.#end(connection);
    }
  }

  #end(connection: Deno.Conn): void {
    if (this.#open.delete(connection)) connection.close();
  }
}

/** The lines of a request's head, once the client has said all of it; none when it says too much. */
export async function headLines(connection: Deno.Conn): Promise<string[]> {
  const buffer = new Uint8Array(MAX_HEAD_BYTES);
  const decoder = new TextDecoder("latin1");
  for (let length = 0; length < buffer.length;) {
    const read = await connection.read(buffer.subarray(length));
    if (read === null) return [];
    // The head's end may have begun with what came before.
    const isWhole = /\n\r?\n/.test(decoder.decode(buffer.subarray(Math.max(0, length - 2), length + read)));
    length += read;
    if (isWhole) return decoder.decode(buffer.subarray(0, length)).split(/\r?\n\r?\n/, 1)[0]?.split(/\r?\n/) ?? [];
  }
  return [];
}
