/** The first bytes of a stream, and the whole of it. */
export interface Peeked {
  /** As many bytes as were asked for, fewer only when the stream is shorter. */
  readonly start: Uint8Array;
  /** Every byte, those looked at too. To be read once; stopping early ends `chunks`. */
  readonly all: AsyncGenerator<Uint8Array, void, void>;
}

/** Looks at the first bytes of a stream without taking them away. What reading throws comes behind what was read. */
export async function peek(chunks: AsyncIterable<Uint8Array>, bytes: number): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]();
  const looked: Uint8Array[] = [];
  const start = new Uint8Array(bytes);
  let startBytes = 0;
  let failure: { readonly error: unknown } | undefined;
  try {
    while (startBytes < bytes) {
      const next = await iterator.next();
      if (next.done === true) break;
      looked.push(next.value);
      const part = next.value.subarray(0, bytes - startBytes);
      start.set(part, startBytes);
      startBytes += part.length;
    }
  } catch (error) {
    failure = { error };
  }
  async function* all(): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* looked;
      if (failure !== undefined) throw failure.error;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { start: start.subarray(0, startBytes), all: all() };
}
