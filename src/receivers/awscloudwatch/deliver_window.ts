import { Buffer } from "node:buffer";
import { coalesced } from "../../async/coalesced.ts";
import { PERMISSION_CHECK } from "../../decode/log_events.ts";
import { OVERHEAD_BYTES, receivedRecord } from "../../decode/log_records.ts";
import { weightOf } from "../../decode/weight.ts";
import type { LogRecord, Source } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import { deliverRecords } from "../../pipeline/deliver_records.ts";
import type { FlowControl } from "../../component/flow_control.ts";
import { DataFaultError } from "../../component/outcome.ts";
import type { GroupCheckpoint, SeenEvent } from "./group_checkpoint.ts";
import type { LogEvent } from "./logs.ts";
import type { Window } from "./position.ts";
import type { WindowReader } from "./window_reader.ts";

export interface DeliverWindowOptions {
  readonly source: Source;
  readonly checkpoint: GroupCheckpoint;
  /** Events of these windows are left out. */
  readonly deferred: readonly Window[];
  readonly consumer: Consumer<LogRecord>;
  readonly flowControl: FlowControl;
  /** Gives up what is in flight. */
  readonly signal: AbortSignal;
}

export interface WindowOutcome {
  /** Events in the window, and those of them that were not delivered before. */
  readonly events: number;
  readonly newEvents: number;
  /** Where the endpoint refuses records, and there is no dead letter. */
  readonly refused: readonly Window[];
  readonly refusal: DataFaultError | undefined;
}

/**
 * Delivers the events of a window that were not delivered before, page by page, and remembers each as soon as it is
 * delivered: whatever fails, the same window may be delivered again.
 *
 * @throws {NotDeliveredError} the consumer failed.
 * @throws {unknown} the reading failed.
 */
export async function deliverWindow(reader: WindowReader, options: DeliverWindowOptions): Promise<WindowOutcome> {
  const { checkpoint, deferred, consumer, flowControl, signal } = options;
  const counts = { events: 0, newEvents: 0 };
  const refused: Window[] = [];
  /** Ids of what is in flight; their times, as records have none yet. */
  const inFlight = new Map<string, number>();

  let delivered: SeenEvent[] = [];
  const remember = coalesced(() => {
    const events = delivered;
    delivered = [];
    checkpoint.remember(events);
  });

  const remembered = async (seen: readonly SeenEvent[], delivery: Promise<void>) => {
    try {
      await delivery;
      delivered.push(...seen);
      await remember();
    } catch (error) {
      if (error instanceof DataFaultError) refused.push(spanOf(seen));
      throw error;
    } finally {
      for (const { id } of seen) inFlight.delete(id);
    }
  };

  const remembering: Consumer<LogRecord> = {
    // Not async: what is under way must not keep the batch, as that holds the texts that were read.
    consume(batch) {
      const seen = batch.items.map(({ origin: { id } }): SeenEvent => ({ id, timeMs: inFlight.get(id) ?? 0 }));
      return remembered(seen, consumer.consume(batch));
    },
  };

  const isToDeliver = ({ id, timeMs, message }: LogEvent): boolean =>
    message.trim() !== PERMISSION_CHECK &&
    !deferred.some(({ startMs, endMs }) => startMs <= timeMs && timeMs <= endMs) &&
    !inFlight.has(id) && !checkpoint.isDelivered(id);

  const records = async function* () {
    for await (const events of reader) {
      const page: LogRecord[] = [];
      for (const event of events) {
        if (!isToDeliver(event)) continue;
        inFlight.set(event.id, event.timeMs);
        page.push(recordOf(event, { source: options.source, groupName: reader.group.name }));
      }
      counts.events += events.length;
      counts.newEvents += page.length;
      // What waits for the records' delivery must not keep their texts.
      events.length = 0;
      yield page;
    }
  };
  try {
    await flowControl.readers.run(() => deliverRecords(records(), { consumer: remembering, flowControl, signal }));
  } catch (error) {
    if (!(error instanceof DataFaultError)) throw error;
    // What could not be read must not pass for delivered because something else was refused.
    if (reader.failure !== undefined) throw reader.failure.error;
    return { ...counts, refused, refusal: error };
  }
  return { ...counts, refused, refusal: undefined };
}

function recordOf(event: LogEvent, { source, groupName }: { source: Source; groupName: string }): LogRecord {
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
    sizeBytes: OVERHEAD_BYTES + weightOf(event.message, sizeBytes),
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
