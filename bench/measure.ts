/**
 * The figures of a row: several runs of two sizes, so that the cost of a record is told apart from that of the start, and runs of
 * one record, which are the start itself.
 */
import type { Load } from "./data.ts";
import { measureProgram, type RunCost } from "./program_run.ts";
import type { Row } from "./rows.ts";
import { measureUnavoidable } from "./unavoidable.ts";

const RECORD_BYTES = 5000;
const RECORDS_PER_OBJECT = 500;

export interface Sizes {
  readonly small: number;
  readonly large: number;
  readonly repeats: number;
}

/** The middle of several measurements, and the least and most of them. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface RowFigures {
  readonly name: string;
  readonly records: readonly [small: number, large: number];
  /** CPU microseconds of one record more. */
  readonly microseconds: Spread;
  /** The same, of what nobody can avoid, measured right before each run. */
  readonly unavoidable: Spread;
  /** How many times the unavoidable. */
  readonly ratio: Spread;
  /** Of the larger run, start included. */
  readonly recordsPerSecond: Spread;
  /** Of a run of one record: all that it takes is loaded and was used once. */
  readonly startCpuSeconds: Spread;
  /** What the records of the smaller run cost more than as many later ones: V8 compiles what it sees often. */
  readonly warmUpCpuSeconds: Spread;
  /** The most of all runs. */
  readonly peakMemoryBytes: number;
  readonly wireBytesPerRecord: number;
  readonly awsRequestsPerMillion: number;
}

/** A row, and how one run of it is measured; default: a run of the program. */
export interface MeasuredRow extends Row {
  readonly measure?: (load: Load) => Promise<RunCost>;
}

export async function measureRow(row: MeasuredRow, { small, large, repeats }: Sizes): Promise<RowFigures> {
  const measure = row.measure ?? ((load) => measureProgram(row, load));
  const share = row.share ?? 1;
  const load = (records: number): Load => ({
    records: Math.round(records * share),
    recordsPerObject: Math.round(RECORDS_PER_OBJECT * Math.min(1, share * 2)),
    recordBytes: row.recordBytes ?? RECORD_BYTES,
    ...row.joins && { joins: true },
  });
  const runs: { start: RunCost; one: RunCost; other: RunCost; unavoidable: number }[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    // Stored bodies are read and parsed as if they had been in the record.
    const unavoidable = measureUnavoidable({ ...load(small), joins: false });
    const start = await measure({ ...load(small), records: 1, recordsPerObject: 1 });
    const one = await measure(load(small));
    runs.push({ start, one, other: await measure(load(large)), unavoidable });
  }
  const more = load(large).records - load(small).records;
  const costs = runs.map(({ one, other }) => (other.cpuSeconds - one.cpuSeconds) * 1e6 / more);
  const last = runs.at(-1) as typeof runs[number];
  return {
    name: row.name,
    records: [load(small).records, load(large).records],
    microseconds: spreadOf(costs),
    unavoidable: spreadOf(runs.map(({ unavoidable }) => unavoidable)),
    ratio: spreadOf(runs.map(({ unavoidable }, index) => (costs[index] ?? NaN) / unavoidable)),
    recordsPerSecond: spreadOf(runs.map(({ other }) => other.records / (other.wallMs / 1000))),
    startCpuSeconds: spreadOf(runs.map(({ start }) => start.cpuSeconds)),
    warmUpCpuSeconds: spreadOf(
      runs.map(({ start, one }, index) =>
        one.cpuSeconds - start.cpuSeconds - (costs[index] ?? NaN) * one.records / 1e6
      ),
    ),
    peakMemoryBytes: Math.max(...runs.flatMap(({ one, other }) => [one.peakMemoryBytes, other.peakMemoryBytes])),
    wireBytesPerRecord: last.other.wireBytes / last.other.records,
    awsRequestsPerMillion: (last.other.awsRequests - last.one.awsRequests) * 1e6 / more,
  };
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? NaN, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}
