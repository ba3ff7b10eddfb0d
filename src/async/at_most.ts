/** Waits for a promise for so long at most. Whether it rejects or is late shows nowhere: own telemetry is never worth a failure. */
export async function atMost(promise: Promise<unknown>, timeoutMs: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, timeoutMs);
  try {
    await Promise.race([promise.catch(() => {}), over.promise]);
  } finally {
    clearTimeout(timer);
  }
}
