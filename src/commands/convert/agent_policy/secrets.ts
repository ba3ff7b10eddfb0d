import type { ComponentTable } from "../../../config/component_table.ts";
import { typeOf } from "../../../component/component_id.ts";
import { childSchema, isSecret, type Schema } from "../../../config/schema.ts";
import { isTree, type Tree } from "../../../config/yaml_files.ts";
import { maskUrlValue } from "../../../http/mask_urls.ts";
import { secretVariable } from "./references.ts";

/** Nothing but a reference, maybe behind the name of a scheme as in a header: a default may be a secret too. */
const REFERENCE = /^(?:(?:ApiKey|Basic|Bearer) )?\$\{env:\w+\}$/i;

/**
 * The configuration with references to the environment where secrets stand in the clear, so that it can be shown and
 * kept in a file; `warn` gets which variable to set.
 */
export function withoutSecrets(
  config: Tree,
  { table, warn }: { table: ComponentTable; warn: (warning: string) => void },
): Tree {
  const kinds = (["receivers", "exporters"] as const).map((kind) => {
    const components = isTree(config[kind]) ? config[kind] : {};
    const entries = Object.entries(components).map(([id, settings]) => {
      const schema = table[kind].find(({ type }: { type: string }) => type === typeOf(id))?.schema;
      const hide = (path: string) => {
        const variable = secretVariable(id, path);
        warn(`${kind}.${id}.${path}: the secret is not written: set the environment variable ${variable}`);
        return `\${env:${variable}}`;
      };
      return [id, schema === undefined ? settings : hidden(settings, { schema, path: [], hide })] as const;
    });
    return [kind, Object.fromEntries(entries)] as const;
  });
  return { ...config, ...Object.fromEntries(kinds) };
}

/** The value at a path, with what `hide` gives in place of secrets: of secret settings, and of URLs with a password or a query. */
function hidden(
  value: unknown,
  { schema, path, hide }: {
    schema: Schema | undefined;
    path: readonly (string | number)[];
    hide: (path: string) => string;
  },
): unknown {
  const child = (name: string | number, element: unknown) =>
    hidden(element, { schema: schema && childSchema(schema, name), path: [...path, name], hide });
  if (Array.isArray(value)) return value.map((element, index) => child(index, element));
  if (isTree(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, element]) => [name, child(name, element)]));
  }
  const text = String(value);
  const isOpen = schema !== undefined && isSecret(schema) ? !REFERENCE.test(text) : maskUrlValue(text) !== text;
  return isOpen && value !== null ? hide(path.join(".")) : value;
}
