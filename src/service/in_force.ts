/** What a configuration means, for the line at the start of a run. */
import type { Fields } from "../component/events.ts";
import { usedIds } from "../config/pipelines.ts";
import type { AnyFactory, Kind } from "../config/component_table.ts";
import type { LoadedConfig } from "../config/load.ts";
import { VERSION } from "../version.ts";

/** Version, where records come from and go to, in which mode, and what may leave. No secret: events hide those of URLs. */
export function inForce(config: LoadedConfig): Fields {
  const used = (kind: Kind) => [...usedIds(config.service, kind)].flatMap((id) => config[kind].get(id) ?? []);
  const mapping = [...used("receivers"), ...used("processors")];
  return {
    version: VERSION,
    sources: used("receivers").map(withPlace).join(", "),
    endpoints: used("exporters").map(withPlace).join(", "),
    mode: valuesOf(mapping, "mapping"),
    content: valuesOf(mapping, "content"),
  };
}

interface Component {
  readonly id: string;
  readonly factory: AnyFactory;
  readonly config: unknown;
}

function withPlace({ id, factory, config }: Component): string {
  const place = factory?.place?.(config);
  return place === undefined ? id : `${id} ${place}`;
}

function valuesOf(components: readonly Component[], setting: string): string | undefined {
  const values = components.flatMap(({ config }) => {
    const value = (config as Readonly<Record<string, unknown>> | undefined)?.[setting];
    return typeof value === "string" ? [value] : [];
  });
  return values.length === 0 ? undefined : [...new Set(values)].join(",");
}
