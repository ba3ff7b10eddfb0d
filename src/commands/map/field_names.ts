import { isObject } from "../../processors/bedrock/read/json.ts";

/** How a printed document names its fields: `{"event": {"id": …}}` or `{"event.id": …}`. */
export type Keys = "nested" | "dotted";

type Json = Readonly<Record<string, unknown>>;

/** The same document with its fields named so. Lists stay as they are. */
export function withKeys(document: Json, keys: Keys): Json {
  const fields = Object.fromEntries(leavesOf(document));
  return keys === "dotted" ? fields : nested(fields);
}

function* leavesOf(object: Json, prefix = ""): Generator<readonly [string, unknown]> {
  for (const [key, value] of Object.entries(object)) {
    const name = prefix + key;
    if (isObject(value) && Object.keys(value).length > 0) yield* leavesOf(value, `${name}.`);
    else yield [name, value];
  }
}

/** A name keeps its dots where one of the names above it is that of a value. */
function nested(fields: Json): Json {
  const root: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(fields)) {
    const parents = name.split(".").slice(0, -1);
    const isBelowValue = parents.some((_, index) => Object.hasOwn(fields, parents.slice(0, index + 1).join(".")));
    let object = root;
    for (const parent of isBelowValue ? [] : parents) object = (object[parent] ??= Object.create(null)) as typeof root;
    object[isBelowValue ? name : name.slice(name.lastIndexOf(".") + 1)] = value;
  }
  return root;
}
