/**
 * The figures of rows: several runs of two sizes, so that the cost of a record is told apart from that of the start, and runs of
 * one record, which are the start itself. Rows are measured in turn, so that what else the machine does falls on each of them alike.
 */
import type { Load } from "./data.ts";
import { measureProgram, type RunCost } from "./program_run.ts";
import type { Row } from "./rows.ts";
import { measureUnavoidable } from "./unavoidable.ts";

const RECORD_BYTES = 5000;
const RECORDS_PER_OBJECT = 500;

/** How many records the smaller and the larger run have. */
export interface Sizes {
  readonly small: number;
  readonly large: number;
}

/** The middle of several measurements, and the least and most of them. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface RowFigures {
  readonly name: string;
  /** CPU microseconds of one record more. */
  readonly microseconds: Spread;
  /** The same, of what nobody can avoid, measured right before each run. */
  readonly unavoidable: Spread;
  /** How many times the unavoidable. */
  readonly ratio: Spread;
  /** How many times the CPU time that another row takes in the same turn. */
  readonly timesOther: Spread | undefined;
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

/** Runs with one record, with few and with many, and what nobody can avoid, measured right before them. */
export interface Turn {
  readonly start: RunCost;
  readonly few: RunCost;
  readonly many: RunCost;
  /** CPU microseconds of one record more. */
  readonly microseconds: number;
  readonly unavoidable: number;
}

export async function measureTurn(row: MeasuredRow, { small, large }: Sizes): Promise<Turn> {
  const measure = row.measure ?? ((load) => measureProgram(row, load));
  const share = row.share ?? 1;
  const load = (records: number): Load => ({
    records: Math.round(records * share),
    recordsPerObject: Math.round(RECORDS_PER_OBJECT * Math.min(1, share * 2)),
    recordBytes: row.recordBytes ?? RECORD_BYTES,
    ...row.joins && { joins: true },
  });
  // Stored bodies are read and parsed as if they had been in the record.
  const unavoidable = measureUnavoidable({ ...load(small), joins: false });
  const oneRecord = { ...load(small), records: 1, recordsPerObject: 1 };
  // Deno keeps the code that V8 makes at the first start.
  await measure(oneRecord);
  const start = await measure(oneRecord);
  const few = await measure(load(small));
  const many = await measure(load(large));
  const microseconds = (many.cpuSeconds - few.cpuSeconds) * 1e6 / more({ few, many });
  return { start, few, many, microseconds, unavoidable };
}

/** `others`: the turns of the row to compare with. */
export function figuresOf(
  { name }: { name: string },
  { turns, others }: { turns: readonly Turn[]; others: readonly Turn[] | undefined },
): RowFigures {
  const last = turns.at(-1) as Turn;
  const spread = (of: (turn: Turn) => number) => spreadOf(turns.map(of));
  return {
    name,
    microseconds: spread(({ microseconds }) => microseconds),
    unavoidable: spread(({ unavoidable }) => unavoidable),
    ratio: spread(({ microseconds, unavoidable }) => microseconds / unavoidable),
    timesOther: others &&
      spreadOf(turns.map(({ microseconds }, turn) => microseconds / (others[turn]?.microseconds ?? NaN))),
    recordsPerSecond: spread(({ many }) => many.distinct / (many.wallMs / 1000)),
    startCpuSeconds: spread(({ start }) => start.cpuSeconds),
    warmUpCpuSeconds: spread(({ start, few, microseconds }) =>
      few.cpuSeconds - start.cpuSeconds - microseconds * few.distinct / 1e6
    ),
    peakMemoryBytes: Math.max(...turns.flatMap(({ few, many }) => [few.peakMemoryBytes, many.peakMemoryBytes])),
    wireBytesPerRecord: last.many.wireBytes / last.many.distinct,
    awsRequestsPerMillion: (last.many.awsRequests - last.few.awsRequests) * 1e6 / more(last),
  };
}

function more({ few, many }: Pick<Turn, "few" | "many">): number {
  return many.distinct - few.distinct;
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? NaN, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}
