import { createFlowControl, type SharedFlowControl } from "../component/flow_control.ts";
import type { LoadedConfig } from "../config/load.ts";

export type Pipeline = LoadedConfig["service"]["pipelines"][string];

/**
 * What bounds the deliveries of each pipeline. Pipelines that have no receiver and no exporter in common share none of the memory:
 * what waits for an endpoint that is at fault must not keep others waiting.
 */
export function flowControlsOf(
  { pipelines, max_in_flight_bytes }: LoadedConfig["service"],
): ReadonlyMap<Pipeline, SharedFlowControl> {
  let groups: Pipeline[][] = [];
  for (const pipeline of Object.values(pipelines)) {
    const isJoined = (group: readonly Pipeline[]) => group.some((other) => haveCommon(pipeline, other));
    groups = [...groups.filter((group) => !isJoined(group)), [pipeline, ...groups.filter(isJoined).flat()]];
  }
  const maxInFlightBytes = Math.floor(max_in_flight_bytes / groups.length);
  return new Map(groups.flatMap((group) => {
    const flowControl = createFlowControl({ maxInFlightBytes });
    return group.map((pipeline) => [pipeline, flowControl] as const);
  }));
}

function haveCommon(one: Pipeline, other: Pipeline): boolean {
  return one.receivers.some((id) => other.receivers.includes(id)) ||
    one.exporters.some((id) => other.exporters.includes(id));
}

/** Of the pipelines that have a component all have the same. */
export function flowControlOf(
  flowControls: ReadonlyMap<Pipeline, SharedFlowControl>,
  has: (pipeline: Pipeline) => boolean,
): SharedFlowControl {
  const found = flowControls.entries().find(([pipeline]) => has(pipeline))?.[1];
  if (found === undefined) throw new Error("Cannot build the pipelines: a component is in none");
  return found;
}
