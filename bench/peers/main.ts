/**
 * `deno task bench:peers`: what a record costs other programs that can bring it from the same queue to the same endpoint,
 * and ours, in one run. Needs Linux (/proc), and of each peer what installs it.
 *
 * `--records 20000,80000`, `--repeats 3`, `--peers tenzir`; `--report` writes the tables into docs/performance.md.
 */
import { parseArgs } from "node:util";
import { measureRow, type RowFigures } from "../measure.ts";
import { print } from "../print.ts";
import { writeFigures } from "../report.ts";
import type { Load } from "../data.ts";
import { OURS } from "./ours.ts";
import { OTHERS, PEERS } from "./peers.ts";
import { measurePeer } from "./peer_run.ts";
import { peersTableOf, whatTheyDo } from "./report.ts";

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "20000,80000" },
    repeats: { type: "string", default: "3" },
    peers: { type: "string" },
    report: { type: "boolean", default: false },
  },
});
const [small = NaN, large = NaN] = values.records.split(",").map(Number);
const sizes = { small, large, repeats: Number(values.repeats) };
const names = values.peers?.toLowerCase().split(",");
const isAsked = ({ name }: { name: string }) =>
  names === undefined || names.some((part) => name.toLowerCase().startsWith(part));

const peers = PEERS.filter(isAsked);
const figures: RowFigures[] = [];
const skipped = OTHERS.filter(isAsked).map(({ name, why }) => `skipped: ${name}: ${why}`);
for (const row of OURS) figures.push(await measureRow(row, sizes));
for (const peer of peers) {
  try {
    const installed = await peer.install();
    if ("skipped" in installed) throw new Error(installed.skipped);
    const measure = (load: Load) => measurePeer({ peer, path: installed.path }, load);
    figures.push(await measureRow({ name: peer.name, measure }, sizes));
  } catch (error) {
    skipped.push(`skipped: ${peer.name}: ${(error as Error).message}`);
  }
}
const tables = [peersTableOf(figures, peers), whatTheyDo([...OURS, ...peers]), ...skipped].join("\n\n");
print(tables);
if (values.report) await writeFigures({ task: "bench:peers", mark: "figures of peers", text: tables, sizes });
