/** Log groups with the semantics of CloudWatch Logs, in memory. */
import { type LogGroup, ownGroup } from "../../src/receivers/awscloudwatch/log_group.ts";
import type { EventPage, EventQuery, GroupPage, LogEvent, Logs } from "../../src/receivers/awscloudwatch/logs.ts";
import { CLOCK_TOLERANCE_MS } from "../../src/receivers/awscloudwatch/position.ts";
import { REGION, SdkError } from "./aws_service.ts";

/** What a writer puts. Times are ms since the epoch. */
export interface PutEvent {
  readonly timeMs: number;
  /** From when on it can be read. Default: now. */
  readonly visibleMs?: number;
  readonly stream?: string;
  readonly message?: string;
}

interface StoredEvent extends LogEvent {
  readonly visibleMs: number;
}

/**
 * Groups by name. Pages come in the order in which events were put, so that times are as unordered as the writers made
 * them; a page has at most `pageEvents` events and, like AWS's, one megabyte.
 */
export class MemoryLogs implements Logs {
  readonly stored = new Map<string, StoredEvent[]>();
  pageEvents = 10_000;
  pageBytes = 1024 * 1024;
  /** Each page with events is followed by so many that have only a token. */
  emptyPages = 0;
  /** How wrong the machine's clock is; the next answer puts it right, as far as the SDK does. */
  skewMs = 0;
  readonly queries: (EventQuery & { readonly group: string })[] = [];
  groupCalls = 0;
  /** Called before each answer; may throw. */
  before: (call: "events" | "groups", query: { token?: string | undefined }) => void | Promise<void> = () => {};
  isClosed = false;
  #nextId = 1;

  create(...names: string[]): void {
    for (const name of names) this.stored.set(name, this.stored.get(name) ?? []);
  }

  /** Puts an event and returns its id. */
  put({ timeMs, visibleMs = Date.now(), stream = "stream", message }: PutEvent, group = "bedrock"): string {
    this.create(group);
    const id = String(this.#nextId++).padStart(56, "0");
    this.stored.get(group)?.push({
      id,
      message: message ?? `message of ${id}`,
      timeMs,
      visibleMs,
      ingestionTimeMs: visibleMs,
      stream,
    });
    return id;
  }

  async events(group: LogGroup, query: EventQuery): Promise<EventPage> {
    this.queries.push({ ...query, group: group.name });
    query.signal.throwIfAborted();
    await this.before("events", query);
    if (Math.abs(this.skewMs) > CLOCK_TOLERANCE_MS) this.skewMs = 0;
    const stored = this.stored.get(group.name);
    if (stored === undefined) {
      throw new SdkError("ResourceNotFoundException", "The specified log group does not exist.");
    }
    return this.#page(stored, query);
  }

  async groups(prefix: string, { token, signal }: { token?: string | undefined; signal: AbortSignal }) {
    this.groupCalls++;
    signal.throwIfAborted();
    await this.before("groups", { token });
    const names = [...this.stored.keys()].filter((name) => name.startsWith(prefix)).toSorted();
    const at = Number(token ?? 0);
    const groups = names.slice(at, at + 2).map((name) => ownGroup(name, { region: REGION }));
    return { groups, token: at + 2 < names.length ? String(at + 2) : undefined } satisfies GroupPage;
  }

  region(): Promise<string> {
    return Promise.resolve(REGION);
  }

  nowMs(): number {
    return Date.now() + this.skewMs;
  }

  close(): void {
    this.isClosed = true;
  }

  /** A token says at which event the page begins, and how many empty pages come before it. */
  #page(stored: readonly StoredEvent[], { startMs, endMs, token = "0 0", limit = this.pageEvents }: EventQuery) {
    const [begin = 0, empty = 0] = token.split(" ").map(Number);
    if (empty > 0) return { events: [], token: `${begin} ${empty - 1}` };
    const events: LogEvent[] = [];
    let bytes = 0;
    let at = begin;
    for (; at < stored.length && events.length < limit; at++) {
      const event = stored[at] as StoredEvent;
      if (event.timeMs < startMs || event.timeMs > endMs || event.visibleMs > Date.now()) continue;
      bytes += event.message.length;
      if (bytes > this.pageBytes && events.length > 0) break;
      events.push(event);
    }
    return { events, token: at < stored.length ? `${at} ${this.emptyPages}` : undefined };
  }
}
