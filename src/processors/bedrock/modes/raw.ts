import type { BedrockConfig } from "../config.ts";
import { metadataText } from "../metadata_text.ts";
import { tagsOf } from "./tags.ts";
import { cutOriginal } from "../read/original_text.ts";
import type { Mode } from "./mode.ts";

/** Mode `raw`: the body is the original text, for the integration's own ingest pipeline. */
export function rawMode(config: BedrockConfig): Mode {
  return {
    storedAs: "ecs",
    idAttributes: ["elasticsearch.document_id"],
    constants: tagsOf(config),
    map: ({ text, log }) => config.content === "metadata_only" ? metadataText(log, config.metadata_keys) : text,
    original: cutOriginal,
  };
}
