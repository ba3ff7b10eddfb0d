import type { BedrockConfig } from "../config.ts";
import { metadataText } from "../metadata_text.ts";
import { tagsOf } from "./tags.ts";
import { cutToBytes } from "../read/text.ts";
import type { Mode } from "./mode.ts";

const MAX_ORIGINAL_BYTES = 32_766;

/** Mode `raw`: the body is the original text, for the integration's own ingest pipeline. */
export function rawMode(config: BedrockConfig): Mode {
  return {
    storedAs: "ecs",
    idAttributes: ["elasticsearch.document_id"],
    constants: tagsOf(config),
    map: ({ text, log }) => config.content === "metadata_only" ? metadataText(log, config.metadata_keys) : text,
    original: (text) => cutToBytes(text, MAX_ORIGINAL_BYTES),
  };
}
