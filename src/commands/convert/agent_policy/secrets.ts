import type { ComponentTable } from "../../../config/component_table.ts";
import { typeOf } from "../../../component/component_id.ts";
import { isSecret, type Schema, schemaAt } from "../../../config/schema.ts";
import { isTree, type Tree } from "../../../config/yaml_files.ts";
import { secretVariable } from "./references.ts";

/** Nothing but a reference: a default may be a secret too. */
const REFERENCE = /^\$\{env:\w+\}$/;

/**
 * The configuration with references to the environment where secrets stand in the clear, so that it can be shown and
 * kept in a file; `warn` gets which variable to set.
 */
export function withoutSecrets(
  config: Tree,
  { table, warn }: { table: ComponentTable; warn: (warning: string) => void },
): Tree {
  const hidden = (["receivers", "exporters"] as const).map((kind) => {
    const components = isTree(config[kind]) ? config[kind] : {};
    const entries = Object.entries(components).map(([id, settings]) => {
      const schema = table[kind].find(({ type }: { type: string }) => type === typeOf(id))?.schema;
      if (schema === undefined || !isTree(settings)) return [id, settings] as const;
      return [id, hide(settings, { id, kind, schema, warn })] as const;
    });
    return [kind, Object.fromEntries(entries)] as const;
  });
  return { ...config, ...Object.fromEntries(hidden) };
}

function hide(
  settings: Tree,
  { id, kind, schema, warn }: { id: string; kind: string; schema: Schema; warn: (warning: string) => void },
): Tree {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      const setting = schemaAt(schema, [name]);
      if (setting === undefined || !isSecret(setting) || REFERENCE.test(String(value))) return [name, value];
      const variable = secretVariable(id, name);
      warn(`${kind}.${id}.${name}: the secret is not written: set the environment variable ${variable}`);
      return [name, `\${env:${variable}}`];
    }),
  );
}
