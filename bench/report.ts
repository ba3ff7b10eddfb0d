/** Figures as a table for a terminal or a document, and as a plot. */
import { join } from "node:path";
import type { RowFigures, Spread } from "./measure.ts";

const MIB = 1024 * 1024;

/** Columns of a table: their titles, and what stands in a row. */
export type Columns<R> = readonly (readonly [title: string, of: (row: R) => string])[];

export const ROW_COLUMNS: Columns<RowFigures> = [
  ["Row", ({ name }) => name],
  ["µs a record", ({ microseconds }) => spread(microseconds, 0)],
  ["× unavoidable", ({ ratio }) => spread(ratio, 1)],
  ["Records per CPU second", ({ microseconds }) => number(1e6 / microseconds.median)],
  ["Records/s", ({ recordsPerSecond }) => number(recordsPerSecond.median)],
  ["Start, CPU s", ({ startCpuSeconds }) => spread(startCpuSeconds, 2)],
  ["Warm-up, CPU s", ({ warmUpCpuSeconds }) => spread(warmUpCpuSeconds, 2)],
  ["Peak RSS, MiB", ({ peakMemoryBytes }) => number(peakMemoryBytes / MIB)],
  ["Bytes on the wire", ({ wireBytesPerRecord }) => number(wireBytesPerRecord)],
  ["AWS requests per million", ({ awsRequestsPerMillion }) => number(awsRequestsPerMillion)],
];

/** The CPU time of a record beside that of another row. */
export function timesColumn(title: string): Columns<RowFigures>[number] {
  return [title, ({ timesOther }) => timesOther === undefined ? "" : spread(timesOther, 2)];
}

/** Lines of a table in Markdown; figures stand to the right, all but the first column, unless `left`. */
export function tableOf<R>(
  rows: readonly R[],
  columns: Columns<R>,
  { left = false }: { left?: boolean } = {},
): string {
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, of]) => of(row)))];
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const isLeft = (column: number) => left || column === 0;
  const padded = (text: string, column: number) =>
    isLeft(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  const line = (texts: readonly string[]) => `| ${texts.map(padded).join(" | ")} |`;
  const rule = widths.map((width, column) => isLeft(column) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  return [line(cells[0] ?? []), line(rule), ...cells.slice(1).map(line)].join("\n");
}

function spread({ median, min, max }: Spread, digits: number): string {
  return min === max
    ? number(median, digits)
    : `${number(median, digits)} (${number(min, digits)}–${number(max, digits)})`;
}

function number(value: number, digits = 0): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const DOCS = join(import.meta.dirname as string, "..", "docs");

/** Writes what a task printed into docs/performance.md, between two marks, so that what is said of the figures stays. */
export async function writeFigures(
  { task, mark, text, repeats }: { task: string; mark: string; text: string; repeats: number },
): Promise<void> {
  const begin = `<!-- ${mark} -->`;
  const end = `<!-- end of ${mark} -->`;
  const path = join(DOCS, "performance.md");
  const [before, rest = ""] = (await Deno.readTextFile(path)).split(begin);
  const after = rest.slice(rest.indexOf(end) + end.length);
  const command = ["deno task", task, ...Deno.args].join(" ");
  const load = Deno.loadavg()[0]?.toFixed(0);
  const spread = repeats === 1 ? "one run of each size" : "medians, with the least and most in parentheses";
  const machine = `${navigator.hardwareConcurrency} CPUs with a load of ${load}, Deno ${Deno.version.deno}`;
  const made = `Made by \`${command}\` on ${machine}: ${spread}.`;
  await Deno.writeTextFile(path, `${before}${begin}\n\n${made}\n\n${text}\n\n${end}${after}`);
}

/** A longer bar is cut, so that the others can be told apart. */
const MAX_RATIO = 12;
const WIDTH = 760;
const LEFT = 150;
const BAR = 18;
const STEP = 30;
const TOP = 46;

/** Bars of the CPU time of a record, as SVG: the unavoidable share is dark, thin lines are the spread. */
export function plotOf(rows: readonly RowFigures[]): string {
  const shown = rows.filter(({ ratio }) => Number.isFinite(ratio.max));
  const scale = (WIDTH - LEFT - 90) / Math.min(MAX_RATIO, Math.max(...shown.map(({ ratio }) => ratio.max), 1));
  const x = (value: number) => (LEFT + Math.min(value, MAX_RATIO) * scale).toFixed(1);
  const bars = shown.map(({ name, ratio }, index) => {
    const y = TOP + index * STEP;
    const middle = y + BAR / 2;
    return `<text x="${LEFT - 10}" y="${middle + 4}" text-anchor="end">${name}</text>` +
      `<rect x="${LEFT}" y="${y}" width="${
        (Number(x(ratio.median)) - LEFT).toFixed(1)
      }" height="${BAR}" fill="#8fb3d9"/>` +
      `<rect x="${LEFT}" y="${y}" width="${scale.toFixed(1)}" height="${BAR}" fill="#2f5d8a"/>` +
      `<path d="M${x(ratio.min)} ${middle}H${x(ratio.max)}" stroke="#222"/>` +
      `<text x="${(Number(x(ratio.max)) + 6).toFixed(1)}" y="${middle + 4}">${number(ratio.median, 1)}${
        ratio.median > MAX_RATIO ? " (cut)" : ""
      }</text>`;
  });
  const height = TOP + shown.length * STEP + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" ` +
    `role="img"><title>CPU time of a record</title><rect width="${WIDTH}" height="${height}" fill="#fff"/>` +
    `<text x="10" y="24" font-size="15">CPU time of a record, in multiples of gunzip + JSON.parse + gzip (dark)</text>` +
    `${bars.join("\n")}</svg>\n`;
}
