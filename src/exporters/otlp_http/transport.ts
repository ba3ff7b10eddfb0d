import { gzipSync } from "node:zlib";
import type { ExportResponse, IExporterTransport } from "@opentelemetry/otlp-exporter-base";
import { contentType, type Encoding } from "../../otlp/serializer.ts";
import {
  DataFaultError,
  EndpointFaultError,
  outcomeOfPartialSuccess,
  outcomeOfStatus,
  TooLargeError,
} from "../../component/outcome.ts";
import type { Events } from "../../pipeline/events.ts";
import { type AnswerFormat, MAX_ANSWER_BYTES, readBounded, readTaken, textOfRefusal } from "./answer.ts";
import { networkFault } from "./network_fault.ts";
import { retryAfterMs } from "./retry_after.ts";

/** zlib's own 16 KiB cost a third more CPU time on requests of a few MiB. */
const GZIP_CHUNK_BYTES = 1024 * 1024;
/** Statuses of an address that takes no OTLP: the error shows it, as `endpoint` gets a path added. */
const WRONG_ADDRESS: ReadonlySet<number> = new Set([404, 405]);

export interface TransportOptions {
  /** Id of the exporter, for events. */
  readonly id: string;
  readonly url: URL;
  /** The endpoint as errors name it: without user, password and query. */
  readonly place: string;
  readonly headers: Headers;
  readonly encoding: Encoding;
  /** gzip level; undefined: no compression. */
  readonly gzipLevel: number | undefined;
  readonly client: Deno.HttpClient;
  /** Texts that an answer might echo and no error may show. */
  readonly secrets: readonly string[];
  readonly events: Events;
}

/**
 * Makes one HTTP request each time and reads the answer itself, as the SDK's delegate drops a partial success and
 * `Retry-After`: whatever is not delivered is a failure that carries the error of its class (`pipeline/outcome.ts`).
 */
export class OtlpTransport implements IExporterTransport {
  readonly #options: TransportOptions;
  readonly #inFlight = new Set<AbortController>();
  #closed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  async send(data: Uint8Array, timeoutMs: number): Promise<ExportResponse> {
    if (this.#closed) return { status: "failure", error: this.#stopped() };
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(this.#timedOut(timeoutMs)), timeoutMs);
    this.#inFlight.add(abort);
    try {
      await this.#post(this.#wireFormOf(data), abort.signal);
      return { status: "success" };
    } catch (error) {
      return { status: "failure", error: this.#classified(error, abort.signal) };
    } finally {
      clearTimeout(timer);
      this.#inFlight.delete(abort);
    }
  }

  /** Gives up what is in flight. Idempotent. */
  shutdown(): void {
    this.#closed = true;
    for (const abort of this.#inFlight) abort.abort(this.#stopped());
  }

  /**
   * What goes over the wire, made before anything is awaited: `data` is the serializer's own buffer. Deno compresses on
   * this thread in any case, so nothing is gained by zlib's asynchronous form.
   */
  #wireFormOf(data: Uint8Array): Uint8Array {
    const level = this.#options.gzipLevel;
    return level === undefined ? data.slice() : gzipSync(data, { level, chunkSize: GZIP_CHUNK_BYTES });
  }

  async #post(body: Uint8Array, signal: AbortSignal): Promise<void> {
    const { url, headers, client } = this.#options;
    signal.throwIfAborted();
    const request = new Request(url, {
      method: "POST",
      headers,
      body: body as Uint8Array<ArrayBuffer>,
      redirect: "manual",
      signal,
    });
    const response = await fetch(request, { client });
    if (response.ok) await this.#readTaken(response);
    else throw await this.#refusal(response);
  }

  /** Returns when the endpoint took everything. */
  async #readTaken(response: Response): Promise<void> {
    const { id, events } = this.#options;
    const { bytes, complete } = await readBounded(response.body);
    if (!complete) throw this.#unreadable(`it is longer than ${MAX_ANSWER_BYTES} bytes`);
    let answer;
    try {
      answer = readTaken(bytes, this.#formatOf(response));
    } catch (error) {
      throw this.#unreadable(`${response.status} without an answer of OTLP`, error);
    }
    const outcome = outcomeOfPartialSuccess(answer.rejected, this.#withoutSecrets(answer.errorMessage));
    if (outcome.kind === "data_fault") throw outcome.error;
    if (outcome.duplicates > 0) events.emit("export.duplicates", { exporter: id, count: outcome.duplicates });
    if (outcome.warning !== undefined) events.emit("export.warning", { exporter: id, warning: outcome.warning });
  }

  async #refusal(response: Response): Promise<Error> {
    let text = "";
    try {
      const { bytes } = await readBounded(response.body);
      text = textOfRefusal(bytes, this.#formatOf(response));
    } catch {
      // The status says enough when the text does not arrive.
    }
    if (WRONG_ADDRESS.has(response.status)) text = `POST ${this.#options.place}${text === "" ? "" : `: ${text}`}`;
    const location = response.headers.get("location");
    if (location !== null) text = `it redirects to ${originOf(location, this.#options.url)}`;
    return outcomeOfStatus(response.status, {
      text: this.#withoutSecrets(text),
      retryAfterMs: retryAfterMs(response.headers.get("retry-after")),
    });
  }

  #formatOf(response: Response): AnswerFormat {
    return { contentType: response.headers.get("content-type"), encoding: this.#options.encoding };
  }

  #classified(error: unknown, signal: AbortSignal): Error {
    if (error instanceof TooLargeError || error instanceof DataFaultError || error instanceof EndpointFaultError) {
      return error;
    }
    return signal.aborted ? signal.reason as Error : networkFault(error, this.#options.place);
  }

  #withoutSecrets(text: string): string {
    return this.#options.secrets.reduce((safe, secret) => safe.replaceAll(secret, "…"), text);
  }

  #unreadable(why: string, cause?: unknown): EndpointFaultError {
    return new EndpointFaultError(`Cannot read the answer of ${this.#options.place}: ${why}`, {
      reason: "unreadable_answer",
      cause,
    });
  }

  #timedOut(timeoutMs: number): EndpointFaultError {
    return new EndpointFaultError(`Cannot reach ${this.#options.place}: no whole answer within ${timeoutMs} ms`, {
      reason: "timeout",
    });
  }

  #stopped(): EndpointFaultError {
    return new EndpointFaultError(`Cannot send to ${this.#options.place}: the exporter was shut down`, {
      reason: "stopped",
    });
  }
}

/** Where a redirect leads, without path and query, which may hold a token. */
function originOf(location: string, base: URL): string {
  return URL.canParse(location, base.href) ? new URL(location, base.href).origin : "an unreadable address";
}

/** The headers of every request: the configured ones and those of OTLP/HTTP. */
export function requestHeaders(
  configured: Readonly<Record<string, string>>,
  { encoding, gzip, userAgent }: { encoding: Encoding; gzip: boolean; userAgent: string },
): Headers {
  const headers = new Headers({ "user-agent": userAgent });
  for (const [name, value] of Object.entries(configured)) {
    if (value !== "") headers.set(name, value);
  }
  headers.set("content-type", contentType(encoding));
  if (gzip) headers.set("content-encoding", "gzip");
  return headers;
}
