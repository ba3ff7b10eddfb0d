import type { BedrockConfig } from "../config.ts";
import { ecsMode } from "./ecs.ts";
import type { Mode } from "./mode.ts";
import { rawMode } from "./raw.ts";

/** The mode that a configuration names. */
export function modeOf(config: BedrockConfig): Mode {
  switch (config.mapping) {
    case "ecs":
      return ecsMode(config);
    case "raw":
      return rawMode(config);
    default:
      throw new Error(`Cannot map records: mode ${config.mapping} is not available yet`);
  }
}
