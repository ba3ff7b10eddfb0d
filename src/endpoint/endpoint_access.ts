/** What gives access to an endpoint, as far as it lies in files: keys and certificates, read again when they are refused. */
import { unreadableReason } from "../component/file_reasons.ts";
import { EndpointFaultError } from "../component/outcome.ts";
import { createClient, readTlsFiles, type TlsTexts } from "./http_client.ts";
import type { HttpClientSettings } from "./http_settings.ts";
import { isHeader } from "./connection.ts";

/** Files are read again no more often than this, however often the endpoint refuses. */
const MIN_REREAD_MS = 5000;
/** Reasons of faults that another key or certificate may mend. */
const REFUSALS: ReadonlySet<string> = new Set(["http_401", "http_403", "tls"]);

/** What requests are made with, until it is replaced. */
export interface Access {
  readonly client: Deno.HttpClient;
  /** The values of `header_files`, by the header's name. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Texts {
  readonly tls: TlsTexts;
  readonly headers: Access["headers"];
}

/** Access to an endpoint by the files that the settings name. */
export class EndpointAccess implements Disposable {
  readonly #settings: HttpClientSettings;
  #texts: Texts;
  #client: Deno.HttpClient;
  #readAtMs = performance.now();

  private constructor(settings: HttpClientSettings, texts: Texts) {
    this.#settings = settings;
    this.#texts = texts;
    this.#client = createClient(texts.tls, settings);
  }

  /** @throws {Error} when a file cannot be read or does not hold what it should. Nothing of a file's content is told. */
  static async open(settings: HttpClientSettings): Promise<EndpointAccess> {
    return new EndpointAccess(settings, await readTexts(settings));
  }

  get current(): Access {
    return { client: this.#client, headers: this.#texts.headers };
  }

  /**
   * Reads the files again when the endpoint refused what is in use: they are replaced while the program runs. What cannot be read or
   * used, as in the middle of a replacement, changes nothing. Never rejects.
   */
  async failed(error: unknown): Promise<void> {
    if (!(error instanceof EndpointFaultError && REFUSALS.has(error.reason))) return;
    const nowMs = performance.now();
    if (nowMs - this.#readAtMs < MIN_REREAD_MS) return;
    this.#readAtMs = nowMs;
    try {
      const texts = await readTexts(this.#settings);
      if (JSON.stringify(texts) === JSON.stringify(this.#texts)) return;
      const client = createClient(texts.tls, this.#settings);
      // Requests that are in flight go on with it.
      this.#client.close();
      this.#client = client;
      this.#texts = texts;
    } catch {
      // Tried again after the next refusal.
    }
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

async function readTexts(settings: HttpClientSettings): Promise<Texts> {
  const [tls, headers] = await Promise.all([readTlsFiles(settings), readHeaderFiles(settings)]);
  return { tls, headers };
}

async function readHeaderFiles({ header_files }: HttpClientSettings): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, path] of Object.entries(header_files)) {
    let value: string;
    try {
      value = (await Deno.readTextFile(path)).trim();
    } catch (error) {
      throw new Error(`Cannot read header_files.${name}: ${path}: ${unreadableReason(error)}`, { cause: error });
    }
    if (value === "" || !isHeader(name, value)) {
      throw new Error(`Cannot use header_files.${name}: ${path} holds no value of a header, which is one line`);
    }
    headers[name] = value;
  }
  return headers;
}
