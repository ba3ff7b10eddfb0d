export interface InTimeOptions {
  readonly timeoutMs: number;
  /** The error of one that takes longer. */
  readonly late: () => Error;
}

/** Settles like `promise`, or rejects when that takes longer than `timeoutMs`; the promise goes on unheeded. */
export async function inTime<T>(promise: Promise<T>, { timeoutMs, late }: InTimeOptions): Promise<T> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => over.reject(late()), timeoutMs);
  try {
    return await Promise.race([promise, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for a promise for so long at most. Whether it rejects or is late shows nowhere: own telemetry is never worth a failure. */
export async function atMost(promise: Promise<unknown>, timeoutMs: number): Promise<void> {
  await inTime(promise, { timeoutMs, late: () => new Error("late") }).catch(() => {});
}
