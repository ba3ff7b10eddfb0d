import { sleep } from "../../async/abortable.ts";
import type { Extension, ExtensionContext } from "../../component/component.ts";
import type { InvocationSummary } from "../../component/invocation_summary.ts";
import type { HostPort } from "../../http/host_port.ts";
import { type Page, type PageRequest, ReadOnlyServer, textPage } from "../../http/read_only_server.ts";
import { VERSION } from "../../version.ts";
import { Access } from "./access.ts";
import { Deliveries } from "./deliveries.ts";
import { PAGE } from "./generated/page.ts";
import { LastHour } from "./last_hour.ts";
import type { Snapshot } from "./snapshot.ts";

const PERIOD_MS = 1000;

const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};

export interface StatusPageOptions extends HostPort, Pick<ExtensionContext<unknown>, "events" | "health"> {
  readonly id: string;
  readonly token: string | undefined;
}

/** Shows the live page. Who looks learns names, numbers and times; nothing can be changed. */
export class StatusPage implements Extension {
  readonly #server: ReadOnlyServer;
  readonly #access: Access;
  readonly #hour = new LastHour();
  readonly #deliveries: Deliveries;
  #last: { readonly atMs: number; readonly event: Uint8Array } | undefined;
  #next: Promise<Uint8Array> | undefined;
  #readsInvocations = false;

  constructor({ id, host, port, token, events, health }: StatusPageOptions) {
    this.#access = new Access({ host, port, token });
    this.#deliveries = new Deliveries({ events, health });
    const shell = (contentType: string, body: string) => this.#guarded(() => ({ status: 200, contentType, body }));
    this.#server = new ReadOnlyServer({
      name: id,
      setting: `extensions.${id}.endpoint`,
      host,
      port,
      pages: {
        "/": shell("text/html; charset=utf-8", PAGE.html),
        "/page.js": shell("text/javascript; charset=utf-8", PAGE.script),
        "/page.css": shell("text/css; charset=utf-8", PAGE.style),
        "/session": this.#guarded((request) => {
          const cookie = this.#access.cookieFor(request);
          if (cookie !== undefined) return textPage(200, "ok", { "set-cookie": cookie });
          return this.#access.isAllowed(request) ? textPage(200, "ok") : textPage(401, "the token is another");
        }),
        "/events": this.#guarded((request) =>
          this.#access.isAllowed(request)
            ? { status: 200, contentType: "text/event-stream", body: this.#events(request.signal) }
            : textPage(401, "a token is needed")
        ),
      },
    });
  }

  /** The port that it answers on. */
  get port(): number {
    return this.#server.port;
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  onDelivered(summaries: readonly InvocationSummary[]): void {
    this.#hour.add(summaries);
  }

  #guarded(page: (request: PageRequest) => Page): (request: PageRequest) => Page {
    return (request) => {
      const refusal = this.#access.refusal(request);
      const answer = refusal === undefined ? page(request) : textPage(403, refusal);
      return { ...answer, headers: { ...HEADERS, ...answer.headers } };
    };
  }

  async *#events(signal: AbortSignal): AsyncGenerator<string | Uint8Array> {
    yield "retry: 1000\n\n";
    yield this.#event();
    while (!signal.aborted) yield await this.#nextEvent(signal);
  }

  /** The same for all who wait for it: one timer, one snapshot, whose bytes are made once. */
  #nextEvent(signal: AbortSignal): Promise<Uint8Array> {
    return this.#next ??= sleep(PERIOD_MS, signal).catch(() => {}).then(() => {
      this.#next = undefined;
      return this.#event();
    });
  }

  #event(): Uint8Array {
    const atMs = performance.now();
    if (this.#last !== undefined && atMs - this.#last.atMs < PERIOD_MS / 2) return this.#last.event;
    const deliveries = this.#deliveries.view();
    this.#readsInvocations ||= deliveries.pipelines.some(({ components }) =>
      components.some(({ kind, id }) => kind === "processor" && id.split("/", 1)[0] === "bedrock")
    );
    const snapshot: Snapshot = {
      nowMs: Date.now(),
      version: VERSION,
      ...deliveries,
      readsInvocations: this.#readsInvocations,
      bedrock: this.#hour.view(),
    };
    this.#last = { atMs, event: new TextEncoder().encode(`data: ${JSON.stringify(snapshot)}\n\n`) };
    return this.#last.event;
  }
}
