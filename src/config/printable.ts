import { z } from "zod";
import { maskUrlValue } from "../http/mask_urls.ts";
import { type AnyFactory, KINDS } from "./component_table.ts";
import type { LoadedConfig } from "./load.ts";
import { childSchema, isSecret, type Schema } from "./schema.ts";
import { serviceSchema } from "./service.ts";
import { isTree, type Tree } from "./yaml_files.ts";

const MASK = "****";

/** A configuration as it is in force, as it would stand in a file: all defaults, no secrets. */
export function printable(config: LoadedConfig): Tree {
  const sections = KINDS.map((kind) => [kind, componentsOf(config[kind])]);
  return { ...Object.fromEntries(sections), service: settingsOf(serviceSchema, config.service) };
}

function componentsOf(components: ReadonlyMap<string, { factory: AnyFactory; config: unknown }>): Tree {
  return Object.fromEntries(
    [...components].map(([id, { factory, config }]) => [id, settingsOf(factory.schema, config)]),
  );
}

function settingsOf(schema: z.ZodType, config: unknown): unknown {
  return masked(schema, z.encode(schema, config));
}

function masked(schema: Schema | undefined, value: unknown): unknown {
  if (schema !== undefined && isSecret(schema)) return MASK;
  const child = (name: string | number, element: unknown) => masked(schema && childSchema(schema, name), element);
  // What looks like a reference is literal by now.
  if (typeof value === "string") return maskUrlValue(value).replace(/\$(?=[${])/g, () => "$$");
  if (Array.isArray(value)) return value.map((element, index) => child(index, element));
  if (!isTree(value)) return value;
  const set = Object.entries(value).filter(([, element]) => element !== undefined);
  return Object.fromEntries(set.map(([name, element]) => [name, child(name, element)]));
}
