import type { BedrockConfig } from "../config.ts";
import { storableKeys } from "../../../mappings/keys.ts";
import { isObject, jsonTextOf, textOf } from "../read/json.ts";

/** `requestMetadata` by key, as logged: what callers add to their request. */
export type RequestMetadata = ReadonlyMap<string, string>;

/**
 * The metadata of a request, from the objects that hold some: where several have a key, the first counts. With `content:
 * metadata_only` only what `metadata_keys` names.
 */
export function requestMetadataOf(holders: readonly unknown[], config: BedrockConfig): RequestMetadata {
  const metadata = new Map<string, string>();
  for (const holder of holders) {
    if (!isObject(holder)) continue;
    for (const key of Object.keys(holder)) {
      if (config.content === "metadata_only" && !config.metadata_keys.includes(key)) continue;
      const text = metadata.has(key) ? undefined : jsonTextOf(holder[key]);
      if (text !== undefined) metadata.set(key, text);
    }
  }
  return metadata;
}

/** The metadata as a map that leaves, its keys under the names of the mode; undefined when there is none. */
export function metadataField(
  metadata: RequestMetadata,
  nameOf: (key: string) => string = (key) => key,
): Record<string, string> | undefined {
  if (metadata.size === 0) return undefined;
  const members: [key: string, text: string][] = [];
  for (const [key, text] of metadata) members.push([nameOf(key), text]);
  return Object.fromEntries(storableKeys(members));
}

/** The value of the first of these keys that has one. */
export function firstOf(metadata: RequestMetadata, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textOf(metadata.get(key));
    if (text !== undefined) return text;
  }
  return undefined;
}
