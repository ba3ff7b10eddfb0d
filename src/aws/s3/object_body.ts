import { abortable } from "../../async/abortable.ts";
import { inTime } from "../../async/in_time.ts";

export interface BodyOptions {
  /** Content-Length; undefined when the store does not say. */
  readonly expectedBytes: number | undefined;
  /** Longest wait for more bytes; the time in which nobody asks for any does not count. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The object's name, for errors. */
  readonly name: string;
}

/**
 * The bytes of an answer's body. A connection that dies is a transient error: the body is checked against its
 * length, so that it is not taken for a truncated object. Stopping early closes the connection.
 */
export async function* readBody(
  stream: ReadableStream<Uint8Array> | undefined,
  { expectedBytes, timeoutMs, signal, name }: BodyOptions,
): AsyncGenerator<Uint8Array, void, void> {
  let readBytes = 0;
  const reader = stream?.getReader();
  const late = () => new Error(`Cannot read object: no more bytes of ${name} within ${timeoutMs} ms`);
  try {
    while (reader !== undefined) {
      const next = await abortable(inTime(reader.read(), { timeoutMs, late }), signal);
      if (next.done) break;
      readBytes += next.value.length;
      yield next.value;
    }
  } finally {
    // A body that was read or failed has nothing to cancel, and says so.
    reader?.cancel().catch(() => {});
  }
  if (expectedBytes !== undefined && readBytes !== expectedBytes) {
    throw new Error(`Cannot read object: ${name} ended after ${readBytes} of ${expectedBytes} bytes`);
  }
}
