import { DamagedObjectError, UnfinishedRecordError } from "../../decode/object_error.ts";
import { NotDeliveredError } from "../../pipeline/deliver_records.ts";
import { DataFaultError } from "../../component/outcome.ts";
import type { FileProblemReason } from "./events.ts";
import { StorageError, UnreadableEntryError } from "../../storage/storage_error.ts";

/** A file was not delivered to its end. */
export class FileProblem extends Error {
  override readonly name = "FileProblem";
  readonly reason: FileProblemReason;

  constructor(message: string, options: { reason: FileProblemReason; cause?: unknown }) {
    super(`Cannot deliver file: ${message}`, { cause: options.cause });
    this.reason = options.reason;
  }
}

/**
 * What is wrong with a file, told from what delivering it threw. A missing permission of the program's, and state that
 * cannot be used, are passed on as they are: they are the same for all files.
 */
export function problemOf(error: unknown, path: string): unknown {
  if (error instanceof FileProblem) return error;
  if (error instanceof StorageError && !(error instanceof UnreadableEntryError)) return error;
  if (error instanceof Deno.errors.NotCapable) return error;
  const { reason, message } = described(error);
  return new FileProblem(`${path}${message}`, { reason, cause: error });
}

function described(error: unknown): { reason: FileProblemReason; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Deno.errors.NotFound) return { reason: "other", message: " does not exist" };
  if (error instanceof Deno.errors.PermissionDenied) {
    return { reason: "forbidden", message: " may not be read by this user" };
  }
  if (error instanceof UnreadableEntryError) return { reason: "unreadable_state", message: `: ${message}` };
  if (error instanceof DamagedObjectError) return { reason: "damaged", message: ` is damaged: ${message}` };
  if (error instanceof UnfinishedRecordError) {
    const bytes = `${error.position} bytes (uncompressed)`;
    const remedy = `the record behind its first ${bytes} waits for the rest; if there is none, cut the file there`;
    return { reason: "incomplete", message: ` ends in the middle of a record: ${remedy}` };
  }
  if (error instanceof DataFaultError) {
    return { reason: "refused", message: ` has records that are refused: ${message}` };
  }
  if (error instanceof NotDeliveredError) return { reason: "not_delivered", message: ` was not delivered: ${message}` };
  return { reason: "other", message: `: ${message}` };
}
