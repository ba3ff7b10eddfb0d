/**
 * Work that is done once for all who ask for it before it begins. Who asks waits until it is done, and gets its error. What one
 * event settles asks at once: ten batches that an endpoint accepted together are one commit, not ten.
 */
export function coalesced(work: () => void): () => Promise<void> {
  let next: Promise<void> | undefined;
  return () =>
    next ??= Promise.resolve().then(() => {
      next = undefined;
      work();
    });
}
