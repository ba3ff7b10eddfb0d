import type { BedrockConfig } from "../config.ts";
import { ecsMode } from "./ecs.ts";
import { integrationMode } from "./integration.ts";
import type { Mode } from "./mode.ts";
import { otelMode } from "./otel.ts";
import { rawMode } from "./raw.ts";

/** The mode that a configuration names. */
export function modeOf(config: BedrockConfig): Mode {
  switch (config.mapping) {
    case "ecs":
      return ecsMode(config);
    case "integration":
      return integrationMode(config);
    case "otel":
      return otelMode(config);
    case "raw":
      return rawMode(config);
  }
}
