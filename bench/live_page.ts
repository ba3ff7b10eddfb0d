/** What the live page costs the program: summaries of 5,000 records a second, and what those who look are sent. */
import { join } from "node:path";
import process from "node:process";
import type { LogRecord } from "../src/component/batch.ts";
import type { StatusPage } from "../src/extensions/status_page/extension.ts";
import { type Invocation, readInvocation } from "../src/processors/bedrock/read/record.ts";
import { summaryOf } from "../src/processors/bedrock/summary.ts";
import { sample } from "../test/world/samples.ts";
import { startStatusPage } from "../test/world/status_page.ts";

const RECORDS = 4000;
const BATCH = 500;
const PERIOD_MS = 100;
const HOUR_MS = 3_600_000;

export interface LivePageCost {
  /** CPU of the process as a share of one CPU, less what the same loop takes with nothing to do. */
  readonly share: number;
  /** Longest time that a batch of records waited for the page. */
  readonly longestMs: number;
}

/** @param readers how many read what they are sent; with any there is one more, which never reads. */
export async function measureLivePage(
  { readers, seconds }: { readers: number; seconds: number },
): Promise<LivePageCost> {
  const { page } = await startStatusPage();
  const idle = await measured({ seconds: seconds / 2, work: () => {} });
  const others = readers === 0 ? undefined : await startReaders(page.port, readers);
  try {
    const deliver = deliveries(page);
    for (let time = 0; time < 100; time++) deliver();
    const { share, longestMs } = await measured({ seconds, work: deliver });
    return { share: share - idle.share, longestMs };
  } finally {
    others?.kill("SIGKILL");
    await others?.status;
    await page.stop();
  }
}

/** Gives the page the next batch of records that were delivered. */
function deliveries(page: StatusPage): () => void {
  const nowMs = Date.now();
  const invocations = Array.from({ length: RECORDS }, (_, number) => {
    const timestamp = new Date(nowMs - (number / RECORDS) * HOUR_MS).toISOString();
    return readInvocation(JSON.stringify({ ...sample(number), timestamp })) as Invocation;
  });
  let number = 0;
  return () => {
    const summaries = Array.from({ length: BATCH }, () => {
      const id = `0123456789abcdef0123456789abcdef-${number++}`;
      return summaryOf({ origin: { id } } as LogRecord, invocations[number % RECORDS] as Invocation);
    });
    page.onDelivered(summaries);
  };
}

/** Does the work ten times a second. */
async function measured({ seconds, work }: { seconds: number; work: () => void }): Promise<LivePageCost> {
  let longestMs = 0;
  const startedMs = performance.now();
  const before = process.cpuUsage();
  for (let time = 1; time <= (seconds * 1000) / PERIOD_MS; time++) {
    const beganMs = performance.now();
    work();
    longestMs = Math.max(longestMs, performance.now() - beganMs);
    const waitMs = Math.max(0, startedMs + time * PERIOD_MS - performance.now());
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  const { user, system } = process.cpuUsage(before);
  return { share: (user + system) / 1000 / (performance.now() - startedMs), longestMs };
}

/** Readers in a process of their own; returns when each has its first event. */
async function startReaders(port: number, count: number): Promise<Deno.ChildProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-q",
      "--allow-net=127.0.0.1",
      join(import.meta.dirname as string, "readers.ts"),
      `${port}`,
      `${count}`,
    ],
    stdout: "piped",
  }).spawn();
  await child.stdout.getReader().read();
  return child;
}
