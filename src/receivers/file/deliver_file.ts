import { DamagedObjectError, UnfinishedRecordError } from "../../decode/object_error.ts";
import { inOrder } from "../../pipeline/in_order.ts";
import type { LogRecord } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import { deliverRecords } from "../../pipeline/deliver_records.ts";
import type { FlowControl } from "../../component/flow_control.ts";
import type { Events } from "./events.ts";
import { checkpointFor, type FileCheckpoint, type FileCheckpoints } from "./checkpoint.ts";
import type { FileReceiverConfig } from "./config.ts";
import { FileProblem, problemOf } from "./file_problem.ts";
import { OpenedFile } from "./open_file.ts";
import { readFile } from "./read_file.ts";

/** What work on files needs, the same for all of them. */
export interface FileContext {
  readonly config: Pick<FileReceiverConfig, "max_bytes" | "expand_event_list_from_field" | "delete_after_read">;
  readonly checkpoints: FileCheckpoints;
  readonly consumer: Consumer<LogRecord>;
  readonly flowControl: FlowControl;
  readonly events: Events;
  readonly once: boolean;
  /** Ends the reading; what was read is still delivered. */
  readonly stopping: AbortSignal;
  /** Gives up what is under way. */
  readonly giveUp: AbortSignal;
}

/** `changed`: what it had is delivered, and there is more by now. */
export type FileOutcome = "done" | "changed";

/**
 * Delivers what is left of a file, and remembers how far it got, chunk by chunk.
 *
 * @throws {FileProblem} it was not delivered to its end.
 * @throws {unknown} the reason of the signal that stopped it; a missing permission.
 */
export async function deliverFile(path: string, context: FileContext): Promise<FileOutcome> {
  try {
    using file = await OpenedFile.open(path);
    return await deliverOpened(file, context);
  } catch (error) {
    context.giveUp.throwIfAborted();
    context.stopping.throwIfAborted();
    throw problemOf(error, path);
  }
}

async function deliverOpened(file: OpenedFile, context: FileContext): Promise<FileOutcome> {
  const { checkpoints, config, events, once, stopping } = context;
  const { path } = file;
  let checkpoint = await checkpointFor(file, checkpoints.get(path));
  const remember = (change: Partial<FileCheckpoint>) => {
    checkpoint = { ...checkpoint, ...change };
    checkpoints.put(path, checkpoint);
  };
  remember({});
  await checkpoints.caughtUp({ signal: stopping, once });
  if (!checkpoint.isDone) {
    try {
      await deliverRest(file, {
        from: checkpoint,
        onPosition: (position) => remember({ position }),
        onKeep: () => checkpoint.isKept || remember({ isKept: true }),
        context,
      });
    } catch (error) {
      // What is being copied looks damaged.
      const looksCut = error instanceof DamagedObjectError || error instanceof UnfinishedRecordError;
      if (looksCut && await file.change() !== undefined) return "changed";
      throw error;
    }
    if (await file.change() === "changed") return "changed";
    remember({ isDone: true });
    events.emit("file.delivered", { source: path });
    if (config.delete_after_read && checkpoint.isKept) events.emit("file.kept", { source: path });
  }
  if (config.delete_after_read && !checkpoint.isKept && await file.change() === undefined) await remove(file, context);
  return "done";
}

async function deliverRest(
  file: OpenedFile,
  { from, onPosition, onKeep, context }: {
    from: FileCheckpoint;
    onPosition: (position: number) => void;
    onKeep: () => void;
    context: FileContext;
  },
): Promise<void> {
  const { config, flowControl, stopping, giveUp } = context;
  let left = 0;
  const records = readFile(file, {
    id: from.id,
    from: from.position,
    maxBytes: config.max_bytes,
    expandEventListFromField: config.expand_event_list_from_field,
    onLeft: (count) => left += count,
    onKeep,
    largeReads: flowControl.largeReads,
    signal: stopping,
    giveUp,
  });
  const consumer = inOrder(context.consumer, ({ position }) => onPosition(Number(position) + 1));
  await flowControl.readers.run(() => deliverRecords(records, { consumer, flowControl, signal: giveUp }));
  if (left === 0) return;
  throw new FileProblem(
    `${left} dead-letter entries in ${file.path} are metrics or only refer to a record: ` +
      `bedrock-otel backfill --dead-letter ${file.path} reads these records again`,
    { reason: "not_replayable" },
  );
}

async function remove(file: OpenedFile, { checkpoints, events }: FileContext): Promise<void> {
  try {
    await Deno.remove(file.path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    events.emit("file.delete_failed", { source: file.path, error: (error as Error).message });
    return;
  }
  checkpoints.forget(file.path);
  events.emit("file.deleted", { source: file.path });
}
