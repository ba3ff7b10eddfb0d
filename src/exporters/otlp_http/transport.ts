import type { ExportResponse, IExporterTransport } from "@opentelemetry/otlp-exporter-base";
import type { ComponentContext } from "../../component/component.ts";
import { DataFaultError, EndpointFaultError, TooLargeError } from "../../component/outcome.ts";
import { outcomeOfPartialSuccess, outcomeOfStatus } from "./http_status.ts";
import { tlsProblemIn } from "../../http/tls_problem.ts";
import { type Answer, type AnswerFormat, MAX_ANSWER_BYTES, readAnswer, readBounded, wordOfRefusal } from "./answer.ts";
import type { EndpointAccess } from "../../endpoint/endpoint_access.ts";
import { ownWord } from "../own_word.ts";
import { decompressed, type RequestCompression, type WireForm } from "./compression.ts";
import type { OtlpHttpConfig } from "./config.ts";
import { networkFault } from "../../endpoint/network_fault.ts";
import { headersOf, placeOf, secretRemover } from "./request.ts";
import { retryAfterMs } from "../../http/retry_after.ts";

/** Statuses of an address that takes no OTLP: the error shows it, as `endpoint` gets a path added. */
const WRONG_ADDRESS: ReadonlySet<number> = new Set([404, 405]);

export interface TransportOptions extends ComponentContext<OtlpHttpConfig> {
  readonly url: URL;
  readonly access: EndpointAccess;
  readonly compression: RequestCompression;
}

/** Takes out of an endpoint's text what is not its own. */
type OwnWord = (text: string) => string;

/**
 * Makes one HTTP request each time and reads the answer. Whatever is not delivered rejects with the error of its class
 * (`component/outcome.ts`), which the packages hand on as it is.
 */
export class OtlpTransport implements IExporterTransport {
  readonly #options: TransportOptions;
  readonly #place: string;
  readonly #inFlight = new Set<AbortController>();
  #closed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#place = placeOf(options.url, options.config);
  }

  async send(data: Uint8Array, timeoutMs: number): Promise<ExportResponse> {
    if (this.#closed) throw this.#stopped();
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(this.#timedOut(timeoutMs)), timeoutMs);
    this.#inFlight.add(abort);
    try {
      // Made before anything is awaited: `data` is the encoder's own buffer.
      const form = this.#options.compression.compress(data);
      await this.#post(form, abort.signal);
      return { status: "success" };
    } catch (error) {
      const fault = this.#classified(error, abort.signal);
      await this.#options.access.failed(fault);
      throw fault;
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

  async #post(form: WireForm, signal: AbortSignal): Promise<void> {
    const { url, access, config } = this.#options;
    const { client, headers: fromFiles } = access.current;
    const headers = { ...config.headers, ...fromFiles };
    signal.throwIfAborted();
    const request = new Request(url, {
      method: "POST",
      headers: headersOf(headers, { ...config, compression: form.compression }),
      body: form.bytes as Uint8Array<ArrayBuffer>,
      redirect: "manual",
      signal,
    });
    const response = await fetch(request, { client });
    const instead = response.status === 415 ? this.#options.compression.insteadOf(form) : undefined;
    if (instead !== undefined) {
      await response.body?.cancel();
      return await this.#post(instead, signal);
    }
    const own = (text: string) => text === "" ? "" : ownWord(secretRemover(headers, config)(text), decompressed(form));
    if (response.ok) await this.#readTaken(response, own);
    else throw await this.#refusal(response, own);
  }

  /** Returns when the endpoint took everything. */
  async #readTaken(response: Response, withoutEcho: OwnWord): Promise<void> {
    const { id, events } = this.#options;
    const { rejected, errorMessage } = await this.#answerOf(response);
    const outcome = outcomeOfPartialSuccess({ rejected, message: errorMessage, withoutEcho });
    if (outcome.kind !== "delivered") throw outcome.error;
    if (outcome.duplicates > 0) events.emit("export.duplicates", { exporter: id, count: outcome.duplicates });
    if (outcome.warning !== undefined) events.emit("export.warning", { exporter: id, warning: outcome.warning });
  }

  /** What a 2xx says. One that did not come whole is judged by its start, so that it is not sent for again and again. */
  async #answerOf(response: Response): Promise<Answer> {
    const { bytes, isWhole, error } = await readBounded(response.body);
    let answer;
    try {
      answer = readAnswer(bytes, { ...this.#formatOf(response), isCut: !isWhole });
    } catch (unreadable) {
      if (error !== undefined) throw error;
      const why = (unreadable as Error).message;
      throw new EndpointFaultError(`${this.#place} answered ${response.status}: ${why}`, {
        reason: "unreadable_answer",
      });
    }
    if (answer !== undefined) return answer;
    if (error !== undefined) throw error;
    throw new DataFaultError(
      `Endpoint answered ${response.status} with more than ${MAX_ANSWER_BYTES} bytes and not how many items it rejected`,
      { partial: true },
    );
  }

  async #refusal(response: Response, own: OwnWord): Promise<Error> {
    const { bytes } = await readBounded(response.body);
    const tlsProblem = response.status === 400 ? tlsProblemIn(new TextDecoder().decode(bytes)) : undefined;
    if (tlsProblem !== undefined) {
      return new EndpointFaultError(`Cannot reach ${this.#place}: ${tlsProblem}`, { reason: "tls" });
    }
    let text = own(wordOfRefusal(bytes, this.#formatOf(response)));
    if (WRONG_ADDRESS.has(response.status)) text = `POST ${this.#place}${text === "" ? "" : `: ${text}`}`;
    const location = response.headers.get("location");
    if (location !== null) text = `it redirects to ${originOf(location, this.#options.url)}`;
    return outcomeOfStatus(response.status, {
      text,
      retryAfterMs: retryAfterMs(response.headers.get("retry-after")),
    });
  }

  #formatOf({ headers }: Response): AnswerFormat {
    return { contentType: headers.get("content-type"), encoding: this.#options.config.encoding };
  }

  #classified(error: unknown, signal: AbortSignal): Error {
    if (error instanceof TooLargeError || error instanceof DataFaultError || error instanceof EndpointFaultError) {
      return error;
    }
    return signal.aborted ? signal.reason as Error : networkFault(error, this.#place);
  }

  #timedOut(timeoutMs: number): EndpointFaultError {
    const message = `Cannot reach ${this.#place}: no whole answer within ${timeoutMs} ms`;
    return new EndpointFaultError(message, { reason: "timeout" });
  }

  #stopped(): EndpointFaultError {
    const message = `Cannot send to ${this.#place}: the exporter was shut down`;
    return new EndpointFaultError(message, { reason: "stopped" });
  }
}

/** Where a redirect leads, without path and query, which may hold a token. */
function originOf(location: string, base: URL): string {
  return URL.canParse(location, base.href) ? new URL(location, base.href).origin : "an unreadable address";
}
