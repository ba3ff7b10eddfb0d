import type { Snapshot } from "../snapshot.ts";
import { clock } from "./format.ts";

/** The first line: whether all is well; if not, what fails, with what, and since when. */
export function sentenceOf({ state, pipelines, others, startedMs }: Snapshot): string {
  const all = [...pipelines.flatMap(({ components }) => components), ...others];
  const failing = all.find((one) => one.state === "failing");
  if (failing !== undefined) {
    return `${failing.id} is failing (${failing.reason ?? "unknown"}) since ${clock(failing.sinceMs)}`;
  }
  switch (state) {
    case "ok":
      return `All is well, running since ${clock(startedMs)}`;
    case "failing":
      return "Something is failing: see the program's log";
    case "starting":
      return "Starting";
    case "stopping":
      return "Stopping";
  }
}
