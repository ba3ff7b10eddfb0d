/** `deno task bench`: speed and memory of the S3 to OTLP path. Needs Linux (/proc). */
import { measureLivePage } from "./live_page.ts";
import { measureProgram, type RunCost } from "./program_run.ts";
import { measureMapping, measureStages, type StageCosts } from "./stages.ts";

const RECORDS = 20_000;
const RECORDS_PER_OBJECT = 500;
const RECORD_BYTES = 5000;

const MIB = 1024 * 1024;

/** All rules, in objects of 500. */
const REDACTED = { content: "redacted" };

function print(line = ""): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function row(name: string, ...cells: readonly string[]): void {
  print(name.padEnd(34) + cells.map((cell) => cell.padStart(16)).join(""));
}

function figures(label: string, format: (run: RunCost) => string, runs: readonly RunCost[]): void {
  row(label, ...runs.map(format));
}

function printRuns(runs: readonly RunCost[]): void {
  const number = (value: number, digits = 0) =>
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  figures("records/s (wall)", ({ wallMs }) => number(RECORDS / (wallMs / 1000)), runs);
  figures("CPU seconds of the program", ({ cpuSeconds }) => number(cpuSeconds, 2), runs);
  figures("records per CPU second", ({ cpuSeconds }) => number(RECORDS / cpuSeconds), runs);
  figures("peak memory (RSS)", ({ peakMemoryBytes }) => `${number(peakMemoryBytes / MIB)} MiB`, runs);
  figures("requests", ({ requests }) => number(requests), runs);
  figures("bytes on the wire a record", ({ wireBytes }) => number(wireBytes / RECORDS), runs);
}

function printStages(stages: StageCosts, run: RunCost): void {
  const total = (run.cpuSeconds * 1e6) / RECORDS;
  let rest = total;
  for (const [stage, microseconds] of stages) {
    row(`  ${stage}`, microseconds.toFixed(1), share(microseconds, total));
    rest -= microseconds;
  }
  row("  rest (HTTP, AWS SDK, start-up)", rest.toFixed(1), share(rest, total));
  row("  all", total.toFixed(1), "100 %");
}

function share(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(0)} %`;
}

print(
  `${RECORDS.toLocaleString("en-US")} records of about ${RECORD_BYTES / 1000} KB: S3 -> ecs -> OTLP protobuf, gzip`,
);
print("Store, queue and endpoint are stubs in a process of their own; every record is checked to have arrived once.");
print();
const small = await measureProgram({
  records: RECORDS,
  recordsPerObject: RECORDS_PER_OBJECT,
  recordBytes: RECORD_BYTES,
});
const large = await measureProgram({ records: RECORDS, recordsPerObject: RECORDS, recordBytes: RECORD_BYTES });
const redacted = await measureProgram({
  records: RECORDS,
  recordsPerObject: RECORDS_PER_OBJECT,
  recordBytes: RECORD_BYTES,
}, REDACTED);
const direct = await measureProgram(
  { records: RECORDS, recordsPerObject: RECORDS_PER_OBJECT, recordBytes: RECORD_BYTES },
  {},
  "elasticsearch",
);
row("", `objects of ${RECORDS_PER_OBJECT}`, "one object", "redacted (all)", "elasticsearch");
printRuns([small, large, redacted, direct]);
print();
const speed = (small.cpuSeconds / redacted.cpuSeconds) * 100;
row("Speed with all redaction rules", `${speed.toFixed(0)} %`);
row("Speed of exporter elasticsearch", `${((small.cpuSeconds / direct.cpuSeconds) * 100).toFixed(0)} %`);
print();
row("CPU time, objects of 500", "µs a record", "share");
const { parse, parseAndMap, redactAndMap } = await measureMapping({
  records: 1000,
  recordsPerObject: 500,
  recordBytes: RECORD_BYTES,
});
const stages = await measureStages({
  records: RECORDS / 4,
  recordsPerObject: RECORDS_PER_OBJECT,
  recordBytes: RECORD_BYTES,
});
printStages(stages, small);
print();
row("Mapping, warm", "µs a record", "of JSON.parse");
row("  JSON.parse", parse.toFixed(1));
row(
  "  redact, all rules",
  (redactAndMap - parseAndMap).toFixed(1),
  `${((redactAndMap - parseAndMap) / parse).toFixed(2)} x`,
);
row("  mode ecs", (parseAndMap - parse).toFixed(1), `${((parseAndMap - parse) / parse).toFixed(2)} x`);
print();
row("Live page, at 5,000 records/s", "of a CPU", "longest ms a batch");
for (const readers of [0, 1, 20]) {
  const { share, longestMs } = await measureLivePage({ readers, seconds: 10 });
  const name = readers === 0 ? "no reader" : `${readers} of those who read, one who never does`;
  row(`  ${name}`, `${(share * 100).toFixed(1)} %`, longestMs.toFixed(1));
}
