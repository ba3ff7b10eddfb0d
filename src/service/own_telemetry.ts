import type { LoadedConfig } from "../config/load.ts";
import type { SenderOf } from "../telemetry/own_exporters.ts";

/** Makes the senders of the exporters of a configuration, which was checked to have them. */
export function senderIn(config: LoadedConfig): SenderOf {
  return ({ exporter: id, namespace, timeout }) => {
    const { factory, config: settings } = config.exporters.get(id) ?? {};
    const sender = factory !== undefined && "ownTelemetry" in factory
      ? factory.ownTelemetry?.(settings, { namespace, timeoutMs: timeout })
      : undefined;
    if (sender === undefined) throw new Error(`Cannot send telemetry through ${id}: it is no exporter that takes it`);
    return sender;
  };
}
