import { MAX_KEY_LENGTH, storableKeys } from "../../../mappings/keys.ts";
import { isObject, jsonTextOf } from "../read/json.ts";

/**
 * Most levels of lists and objects that leave as such. A flattened field of Elasticsearch takes 20, some of which are above
 * the value: the message, its part, the part's member.
 */
const MAX_LEVELS = 12;

/**
 * A free-form value as a structure that Elasticsearch can store: its keys fit, and what is nested too deeply, or has a key
 * that is too long, leaves as JSON text. A value that is missing is null, as in the conventions' schemas.
 */
export function structured(value: unknown): unknown {
  return limited(value, 0) ?? null;
}

function limited(value: unknown, level: number): unknown {
  const isList = Array.isArray(value);
  if (!isList && !isObject(value)) return value;
  if (level === MAX_LEVELS || (!isList && hasLongKey(value))) return jsonTextOf(value) ?? "[nested too deeply]";
  if (isList) return value.map((element) => limited(element, level + 1));
  const members = Object.entries(value).map(([key, member]) => [key, limited(member, level + 1)] as const);
  return Object.fromEntries(storableKeys(members));
}

function hasLongKey(object: object): boolean {
  return Object.keys(object).some((key) => key.length > MAX_KEY_LENGTH);
}
