/** `deno task bench --stages`: where the CPU time of a record goes, and what the live page adds. */
import { print } from "./print.ts";
import { measureLivePage } from "./live_page.ts";
import { measureMapping, measureStages } from "./stages.ts";

const LOAD = { records: 5000, recordsPerObject: 500, recordBytes: 5000 };

export async function printStages(): Promise<void> {
  row("CPU time, objects of 500, mode ecs", "µs a record");
  for (const [stage, microseconds] of await measureStages(LOAD)) row(`  ${stage}`, microseconds.toFixed(1));
  const { parse, parseAndMap, redactAndMap } = await measureMapping({ ...LOAD, records: 1000 });
  print();
  row("Mapping, warm", "µs a record", "of JSON.parse");
  row("  JSON.parse", parse.toFixed(1));
  const times = (microseconds: number) => `${(microseconds / parse).toFixed(2)} x`;
  row("  mode ecs", (parseAndMap - parse).toFixed(1), times(parseAndMap - parse));
  row("  redact, all rules", (redactAndMap - parseAndMap).toFixed(1), times(redactAndMap - parseAndMap));
  print();
  row("Live page, at 5,000 records/s", "of a CPU", "longest ms a batch");
  for (const readers of [0, 1, 20]) {
    const { share, longestMs } = await measureLivePage({ readers, seconds: 10 });
    const name = readers === 0 ? "no reader" : `${readers} who read, one who never does`;
    row(`  ${name}`, `${(share * 100).toFixed(1)} %`, longestMs.toFixed(1));
  }
}

function row(name: string, ...cells: readonly string[]): void {
  print(name.padEnd(36) + cells.map((cell) => cell.padStart(18)).join(""));
}
