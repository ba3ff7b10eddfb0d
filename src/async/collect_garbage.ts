const MIB = 1024 * 1024;

/** What V8's flag `--expose-gc` adds. */
const { gc } = globalThis as { readonly gc?: () => void };

/**
 * To be called before much memory is taken at once. V8 lets garbage grow in proportion to what is alive and hardly
 * counts what lies beside its heap, so that one large record would find the last ones still there. Collects them where
 * the process has `above` bytes of memory already; does nothing without V8's flag `--expose-gc`.
 */
export function collectGarbage({ above = 224 * MIB } = {}): void {
  if (gc !== undefined && Deno.memoryUsage().rss > above) gc();
}
