/** JSON text as it comes from outside. */

/** The value of a JSON text; undefined if the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object: neither null nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of a value, or what is at a path below it; undefined if there is none, or what should have it is no object. */
export function memberOf(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined, value);
}

/** The list at a path below a value; empty if there is none. */
export function listAt(value: unknown, ...path: readonly string[]): unknown[] {
  const list = memberOf(value, ...path);
  return Array.isArray(list) ? list : [];
}
