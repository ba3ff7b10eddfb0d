import type { BedrockConfig } from "../config.ts";
import { isObject, jsonTextOf, textOf } from "../read/json.ts";
import { keyOf } from "../read/text.ts";

/** `requestMetadata` by key: what callers add to their request. */
export type RequestMetadata = ReadonlyMap<string, string>;

/** The metadata of a request; with `content: metadata_only` only what `metadata_keys` names. */
export function requestMetadataOf(value: unknown, config: BedrockConfig): RequestMetadata {
  const metadata = new Map<string, string>();
  if (!isObject(value)) return metadata;
  for (const [key, element] of Object.entries(value)) {
    if (config.content === "metadata_only" && !config.metadata_keys.includes(key)) continue;
    const text = jsonTextOf(element);
    if (text !== undefined) metadata.set(keyOf(key), text);
  }
  return metadata;
}

/** The value of the first of these keys that has one. */
export function firstOf(metadata: RequestMetadata, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textOf(metadata.get(key));
    if (text !== undefined) return text;
  }
  return undefined;
}
