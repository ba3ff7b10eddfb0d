/** What the live page costs the program: summaries of 5,000 records a second, and what those who look are sent. */
import { join } from "node:path";
import process from "node:process";
import type { LogRecord } from "../src/component/batch.ts";
import type { StatusPage } from "../src/extensions/status_page/extension.ts";
import { type Invocation, readInvocation } from "../src/processors/bedrock/read/record.ts";
import { outcomeOf } from "../src/processors/bedrock/read/outcome.ts";
import { summaryOf } from "../src/processors/bedrock/summary.ts";
import { sample } from "../test/world/samples.ts";
import { startStatusPage } from "../test/world/status_page.ts";

/** Different records, a second apart: those of the last hour. */
const RECORDS = 3600;
/** Records that the processor is given together, and so delivers together. */
const BATCH = 25;
const BATCHES_PER_PERIOD = 20;
const PERIOD_MS = 100;
/** V8 compiles what runs often, beside it: a program that has run for some minutes has all of it behind it. */
const WARM_UP_BATCHES = 4000;
const SETTLING_SECONDS = 3;

export interface LivePageCost {
  /** CPU of the process as a share of one CPU. */
  readonly share: number;
  /** Longest time that a batch of records waited for the page. */
  readonly longestMs: number;
}

/**
 * CPU time that the page adds: making the summaries, adding them up, snapshots and what is sent of them, and the garbage of
 * all that. Readers run in a process of their own. Records are read from their text right before, as in the program,
 * where the page finds them in the processor's caches. Reading them, and finding how they went, is done without the page
 * too (with `content: redacted` of the redacted copy, so that the page adds some tenths of a microsecond a record there): its
 * CPU time is taken off, and so is what the same loop takes without the page.
 *
 * @param readers how many read what they are sent; with any there is one more, which never reads.
 */
export async function measureLivePage(
  { readers, seconds }: { readers: number; seconds: number },
): Promise<LivePageCost> {
  const { page } = await startStatusPage();
  const nextRecords = recordsOfLastHour();
  const deliver = deliveryTo(page);
  for (let count = 0; count < WARM_UP_BATCHES; count++) deliver(nextRecords());
  await measured({ seconds: SETTLING_SECONDS, nextRecords, deliver });
  const without = await measured({ seconds: seconds / 2, nextRecords, deliver: () => {} });
  const others = readers === 0 ? undefined : await startReaders(page.port, readers);
  try {
    const { share, longestMs } = await measured({ seconds, nextRecords, deliver });
    return { share: share - without.share, longestMs };
  } finally {
    others?.kill("SIGKILL");
    await others?.status;
    await page.stop();
  }
}

/** Reads the next batch of records. */
function recordsOfLastHour(): () => readonly Invocation[] {
  const nowMs = Date.now();
  const texts = Array.from({ length: RECORDS }, (_, number) => {
    const timestamp = new Date(nowMs - number * 1000).toISOString().replace(/\.\d+Z/, "Z");
    return JSON.stringify({ ...sample(number), timestamp });
  });
  let number = 0;
  return () =>
    Array.from({ length: BATCH }, () => {
      const invocation = readInvocation(texts[number++ % RECORDS] as string) as Invocation;
      outcomeOf(invocation);
      return invocation;
    });
}

/** Gives the page a batch of records that were delivered. */
function deliveryTo(page: StatusPage): (invocations: readonly Invocation[]) => void {
  let number = 0;
  return (invocations) => {
    page.onDelivered(invocations.map((invocation) => {
      const id = `0123456789abcdef0123456789abcdef-${String(number++).padStart(12, "0")}`;
      return summaryOf({ origin: { id } } as LogRecord, invocation);
    }));
  };
}

/** Reads and delivers 5,000 records a second; what reading takes is not in the cost. */
async function measured({ seconds, nextRecords, deliver }: {
  seconds: number;
  nextRecords: () => readonly Invocation[];
  deliver: (invocations: readonly Invocation[]) => void;
}): Promise<LivePageCost> {
  let longestMs = 0;
  let readingMs = 0;
  const startedMs = performance.now();
  const before = process.cpuUsage();
  for (let time = 1; time <= (seconds * 1000) / PERIOD_MS; time++) {
    for (let count = 0; count < BATCHES_PER_PERIOD; count++) {
      const beforeReading = process.cpuUsage();
      const invocations = nextRecords();
      readingMs += cpuMsSince(beforeReading);
      const beganMs = performance.now();
      deliver(invocations);
      longestMs = Math.max(longestMs, performance.now() - beganMs);
    }
    const waitMs = Math.max(0, startedMs + time * PERIOD_MS - performance.now());
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  return { share: (cpuMsSince(before) - readingMs) / (performance.now() - startedMs), longestMs };
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
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
