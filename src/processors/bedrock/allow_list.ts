/** The allow-list of `content: metadata_only`, with checks, from the field table. */
import { plainNumber } from "../../mappings/exact_number.ts";
import { type FieldDefinition, FieldLookup } from "../../mappings/field.ts";
import { INVOCATION_FIELDS, type InvocationAttributes } from "../../mappings/generated/invocation.ts";
import { noAttributes } from "./modes/attributes.ts";

const allowed = new FieldLookup<FieldDefinition | undefined>(
  INVOCATION_FIELDS,
  (definition) => definition.withoutContent ? definition : undefined,
);

/** The allowed attributes, as far as their values pass the table's checks. */
export function allowedAttributes(attributes: object): InvocationAttributes {
  const result = noAttributes();
  addAllowed(result, attributes);
  return result;
}

/** Adds the allowed attributes of others. */
export function addAllowed(target: InvocationAttributes, attributes: object): void {
  const from = attributes as Readonly<Record<string, unknown>>;
  for (const name in from) {
    const allowedPart = allowedValue(name, from[name]);
    if (allowedPart !== undefined) (target as Record<string, unknown>)[name] = allowedPart;
  }
}

/** The allowed part of an attribute's value; undefined when there is none. */
export function allowedValue(name: string, value: unknown): unknown {
  const definition = allowed.get(name);
  if (definition === undefined) return undefined;
  if (!Array.isArray(value)) return passes(value, definition) ? value : undefined;
  const elements = value.filter((element) => passes(element, definition));
  return elements.length > 0 ? elements : undefined;
}

function passes(value: unknown, { otlp, check }: FieldDefinition): boolean {
  switch (otlp) {
    case "string":
    case "string[]":
      return typeof value === "string" &&
        (check === undefined || (check instanceof RegExp ? check.test(value) : check.has(value)));
    case "bool":
      return typeof value === "boolean";
    case "any":
      return false;
    default:
      return typeof plainNumber(value) === "number";
  }
}
