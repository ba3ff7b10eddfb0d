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
import { DOCS, plotOf, ROW_COLUMNS, tableOf, writeFigures } from "./report.ts";
import { ROWS } from "./rows.ts";
import { printStages } from "./stages_table.ts";

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
    if (Deno.stderr.isTerminal()) print(tableOf(figures.slice(-1), ROW_COLUMNS).split("\n").at(-1));
  }
  const table = tableOf(figures, ROW_COLUMNS);
  print(table);
  if (!values.report) return;
  await writeFigures({ task: "bench", mark: "figures", text: table, repeats: sizes.repeats });
  await Deno.writeTextFile(join(DOCS, "images", "performance.svg"), plotOf(figures));
}
