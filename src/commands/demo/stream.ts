import { gzipSync } from "node:zlib";
import { sleep } from "../../async/abortable.ts";
import type { Emulator } from "./emulator.ts";
import { type Invocation, sampleObjects } from "./samples.ts";

/** From one object to the next. */
const PERIOD_MS = 1500;
const MOST_AT_ONCE = 6;
/** The endpoint is down for so long, soon after the start and then now and then. */
const OUTAGE = { firstMs: 25_000, everyMs: 90_000, lengthMs: 10_000 };

/** Numbers that differ from one invocation to the next. */
const VARIED: ReadonlySet<string> = new Set([
  ...["inputTokenCount", "outputTokenCount", "latencyMs", "invocationLatency", "firstByteLatency"],
]);

interface StreamOptions {
  readonly emulator: Pick<Emulator, "publish">;
  readonly endpoint: { isDown: boolean };
  readonly signal: AbortSignal;
}

/** Goes on invoking models: throttles and guardrails among them, and an outage of the endpoint from time to time. */
export async function streamSamples({ emulator, endpoint, signal }: StreamOptions): Promise<void> {
  const startMs = performance.now();
  try {
    for (let number = 1; !signal.aborted; number++) {
      endpoint.isDown = isOutage(performance.now() - startMs);
      const now = new Date();
      const lines = invocationsOf(now).map((invocation) => `${JSON.stringify(invocation)}\n`).join("");
      const key = `stream/${now.toISOString().slice(0, 13)}/${number}.json.gz`;
      await emulator.publish(key, new Uint8Array(gzipSync(lines)));
      await sleep(PERIOD_MS, signal);
    }
  } finally {
    // Stopping would wait for an outage that nobody ends any more.
    endpoint.isDown = false;
  }
}

function isOutage(elapsedMs: number): boolean {
  const sinceFirstMs = elapsedMs - OUTAGE.firstMs;
  return sinceFirstMs >= 0 && sinceFirstMs % OUTAGE.everyMs < OUTAGE.lengthMs;
}

/** Some of the samples, as if they had happened just now. */
function invocationsOf(now: Date): Invocation[] {
  const samples = sampleObjects(now).flatMap(({ invocations }) => invocations);
  const count = 1 + Math.floor(Math.random() * MOST_AT_ONCE);
  return Array.from({ length: count }, () => {
    const sample = samples[Math.floor(Math.random() * samples.length)] as Invocation;
    const factor = 0.5 + 1.5 * Math.random() ** 2;
    const varied = JSON.parse(
      JSON.stringify(sample),
      (name, value) => VARIED.has(name) && typeof value === "number" ? Math.round(value * factor) : value,
    );
    return { ...varied, requestId: crypto.randomUUID(), timestamp: now.toISOString() };
  });
}
