import type { ReceiverStorage } from "../../component/checkpoints.ts";
import type { FlowControl } from "../../component/flow_control.ts";
import type { Semaphore } from "../../async/semaphore.ts";
import { PageTokens } from "../../aws/paging.ts";
import type { AdaptiveThrottle } from "./adaptive_throttle.ts";
import type { Events } from "./events.ts";
import type { LogGroup } from "./log_group.ts";
import type { EventPage, LogEvent, Logs } from "./logs.ts";
import type { Window } from "./position.ts";

/** What reading needs, the same for all windows of a receiver. */
export interface ReadContext {
  readonly logs: Logs;
  readonly throttle: AdaptiveThrottle;
  readonly storage: ReceiverStorage;
  readonly flowControl: FlowControl;
  readonly events: Events;
  readonly once: boolean;
  /** As many windows may be read at once. */
  readonly workers: Semaphore;
  /** Reads no further. */
  readonly stopping: AbortSignal;
}

/** How often the reading of a window begins anew. */
const MAX_RESTARTS = 3;

/**
 * Reads the events of one window of a log group: gives its pages one by one, each when it is asked for. A page may be
 * empty, and after a paging token expired events come again.
 */
export class WindowReader implements AsyncIterable<LogEvent[]>, Disposable {
  readonly group: LogGroup;
  readonly window: Window;
  readonly #context: ReadContext;
  readonly #worker: Disposable;
  #readMs: number;
  #failure: { readonly error: unknown } | undefined;

  private constructor(group: LogGroup, of: { window: Window; context: ReadContext; worker: Disposable }) {
    this.group = group;
    this.window = of.window;
    this.#context = of.context;
    this.#worker = of.worker;
    this.#readMs = of.context.logs.nowMs();
  }

  /** Waits until an exporter takes something and a worker is free; the reader keeps it until it is disposed of. */
  static async open(
    group: LogGroup,
    { window, context }: { window: Window; context: ReadContext },
  ): Promise<WindowReader> {
    await context.flowControl.gate.whenOpen(context.stopping);
    const worker = await context.workers.acquire(context.stopping);
    return new WindowReader(group, { window, context, worker });
  }

  /** When the reading began, by the service's clock: an answer may show that the machine's was wrong. */
  get readMs(): number {
    return this.#readMs;
  }

  /** What kept it from reading to the end of the window. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Reads until it finds an event; true when there is none. */
  async isEmpty(): Promise<boolean> {
    for await (const page of this) if (page.length > 0) return false;
    return true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LogEvent[], void, void> {
    const { logs } = this.#context;
    try {
      let restarts = 0;
      let tokens = new PageTokens(`log events of ${this.group.id}`);
      for (let token: string | undefined;;) {
        const page = await this.#page(token).catch((error: unknown) => {
          if (token === undefined || !isTokenFault(error) || ++restarts > MAX_RESTARTS) throw error;
          return undefined;
        });
        if (page === undefined) {
          this.#context.events.emit("awscloudwatch.token_expired", this.fields);
          token = undefined;
          tokens = new PageTokens(`log events of ${this.group.id}`);
          continue;
        }
        this.#readMs = Math.min(this.#readMs, logs.nowMs());
        yield page.events;
        token = tokens.next(page.token);
        if (token === undefined) return;
      }
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#worker[Symbol.dispose]();
  }

  /** Names group and window in events. */
  get fields(): { readonly source: string; readonly from: string; readonly to: string } {
    return { source: this.group.id, ...timesOf(this.window) };
  }

  async #page(token: string | undefined): Promise<EventPage> {
    const { storage, once, throttle, logs, stopping: signal } = this.#context;
    await storage.caughtUp({ signal, once });
    return await throttle.call(() => logs.events(this.group, { ...this.window, token, signal }), { signal });
  }
}

/** With a token in the request the only parameter that can become invalid. */
function isTokenFault(error: unknown): boolean {
  return error instanceof Error && error.name === "InvalidParameterException";
}

/** The ends of a window in an event. */
export function timesOf({ startMs, endMs }: Window): { readonly from: string; readonly to: string } {
  return { from: new Date(startMs).toISOString(), to: new Date(endMs).toISOString() };
}
