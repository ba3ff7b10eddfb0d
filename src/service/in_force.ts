/** What a configuration means, for the line at the start of a run. */
import type { Fields } from "../component/events.ts";
import type { Configured } from "../config/configured.ts";
import { type LoadedConfig, usedOf } from "../config/load.ts";
import { VERSION } from "../version.ts";

/** Version, where records come from and go to, in which mode, and what may leave. No secret: events hide those of URLs. */
export function inForce(config: LoadedConfig): Fields {
  const receivers = usedOf("receivers", config);
  const mapping = [...receivers, ...usedOf("processors", config)];
  return {
    version: VERSION,
    sources: receivers.map(withPlace).join(", "),
    endpoints: usedOf("exporters", config).map(withPlace).join(", "),
    mode: valuesOf(mapping, "mapping"),
    content: valuesOf(mapping, "content"),
  };
}

function withPlace({ id, factory, config }: Configured<never, unknown>): string {
  const place = factory.place?.(config);
  return place === undefined ? id : `${id} ${place}`;
}

function valuesOf(components: readonly Configured<never, unknown>[], setting: string): string | undefined {
  const values = components.flatMap(({ config }) => {
    const value = (config as Readonly<Record<string, unknown>> | undefined)?.[setting];
    return typeof value === "string" ? [value] : [];
  });
  return values.length === 0 ? undefined : [...new Set(values)].join(",");
}
