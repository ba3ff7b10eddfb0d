import type { LoadedConfig } from "../config/load.ts";
import type { Groups } from "../telemetry/health_report.ts";
import { needsStorage } from "./graph.ts";

/** The components whose health is reported, as the Collector groups them; the dead letter's exporter and the state apart. */
export function groupsOf(config: LoadedConfig): Groups {
  const { service } = config;
  const pipelines = Object.entries(service.pipelines).map(([id, { receivers, processors, exporters }]) => {
    const members = { receiver: receivers, processor: processors, exporter: exporters };
    return [`pipeline:${id}`, Object.entries(members).flatMap(([kind, ids]) => ids.map((one) => `${kind}:${one}`))];
  });
  return {
    extensions: service.extensions.map((id) => `extension:${id}`),
    ...Object.fromEntries(pipelines),
    ...(service.dead_letter === undefined ? {} : { dead_letter: [`exporter:${service.dead_letter}`] }),
    ...(needsStorage(config) ? { state: ["service:storage"] } : {}),
  };
}
