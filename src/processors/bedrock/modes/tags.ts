import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import type { BedrockConfig } from "../config.ts";

/** The tags of every record: those of the configuration, and one when the original text is kept. */
export function tagsOf({ tags, preserve_original_event, content }: BedrockConfig): InvocationAttributes {
  const all = preserve_original_event && content === "full" ? [...tags, "preserve_original_event"] : tags;
  return all.length > 0 ? { tags: all } : {};
}
