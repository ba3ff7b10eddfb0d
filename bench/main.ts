/**
 * `deno task bench`: what a record costs on the way from AWS to the endpoint, row by row (`rows.ts`). Needs Linux (/proc).
 *
 * `--records 20000,80000`, `--repeats 3`, `--rows ecs,raw`; `--report` writes tables and plot into docs/performance.md;
 * `--stages` measures the stages alone instead, in this process.
 */
import { parseArgs } from "node:util";
import { join } from "node:path";
import { figuresOf, measureTurn, type Turn } from "./measure.ts";
import { print, progress } from "./print.ts";
import { DOCS, plotOf, ROW_COLUMNS, tableOf, timesColumn, writeFigures } from "./report.ts";
import { ROWS } from "./rows.ts";
import { printStages } from "./stages_table.ts";

/** The row that the others are compared with. */
const COMPARED_WITH = "ecs";

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
  const repeats = Number(values.repeats);
  const names = values.rows?.split(",");
  const rows = ROWS.filter(({ name }) => names === undefined || names.some((part) => name.startsWith(part)));
  const turns = new Map<string, Turn[]>(rows.map(({ name }) => [name, []]));
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const row of rows) {
      const turn = await measureTurn(row, { small, large });
      turns.get(row.name)?.push(turn);
      progress(`${row.name}: ${turn.microseconds.toFixed(0)} µs a record`);
    }
  }
  const others = turns.get(COMPARED_WITH);
  const figures = rows.map((row) =>
    figuresOf(row, { turns: turns.get(row.name) ?? [], others: row.name === COMPARED_WITH ? undefined : others })
  );
  const table = tableOf(figures, [...ROW_COLUMNS, timesColumn(`× ${COMPARED_WITH}`)]);
  print(table);
  if (!values.report) return;
  await writeFigures({ task: "bench", mark: "figures", text: table, repeats });
  await Deno.writeTextFile(join(DOCS, "images", "performance.svg"), plotOf(figures));
}
