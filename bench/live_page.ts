/** What the live page costs: a summary of each record, and a snapshot a second for those who look. */
import process from "node:process";
import { LastHour } from "../src/extensions/status_page/last_hour.ts";
import { type Invocation, readInvocation } from "../src/processors/bedrock/read/record.ts";
import { summaryOf } from "../src/processors/bedrock/summary.ts";
import type { LogRecord } from "../src/component/batch.ts";
import { sample } from "../test/world/samples.ts";

const RECORDS = 4000;
const BATCH = 500;
const ROUNDS = 25;
const SNAPSHOTS = 100;
const HOUR_MS = 3_600_000;

export interface LivePageCost {
  readonly microsecondsARecord: number;
  readonly microsecondsASnapshot: number;
}

export function measureLivePage(): LivePageCost {
  const nowMs = Date.now();
  const invocations = Array.from({ length: RECORDS }, (_, number) => {
    const timestamp = new Date(nowMs - (number / RECORDS) * HOUR_MS).toISOString();
    return readInvocation(JSON.stringify({ ...sample(number), timestamp })) as Invocation;
  });
  const hour = new LastHour();
  let number = 0;
  const round = () => {
    for (let index = 0; index < RECORDS; index += BATCH) {
      const summaries = invocations.slice(index, index + BATCH).map((invocation) =>
        summaryOf({ origin: { id: `0123456789abcdef0123456789abcdef-${number++}` } } as LogRecord, invocation)
      );
      hour.add(summaries);
    }
  };
  return {
    microsecondsARecord: microsecondsOf(round, ROUNDS) / RECORDS,
    microsecondsASnapshot: microsecondsOf(() => JSON.stringify(hour.view()), SNAPSHOTS),
  };
}

/** CPU of one call, once it is warm. */
function microsecondsOf(call: () => unknown, times: number): number {
  for (let time = 0; time < times / 5; time++) call();
  const before = process.cpuUsage();
  for (let time = 0; time < times; time++) call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
