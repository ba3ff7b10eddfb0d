import { writeInto } from "../../write_file.ts";
import type { Asset, Kind } from "./asset.ts";
import type { Pack } from "./setup.ts";

/** How the files of a kind get into Kibana without this program. */
const ADVICE: Readonly<Record<Kind, string>> = {
  rules: "Security, Rules, Import rules",
  alerts: "each line is the body of a request: POST /api/alerting/rule/ID, without its member id",
  dashboards: "Stack Management, Saved Objects, Import",
};

/** Writes a pack as files, one for each kind, and says how Kibana takes them. */
export async function writePack(directory: string, pack: Pack, print: (text: string) => void): Promise<void> {
  for (const [kind, assets] of Object.entries(pack) as [Kind, readonly Asset[]][]) {
    if (assets.length === 0) continue;
    const path = `${directory}/${kind}.ndjson`;
    await writeInto(path, assets.map((asset) => `${JSON.stringify(lineOf(kind, asset))}\n`).join(""));
    print(`${path}: ${ADVICE[kind]}\n`);
  }
}

function lineOf(kind: Kind, { id, body }: Asset): unknown {
  return kind === "rules" ? { rule_id: id, ...body } : kind === "alerts" ? { id, ...body } : body;
}
