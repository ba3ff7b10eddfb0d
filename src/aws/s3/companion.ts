import { LinkedAbort } from "../../async/abortable.ts";
import type { Companion } from "../../component/batch.ts";
import { ObjectMissingError, ObjectNotReadError, ObjectUnreadableError } from "../../decode/object_error.ts";
import { awsErrorMessage } from "../aws_error.ts";
import { nameOfObject, type ObjectRef, type ObjectStore } from "./object_store.ts";

/**
 * Begins to read an object that is stored beside a log; its bytes stay where they are until they are asked for.
 *
 * @throws {ObjectNotReadError} it may be read later.
 * @throws what else {@linkcode ObjectStore.get} throws.
 */
export async function openCompanion(
  store: ObjectStore,
  ref: ObjectRef,
  { signal }: { signal: AbortSignal },
): Promise<Companion> {
  const closing = new LinkedAbort(signal);
  const close = () => {
    closing[Symbol.dispose]();
    closing.abort(new Error(`Closed: ${ref.key}`));
  };
  try {
    const { body, sizeBytes } = await store.get(ref, { signal: closing.signal });
    return { body: reading(body, { ref, signal }), sizeBytes, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw notRead(error, { ref, signal });
  }
}

interface Reading {
  readonly ref: ObjectRef;
  readonly signal: AbortSignal;
}

async function* reading(body: AsyncIterable<Uint8Array>, of: Reading): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* body;
  } catch (error) {
    throw notRead(error, of);
  }
}

/** What is transient, marked: the endpoint, on whose way the companion is read, has no part in it. */
function notRead(error: unknown, { ref, signal }: Reading): unknown {
  if (signal.aborted || error instanceof ObjectMissingError || error instanceof ObjectUnreadableError) return error;
  return new ObjectNotReadError(`Cannot read object: ${nameOfObject(ref)}: ${awsErrorMessage(error)}`, {
    cause: error,
  });
}
