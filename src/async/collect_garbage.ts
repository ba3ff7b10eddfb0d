/** Below this much resident memory garbage is left to the collector. */
const ENOUGH_BYTES = 224 * 1024 * 1024;

/** What V8's flag `--expose-gc` adds. */
const { gc } = globalThis as { readonly gc?: () => void };

/**
 * To be called before much memory is taken at once. V8 lets garbage grow in proportion to what is alive and hardly
 * counts what lies beside its heap, so that one large record would find the last ones still there. Collects them where
 * the process has much memory already; does nothing without V8's flag `--expose-gc`.
 */
export function collectGarbage(): void {
  if (gc !== undefined && Deno.memoryUsage().rss > ENOUGH_BYTES) gc();
}
