/** What is told of peers. */
import { tableOf } from "../report.ts";
import type { OurRow } from "./ours.ts";
import type { Peer } from "./peer.ts";

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
