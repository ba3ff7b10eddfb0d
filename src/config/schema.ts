/** Looking into the settings' schemas: what stands at a path, what is secret, where a name is known. */
import type { z } from "zod";
import type { Path } from "./problems.ts";
import { SECRETS } from "./settings.ts";

export type Schema = z.core.$ZodType;

/** The schema of what stands in the file, without what only adds defaults or converts. */
function unwrap(schema: Schema): Schema {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  switch (def.type) {
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
      return unwrap(def.innerType);
    case "pipe":
      return unwrap(def.in);
    default:
      return schema;
  }
}

/** Names of the settings of a map with fixed names; none for anything else. */
export function settingNames(schema: Schema): string[] {
  const def = (unwrap(schema) as z.core.$ZodTypes)._zod.def;
  return def.type === "object" ? Object.keys(def.shape) : [];
}

/** The schema of a map's or list's element. */
export function childSchema(schema: Schema, key: string | number): Schema | undefined {
  const def = (unwrap(schema) as z.core.$ZodTypes)._zod.def;
  switch (def.type) {
    case "object":
      return Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
    case "record":
      return def.valueType;
    case "array":
      return def.element;
    case "union":
      return def.options.map((option) => childSchema(option, key)).find((child) => child !== undefined);
    default:
      return undefined;
  }
}

export function schemaAt(schema: Schema, path: Path): Schema | undefined {
  let found: Schema | undefined = schema;
  for (const part of path) found = found === undefined ? undefined : childSchema(found, part);
  return found;
}

/** The types of the single values that a setting takes: `string`, `number`, `boolean`. */
export function scalarTypes(schema: Schema): string[] {
  const def = (unwrap(schema) as z.core.$ZodTypes)._zod.def;
  if (def.type === "union") return def.options.flatMap(scalarTypes);
  return def.type === "enum" ? ["string"] : [def.type].filter((type) => ["string", "number", "boolean"].includes(type));
}

/** True for a setting that is one value, no map or list. */
export function isScalarSetting(schema: Schema): boolean {
  return !["object", "record", "array"].includes(unwrap(schema)._zod.def.type);
}

/** True when the setting's value must never show. */
export function isSecret(schema: Schema): boolean {
  for (let level = schema;;) {
    if (SECRETS.get(level as z.ZodType)?.secret) return true;
    const inner = innerOf(level);
    if (inner === undefined) return false;
    level = inner;
  }
}

function innerOf(schema: Schema): Schema | undefined {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  if ("innerType" in def) return def.innerType;
  return def.type === "pipe" ? def.in : undefined;
}

/** Paths below a schema of all settings; those of a map without fixed names do not count. */
export function settingPaths(schema: Schema): Path[] {
  return settingNames(schema).flatMap((name) => {
    const below = settingPaths(childSchema(schema, name) as Schema);
    return [[name], ...below.map((path) => [name, ...path])];
  });
}
