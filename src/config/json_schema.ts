/** The grammar of the configuration file as JSON Schema, made from the settings' own schemas. */
import { z } from "zod";
import { type AnyFactory, type ComponentTable, type Kind, KINDS } from "./component_table.ts";
import { pipelineId, serviceSchema } from "./service.ts";
import { QUANTITIES, SECRETS } from "./settings.ts";

/** A schema, or a part of one. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What settings refer to by `$ref`. */
const DEFINITIONS = {
  reference: { description: "${env:NAME} may stand for any value.", type: "string", pattern: "\\$\\{.+\\}" },
  duration: {
    anyOf: [
      { type: "string", pattern: "^(0|(\\d+(\\.\\d+)?(ns|us|µs|ms|s|m|h))+)$" },
      { const: 0 },
      { $ref: "#/$defs/reference" },
    ],
  },
  milliseconds: {
    description: "A duration; a number means milliseconds.",
    anyOf: [{ $ref: "#/$defs/duration" }, { type: "number", minimum: 0 }],
  },
  size: {
    anyOf: [
      { type: "string", pattern: "^\\d+(\\.\\d+)?\\s*(([KMG]i?)?B)?$" },
      { type: "integer", minimum: 0 },
      { $ref: "#/$defs/reference" },
    ],
  },
} as const;

/** The schema of a whole file, for editors and `schema`. */
export function configJsonSchema(table: ComponentTable): JsonSchema {
  const sections = KINDS.map((kind) => [kind, sectionOf(kind, table[kind])] as const);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Configuration of bedrock-otel",
    type: "object",
    properties: {
      ...Object.fromEntries(sections),
      service: orEmpty(withEmptySettings(settingsSchema(serviceSchema))),
    },
    additionalProperties: false,
    $defs: structuredClone(DEFINITIONS) as unknown as Record<string, JsonSchema>,
  };
}

function sectionOf(kind: Kind, factories: readonly AnyFactory[]): JsonSchema {
  const patterns = factories.map((factory) => [`^${factory.type}(/.+)?$`, componentSchema(factory)] as const);
  return {
    description: `All ${kind}, by \`type\` or \`type/name\`.`,
    type: ["object", "null"],
    patternProperties: Object.fromEntries(patterns),
    additionalProperties: false,
  };
}

/** A component without settings may be left empty. */
function componentSchema({ schema, description, ignoredSettings = {} }: AnyFactory): JsonSchema {
  const settings = withEmptySettings(settingsSchema(schema));
  const ignored = Object.entries(ignoredSettings).map(([name, why]) =>
    [name, { description: `Ignored: ${why}.`, deprecated: true }] as const
  );
  const properties = { ...settings.properties, ...Object.fromEntries(ignored) };
  const withIgnored = { ...settings, properties, description };
  return settings.required === undefined ? { ...withIgnored, type: ["object", "null"] as never } : withIgnored;
}

/** The schema of one component's or section's settings, as they are written in the file. */
export function settingsSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...settings } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => adapt(zodSchema as unknown as z.ZodType, jsonSchema),
  });
  return settings;
}

/** Settings that are not required may be left empty, at any depth: then they have their default. */
function withEmptySettings(json: JsonSchema): JsonSchema {
  const { properties, required = [], items } = json;
  const changed = { ...json };
  if (items !== undefined && isSchema(items)) changed.items = withEmptySettings(items);
  if (properties !== undefined) {
    changed.properties = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => {
        const below = isSchema(property) ? withEmptySettings(property) : property;
        return [name, required.includes(name) || !isSchema(below) ? below : orEmpty(below)];
      }),
    );
  }
  return changed;
}

/** Whether it is a schema with rules: `true` and `false` are schemas too, and a list of them is none. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What describes it stays outside of the choices. */
function orEmpty(json: JsonSchema): JsonSchema {
  const { anyOf, $ref, type, ...others } = json;
  if ($ref !== undefined) return { ...others, anyOf: [{ $ref }, { type: "null" }] };
  if (anyOf !== undefined) return { ...others, anyOf: [...anyOf, { type: "null" }] };
  return type === undefined ? json : { ...json, type: [type, "null"] as never };
}

function adapt(schema: z.ZodType, json: JsonSchema): void {
  const quantity = QUANTITIES.get(schema);
  if (quantity !== undefined) {
    delete json.type;
    json.$ref = `#/$defs/${quantity.kind}`;
    return;
  }
  if (SECRETS.get(schema) !== undefined) json.writeOnly = true;
  // Editors would refuse a URL with a reference in it.
  delete json.format;
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
  if (json.type === "string" && json.enum === undefined && (schema as unknown) !== pipelineId) delete json.pattern;
  if (isPlain(json)) takeReferences(json);
}

function isPlain({ type, enum: values }: JsonSchema): boolean {
  return values !== undefined || type === "boolean" || type === "number" || type === "integer";
}

/** Moves what the value has to be into one of several choices; what describes it stays outside. */
function takeReferences(json: JsonSchema): void {
  const { type, enum: values, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = json;
  const own = { type, enum: values, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf };
  for (const name of Object.keys(own)) Reflect.deleteProperty(json, name);
  const set = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  json.anyOf = [set, { $ref: "#/$defs/reference" }];
}
