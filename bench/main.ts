/**
 * `deno task bench`: what a record costs on the way from AWS to the endpoint, row by row (`rows.ts`). Needs Linux (/proc).
 *
 * `--records 20000,80000`, `--repeats 3`, `--rows ecs,raw`; `--report` writes tables and plot into docs/performance.md;
 * `--stages` measures the stages alone instead, in this process.
 */
import { parseArgs } from "node:util";
import { join } from "node:path";
import { measureRow, type RowFigures } from "./measure.ts";
import { print } from "./print.ts";
import { plotOf, tableOf } from "./report.ts";
import { ROWS } from "./rows.ts";
import { printStages } from "./stages_table.ts";

const DOCS = join(import.meta.dirname as string, "..", "docs");
const BEGIN = "<!-- figures -->";
const END = "<!-- end of figures -->";

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "20000,80000" },
    repeats: { type: "string", default: "3" },
    rows: { type: "string" },
    report: { type: "boolean", default: false },
    stages: { type: "boolean", default: false },
  },
});

if (values.stages) await printStages();
else await printRows();

async function printRows(): Promise<void> {
  const [small = NaN, large = NaN] = values.records.split(",").map(Number);
  const sizes = { small, large, repeats: Number(values.repeats) };
  const names = values.rows?.split(",");
  const figures: RowFigures[] = [];
  for (const row of ROWS.filter(({ name }) => names === undefined || names.some((part) => name.startsWith(part)))) {
    figures.push(await measureRow(row, sizes));
    if (Deno.stderr.isTerminal()) print(tableOf(figures.slice(-1)).split("\n").at(-1));
  }
  print(tableOf(figures));
  if (values.report) await writeReport(figures, sizes);
}

/** Between two marks in the document, so that what is said of the figures stays. */
async function writeReport(figures: readonly RowFigures[], sizes: { small: number; large: number; repeats: number }) {
  const path = join(DOCS, "performance.md");
  const text = await Deno.readTextFile(path);
  const [before, rest = ""] = text.split(BEGIN);
  const after = rest.slice(rest.indexOf(END) + END.length);
  const command = `deno task bench --records ${sizes.small},${sizes.large} --repeats ${sizes.repeats} --report`;
  const load = Deno.loadavg()[0]?.toFixed(0);
  const spread = sizes.repeats === 1 ? "one run of each size" : "medians, with the least and most in parentheses";
  const machine = `${navigator.hardwareConcurrency} CPUs with a load of ${load}, Deno ${Deno.version.deno}`;
  const made = `Made by \`${command}\` on ${machine}: ${spread}.`;
  await Deno.writeTextFile(path, `${before}${BEGIN}\n\n${made}\n\n${tableOf(figures)}\n\n${END}${after}`);
  await Deno.writeTextFile(join(DOCS, "images", "performance.svg"), plotOf(figures));
}
