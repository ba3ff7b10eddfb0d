import type { BedrockConfig } from "../config.ts";
import { ecsMode } from "./ecs.ts";
import { integrationMode } from "./integration.ts";
import type { Mode } from "./mode.ts";
import { otelMode } from "./otel.ts";
import { rawMode } from "./raw.ts";

const MODES = { ecs: ecsMode, integration: integrationMode, otel: otelMode, raw: rawMode };

/** The mode that a configuration names. */
export function modeOf(config: BedrockConfig): Mode {
  return MODES[config.mapping](config);
}
