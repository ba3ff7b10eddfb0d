/**
 * `deno task bench:peers`: what a record costs other programs that can bring it from the same queue to the same endpoint,
 * and ours, in one run. Needs Linux (/proc), and of each peer what installs it.
 *
 * `--records 20000,80000`, `--repeats 3`, `--peers tenzir`; `--report` writes the tables into docs/performance.md.
 */
import { parseArgs } from "node:util";
import { figuresOf, type MeasuredRow, measureTurn, type RowFigures, type Turn } from "../measure.ts";
import { print, progress } from "../print.ts";
import { ROW_COLUMNS, tableOf, timesColumn, writeFigures } from "../report.ts";
import { OURS } from "./ours.ts";
import { OTHERS, PEERS } from "./peers.ts";
import { measurePeer } from "./peer_run.ts";
import { whatTheyDo } from "./report.ts";

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "20000,80000" },
    repeats: { type: "string", default: "3" },
    peers: { type: "string" },
    report: { type: "boolean", default: false },
  },
});
const [small = NaN, large = NaN] = values.records.split(",").map(Number);
const repeats = Number(values.repeats);
const names = values.peers?.toLowerCase().split(",");
const isAsked = ({ name }: { name: string }) =>
  names === undefined || names.some((part) => name.toLowerCase().startsWith(part));

const peers = PEERS.filter(isAsked);
const skipped = new Map(OTHERS.filter(isAsked).map(({ name, why }) => [name, why]));
const rows: readonly MeasuredRow[] = [...OURS, ...await installed()];
const turns = new Map<string, Turn[]>(rows.map(({ name }) => [name, []]));
for (let repeat = 0; repeat < repeats; repeat++) {
  for (const row of rows.filter(({ name }) => !skipped.has(name))) await measure(row);
}
const tables = [
  tableOf(rows.filter(({ name }) => !skipped.has(name)).map(figures), [...ROW_COLUMNS, timesColumn("× ours")]),
  whatTheyDo([...OURS, ...peers]),
  ...[...skipped].map(([name, why]) => `skipped: ${name}: ${why}`),
].join("\n\n");
print(tables);
if (values.report) {
  await writeFigures({ task: "bench:peers", mark: "figures of peers", text: tables, repeats });
}

async function installed(): Promise<MeasuredRow[]> {
  const rows: MeasuredRow[] = [];
  for (const peer of peers) {
    const program = await peer.install();
    if ("skipped" in program) skipped.set(peer.name, program.skipped);
    else rows.push({ name: peer.name, measure: (load) => measurePeer({ peer, path: program.path }, load) });
  }
  return rows;
}

/** A peer that fails is left out; ours must not. */
async function measure(row: MeasuredRow): Promise<void> {
  try {
    const turn = await measureTurn(row, { small, large });
    turns.get(row.name)?.push(turn);
    progress(`${row.name}: ${turn.microseconds.toFixed(0)} µs a record`);
  } catch (error) {
    if (row.measure === undefined) throw error;
    skipped.set(row.name, (error as Error).message);
    progress(`${row.name}: left out`);
  }
}

function figures(row: MeasuredRow): RowFigures {
  const compared = peers.find(({ name }) => name === row.name)?.comparesWith;
  return figuresOf(row, { turns: turns.get(row.name) ?? [], others: turns.get(compared ?? "") });
}
