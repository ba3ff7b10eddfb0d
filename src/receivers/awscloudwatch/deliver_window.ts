import { Buffer } from "node:buffer";
import { OVERHEAD_BYTES, receivedRecord } from "../../decode/log_records.ts";
import type { LogRecord, Source } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import { deliverRecords } from "../../pipeline/deliver_records.ts";
import type { Delivery } from "../../component/flow_control.ts";
import { DataFaultError } from "../../component/outcome.ts";
import type { EventPage, LogEvent } from "./logs.ts";
import type { Window } from "./position.ts";
import type { GroupCheckpoint, SeenEvent } from "./group_checkpoint.ts";

export interface DeliverWindowOptions {
  readonly source: Source;
  readonly groupName: string;
  /** One page of the window; begins with no token. */
  readonly read: (token: string | undefined) => Promise<EventPage>;
  readonly progress: GroupCheckpoint;
  /** Events of such times are left out. */
  readonly isDeferred: (timeMs: number) => boolean;
  /** Whether the window is too long to be delivered when there is anything in it. */
  readonly mustBeEmpty: boolean;
  readonly consumer: Consumer<LogRecord>;
  readonly delivery: Delivery;
  /** Gives up what is in flight. */
  readonly signal: AbortSignal;
  /** Told when the reading begins anew because a token was no longer good. */
  readonly onRestart: () => void;
}

export interface WindowOutcome {
  /** Events in the window, and those of them that were not delivered before. */
  readonly events: number;
  readonly newEvents: number;
  /** Where the endpoint refuses records, and there is no dead letter. */
  readonly refused: readonly Window[];
  readonly refusal: DataFaultError | undefined;
}

/** There are events in a window that was to be empty; none was delivered. */
export class WindowNotEmptyError extends Error {
  override readonly name = "WindowNotEmptyError";
}

/** Bedrock writes it when logging is switched on, as it writes an object to a bucket. */
const PERMISSION_CHECK = "Permissions are correctly set for Amazon Bedrock logs.";

/** How often the reading of a window begins anew. */
const MAX_RESTARTS = 3;

/**
 * Delivers the events of a window that were not delivered before, page by page, and remembers each as soon as it is
 * delivered: whatever fails, the same window may be delivered again.
 *
 * @throws {WindowNotEmptyError} with `mustBeEmpty`.
 * @throws {NotDeliveredError} the consumer failed.
 * @throws {unknown} the reading failed.
 */
export async function deliverWindow(options: DeliverWindowOptions): Promise<WindowOutcome> {
  const { consumer, delivery, progress, signal } = options;
  const counts = { events: 0, newEvents: 0 };
  const refused: Window[] = [];
  /** Ids of what is in flight; their times, as records have none yet. */
  const inFlight = new Map<string, number>();

  const remembering: Consumer<LogRecord> = {
    async consume(batch) {
      const seen = batch.items.map(({ origin: { id } }): SeenEvent => ({ id, timeMs: inFlight.get(id) ?? 0 }));
      try {
        await consumer.consume(batch);
        progress.remember(seen);
      } catch (error) {
        if (error instanceof DataFaultError) refused.push(spanOf(seen));
        throw error;
      } finally {
        for (const { id } of seen) inFlight.delete(id);
      }
    },
  };

  const toRecords = (events: readonly LogEvent[]): LogRecord[] => {
    counts.events += events.length;
    const records: LogRecord[] = [];
    for (const event of events) {
      if (event.message.trim() === PERMISSION_CHECK) continue;
      if (options.isDeferred(event.timeMs) || inFlight.has(event.id) || progress.isDelivered(event.id)) continue;
      inFlight.set(event.id, event.timeMs);
      records.push(recordOf(event, options));
    }
    counts.newEvents += records.length;
    return records;
  };

  let readFailure: { readonly error: unknown } | undefined;
  const records = async function* () {
    try {
      yield* recordsOf(options, toRecords);
    } catch (error) {
      readFailure = { error };
      throw error;
    }
  };
  try {
    await delivery.workers.run(() => deliverRecords(records(), { consumer: remembering, delivery, signal }));
  } catch (error) {
    if (!(error instanceof DataFaultError)) throw error;
    // What could not be read must not pass for delivered because something else was refused.
    if (readFailure !== undefined) throw readFailure.error;
    return { ...counts, refused, refusal: error };
  }
  return { ...counts, refused, refusal: undefined };
}

async function* recordsOf(
  { read, mustBeEmpty, onRestart }: DeliverWindowOptions,
  toRecords: (events: readonly LogEvent[]) => LogRecord[],
): AsyncGenerator<LogRecord[]> {
  let token: string | undefined;
  let restarts = 0;
  for (;;) {
    let page: EventPage;
    try {
      page = await read(token);
    } catch (error) {
      if (token === undefined || !isTokenFault(error) || ++restarts > MAX_RESTARTS) throw error;
      onRestart();
      token = undefined;
      continue;
    }
    if (mustBeEmpty && page.events.length > 0) throw new WindowNotEmptyError();
    yield toRecords(page.events);
    if (page.token === undefined) return;
    token = page.token;
  }
}

/** With a token in the request the only parameter that can become invalid. */
function isTokenFault(error: unknown): boolean {
  return error instanceof Error && error.name === "InvalidParameterException";
}

function recordOf(event: LogEvent, { source, groupName }: DeliverWindowOptions): LogRecord {
  const sizeBytes = Buffer.byteLength(event.message);
  return receivedRecord({
    body: event.message,
    attributes: {
      "aws.cloudwatch.log_group": groupName,
      "aws.cloudwatch.log_stream": event.stream,
      "aws.cloudwatch.event_id": event.id,
      ...(event.ingestionTimeMs === undefined
        ? {}
        : { "aws.cloudwatch.ingestion_time": new Date(event.ingestionTimeMs).toISOString() }),
    },
    sizeBytes: OVERHEAD_BYTES + sizeBytes,
    origin: { source, position: event.id, id: event.id, sizeBytes, writtenMs: event.ingestionTimeMs },
  });
}

function spanOf(events: readonly SeenEvent[]): Window {
  let [startMs, endMs] = [Infinity, -Infinity];
  for (const { timeMs } of events) {
    startMs = Math.min(startMs, timeMs);
    endMs = Math.max(endMs, timeMs);
  }
  return { startMs, endMs };
}
