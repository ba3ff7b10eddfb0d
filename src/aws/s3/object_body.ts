import { abortable } from "../../async/abortable.ts";
import { inTime } from "../../async/in_time.ts";

export interface BodyOptions {
  /** Content-Length; undefined when the store does not say. */
  readonly expectedBytes: number | undefined;
  /**
   * Longest wait for more bytes, which also have to be {@linkcode MIN_BYTES_PER_S} of it; the time in which nobody asks for
   * any does not count.
   */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The object's name, for errors. */
  readonly name: string;
}

/** A body that comes more slowly would never end. */
const MIN_BYTES_PER_S = 256;

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
  const minBytes = Math.ceil(MIN_BYTES_PER_S * timeoutMs / 1000);
  /** Of the wait for so many bytes: what came, and how long it took. */
  let [gotBytes, waitedMs] = [0, 0];
  const late = () => {
    const few = waitedMs < timeoutMs / 2 ? "no more" : `only ${gotBytes} more`;
    return new Error(`Cannot read object: ${few} bytes of ${name} within ${timeoutMs} ms`);
  };
  try {
    while (reader !== undefined) {
      const askedMs = performance.now();
      const leftMs = Math.max(0, timeoutMs - waitedMs);
      const next = await abortable(inTime(reader.read(), { timeoutMs: leftMs, late }), signal);
      if (next.done) break;
      readBytes += next.value.length;
      gotBytes += next.value.length;
      waitedMs += performance.now() - askedMs;
      if (gotBytes >= minBytes) [gotBytes, waitedMs] = [0, 0];
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
