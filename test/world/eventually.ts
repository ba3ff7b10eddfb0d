/** Waits until a condition holds that only the outside of the program shows. Throws what was missing. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  { what, timeoutMs = 60_000 }: { what: () => string | Promise<string>; timeoutMs?: number },
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!await condition()) {
    if (performance.now() > deadlineMs) throw new Error(`Waited ${timeoutMs} ms in vain for ${await what()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
