/** The reference pages of all settings, made from the settings' own schemas. */
import { markdownTable } from "./markdown.ts";
import { type AnyFactory, type ComponentTable, type Kind, KINDS } from "../../src/config/component_table.ts";
import { isSchema, type JsonSchema, settingsSchema } from "../../src/config/json_schema.ts";
import { serviceSchema } from "../../src/config/service.ts";

export interface Page {
  /** Path below `docs/reference`. */
  readonly path: string;
  readonly text: string;
}

/** One page for each component, one for `service`, and their index. */
export function settingsPages(table: ComponentTable): Page[] {
  const components = KINDS.flatMap((kind) => table[kind].map((factory: AnyFactory) => ({ kind, factory })));
  return [
    { path: "README.md", text: indexPage(components) },
    ...components.map(({ kind, factory }) => ({ path: pathOf(kind, factory), text: componentPage(kind, factory) })),
    { path: "service.md", text: servicePage() },
  ];
}

interface Component {
  readonly kind: Kind;
  readonly factory: AnyFactory;
}

const NOTICE = "<!-- Made from the schemas in src by `deno task generate`: change them there. -->";

const GRAMMAR = `Durations are written \`300s\` or \`1m30s\`, sizes \`500\`, \`64KiB\` or \`4MiB\`. \`\${env:NAME}\` and
\`\${env:NAME:-default}\` stand for environment variables; the default also takes the place of an empty one. Secrets never show in logs, errors or \`print-config\`.`;

function pathOf(kind: Kind, { type }: AnyFactory): string {
  return `${kind}/${type}.md`;
}

function indexPage(components: readonly Component[]): string {
  const lists = KINDS.map((kind) => {
    const own = components.filter((component) => component.kind === kind);
    const rows = own.map(({ factory }) => [
      `[\`${factory.type}\`](${pathOf(kind, factory)})`,
      factory.signals.join(", "),
      factory.description,
    ]);
    const title = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    return `## ${title}\n\n${markdownTable(["Type", "Signals", ""], rows)}`;
  });
  return `${NOTICE}

# Settings

A configuration is one YAML file (or several, merged) with the sections \`${KINDS.join("`, `")}\` and
\`service\`. Components are named \`type\` or \`type/name\`; [\`service\`](service.md) says which of them are connected.
${GRAMMAR}
\`bedrock-otel schema\` prints all of this as a JSON Schema for editors ([bedrock-otel.schema.json](../bedrock-otel.schema.json)).

${lists.join("\n\n")}
`;
}

function componentPage(kind: Kind, factory: AnyFactory): string {
  const { type, description, signals, schema, ignoredSettings = {} } = factory;
  const ignored = Object.entries(ignoredSettings).map(([name, why]) => `- \`${name}\`: ${why}`);
  const section = ignored.length === 0
    ? ""
    : `\n## Settings of the Elastic Agent that need nothing here\n\nAccepted with a warning.\n\n${
      ignored.join("\n")
    }\n`;
  return `${NOTICE}

# ${kind.slice(0, -1)} \`${type}\`

${description}.${signals.length === 0 ? "" : ` Signals: ${signals.join(", ")}.`}

[How a configuration is written](../README.md)

## Settings

${settingsTable(settingsSchema(schema))}
${section}`;
}

function servicePage(): string {
  return `${NOTICE}

# Section \`service\`

[How a configuration is written](README.md)

${settingsTable(settingsSchema(serviceSchema))}
`;
}

function settingsTable(schema: JsonSchema): string {
  const rows = rowsOf(schema, "");
  return rows.length === 0 ? "None." : markdownTable(["Setting", "Type", "Default", ""], rows);
}

function rowsOf(schema: JsonSchema, prefix: string): string[][] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    if (typeof property === "boolean") return [];
    const path = prefix + name;
    const value = property.default === undefined || isEmpty(property.default) ? "" : `\`${textOf(property.default)}\``;
    const own = [
      `\`${path}\``,
      typeOf(property),
      required.has(name) ? "required" : value,
      property.description ?? "",
    ];
    return [own, ...below(property, path)];
  });
}

/** Settings inside of a setting: of a map, of a list's elements, or of a map with free names. */
function below(schema: JsonSchema, path: string): string[][] {
  const { items, additionalProperties, properties } = schema;
  if (properties !== undefined) return rowsOf(schema, `${path}.`);
  if (isSchema(items)) return below(items, `${path}[]`);
  return isSchema(additionalProperties) ? below(additionalProperties, `${path}.*`) : [];
}

function typeOf(schema: JsonSchema): string {
  const { $ref, anyOf, enum: values, type, items, additionalProperties, writeOnly } = schema;
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf("/") + 1);
  if (anyOf !== undefined) {
    const own = anyOf.filter((choice) => isSchema(choice) && choice.$ref !== "#/$defs/reference") as JsonSchema[];
    return [...new Set(own.map(typeOf))].join(" or ");
  }
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(", ");
  if (type === "array") return isSchema(items) ? `list of ${typeOf(items)}` : "list";
  if (type === "object") return isSchema(additionalProperties) ? `map of ${typeOf(additionalProperties)}` : "map";
  return `${writeOnly ? "secret " : ""}${type ?? "any"}`;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
