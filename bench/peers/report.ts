/** Tables of peers. */
import type { RowFigures, Spread } from "../measure.ts";
import { ROW_COLUMNS, spread, tableOf } from "../report.ts";
import type { OurRow } from "./ours.ts";
import type { Peer } from "./peer.ts";

export interface PeerFigures extends RowFigures {
  /** How many times the CPU time of our row that does most nearly the same, run by run. */
  readonly timesOurs?: Spread;
}

export function peersTableOf(rows: readonly PeerFigures[]): string {
  return tableOf(rows, [
    ...ROW_COLUMNS,
    ["× ours", ({ timesOurs }) => timesOurs === undefined ? "" : spread(timesOurs, 2)],
  ]);
}

/** What each row does with a record. */
export function whatTheyDo(
  rows: readonly (Pick<OurRow, "name" | "does"> & Partial<Pick<Peer, "version" | "comparesWith">>)[],
): string {
  return tableOf(rows, [
    ["Row", ({ name }) => name],
    ["Version", ({ version = "" }) => version],
    ["Beside our", ({ comparesWith = "" }) => comparesWith],
    ["Parses", ({ does }) => does.parses],
    ["Compresses with", ({ does }) => does.compresses],
    ["Maps", ({ does }) => does.maps],
    ["Deletes a message", ({ does }) => does.deletes],
  ], { left: true });
}
