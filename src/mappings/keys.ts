/** Keys of maps that callers name themselves: metadata, arguments of tools, details of findings. */

/** As long as Bedrock allows a key of `requestMetadata` to be; Elasticsearch takes keys of at most 32 kB. */
export const MAX_KEY_LENGTH = 256;

/**
 * The members of a map under keys that every document can hold: without dots, which the Collector's `elasticsearch` exporter
 * takes for levels (`team`, `team-id` and `team.name` together would make a key twice), without NUL, not blank, and at most
 * 256 characters long. A key that is in use already is numbered, so that no member is lost; keys that are fine stay.
 */
export function storableKeys<T>(
  members: readonly (readonly [key: string, value: T])[],
): readonly (readonly [key: string, value: T])[] {
  if (members.every(([key]) => isStorable(key))) return members;
  const used = new Set(members.map(([key]) => key).filter(isStorable));
  /** The number that is tried next: from 2 for each member, many that become one key would cost the square of their number. */
  const numbers = new Map<string, number>();
  const freeKey = (key: string) => {
    if (!used.has(key)) return key;
    let number = numbers.get(key) ?? 2;
    while (used.has(`${key} (${number})`)) number++;
    numbers.set(key, number + 1);
    return `${key} (${number})`;
  };
  return members.map(([key, value]) => {
    if (isStorable(key)) return [key, value];
    const storable = freeKey(storableKey(key));
    used.add(storable);
    return [storable, value];
  });
}

/** One key, where nothing can be in its way. */
export function storableKey(key: string): string {
  const clean = key.slice(0, MAX_KEY_LENGTH).replaceAll(".", "_").replaceAll("\0", "\ufffd");
  return clean.trim() === "" ? "_" : clean;
}

/** What makes another key of one: {@linkcode storableKey}. */
const UNFIT = /[.\0]|^\s*$/;

function isStorable(key: string): boolean {
  return key.length <= MAX_KEY_LENGTH && !UNFIT.test(key);
}
