/** Tables of peers. */
import type { RowFigures } from "../measure.ts";
import { number, ROW_COLUMNS, tableOf } from "../report.ts";
import type { OurRow } from "./ours.ts";
import type { Peer } from "./peer.ts";

/** The usual columns, and how many times the CPU time of ours, where it does most nearly the same, a record costs. */
export function peersTableOf(
  rows: readonly RowFigures[],
  peers: readonly Pick<Peer, "name" | "comparesWith">[],
): string {
  const timesOurs = ({ name, microseconds }: RowFigures) => {
    const ours = peers.find((peer) => peer.name === name)?.comparesWith;
    const row = rows.find((row) => row.name === ours);
    return row === undefined ? "" : number(microseconds.median / row.microseconds.median, 1);
  };
  return tableOf(rows, [...ROW_COLUMNS, ["× ours", timesOurs]]);
}

/** What each row does with a record. */
export function whatTheyDo(
  rows: readonly (Pick<OurRow, "name" | "does"> & Partial<Pick<Peer, "version" | "comparesWith">>)[],
): string {
  return tableOf(rows, [
    ["Row", ({ name }) => name],
    ["Version", ({ version = "" }) => version],
    ["Beside our", ({ comparesWith = "" }) => comparesWith],
    ["Parses", ({ does }) => does.parses ? "yes" : "no"],
    ["Compresses with", ({ does }) => does.compresses],
    ["Maps", ({ does }) => does.maps],
    ["Deletes a message", ({ does }) => does.deletes],
  ], { left: true });
}
