import { SIGNALS } from "../component/batch.ts";
import { typeOf } from "../component/component_id.ts";
import { KINDS } from "./component_table.ts";
import { type LoadedConfig, usedOf } from "./load.ts";

/** What a valid configuration needs outside of it, or would be better with. For people. */
export function adviceFor(config: LoadedConfig): string[] {
  const advice: string[] = [];
  // Without one, a queue leaves what is refused to its redrive policy: only what is remembered waits for each record.
  const remembers = usedOf("receivers", config).some(({ usesStorage }) => usesStorage);
  if (config.service.dead_letter === undefined && remembers) {
    advice.push(
      "service.dead_letter: name a file exporter here, so that a record that is refused permanently holds nothing up",
    );
  }
  for (const kind of KINDS) {
    for (const [id, { factory, config: settings }] of config[kind]) {
      const pipelines = Object.entries(config.service.pipelines).filter(([, pipeline]) =>
        kind !== "extensions" && pipeline[kind].includes(id)
      );
      const signals = SIGNALS.filter((signal) => pipelines.some(([pipeline]) => typeOf(pipeline) === signal));
      for (const { path, message } of factory.advice?.(settings, { signals }) ?? []) {
        advice.push(`${[kind, id, ...(path === "" ? [] : [path])].join(".")}: ${message}`);
      }
    }
  }
  return advice;
}
