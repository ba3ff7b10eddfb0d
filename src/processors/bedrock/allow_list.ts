/** The allow-list of `content: metadata_only`, with checks, from the field table. */
import { plainNumber } from "../../mappings/exact_number.ts";
import { type FieldDefinition, FieldLookup } from "../../mappings/field.ts";
import { INVOCATION_FIELDS, type InvocationAttributes } from "../../mappings/generated/invocation.ts";

const allowed = new FieldLookup<FieldDefinition | undefined>(
  INVOCATION_FIELDS,
  (definition) => definition.withoutContent ? definition : undefined,
);

/** The allowed attributes, as far as their values pass the table's checks. */
export function allowedAttributes(attributes: object): InvocationAttributes {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const allowedPart = allowedValue(name, value);
    if (allowedPart !== undefined) result[name] = allowedPart;
  }
  return result as InvocationAttributes;
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
