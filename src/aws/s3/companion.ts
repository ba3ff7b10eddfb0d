import { LinkedAbort } from "../../async/abortable.ts";
import type { Companion } from "../../component/batch.ts";
import type { ObjectRef, ObjectStore } from "./object_store.ts";

/**
 * Begins to read an object that is stored beside a log; its bytes stay where they are until they are asked for.
 *
 * @throws what {@linkcode ObjectStore.get} throws.
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
    return { body, sizeBytes, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}
