import type { OtlpType } from "../../../../mappings/field.ts";
import { textOfNested } from "../../../../otlp/values.ts";
import { type Document, fieldOf, hasFieldsBelow } from "../document.ts";
import { doubleOf, intOf, isNumber, isObject, type JsonObject, jsonTextOf, textOf } from "../../read/json.ts";

/**
 * A document without empty values (null, "", [] and {}, at any depth) and with fields of the table's types: numbers
 * written as text become numbers, a value that does not fit its field is left out.
 */
export function normalizedDocument(document: JsonObject): Document {
  return normalizedFields(document, "") ?? {};
}

function normalizedFields(object: JsonObject, prefix: string): Document | undefined {
  return objectOrNone(object, (value, name) => {
    const path = prefix + name;
    const type = fieldOf(path)?.otlp;
    if (type !== undefined) return type === "any" ? normalized(value) : typed(value, type);
    if (!hasFieldsBelow(path)) return normalized(value);
    const fields = (element: unknown) => isObject(element) ? normalizedFields(element, `${path}.`) : undefined;
    return Array.isArray(value) ? listOrNone(value, fields) : fields(value);
  });
}

/** Levels of lists and objects in a value; with those above it in a document less than `MAX_DEPTH` of `src/otlp`. */
const MAX_LEVELS = 24;

/** A value without empty values, as JSON text where it is nested too deeply; undefined when nothing remains. */
export function normalized(value: unknown, level = 0): unknown {
  if (level === MAX_LEVELS && typeof value === "object" && value !== null && !isNumber(value)) {
    return textOfNested(value);
  }
  if (Array.isArray(value)) return listOrNone(value, (element) => normalized(element, level + 1));
  if (isObject(value)) return objectOrNone(value, (member) => normalized(member, level + 1));
  return value === null || value === "" ? undefined : value;
}

function objectOrNone(object: JsonObject, normalize: (value: unknown, name: string) => unknown): Document | undefined {
  const members = Object.entries(object)
    .map(([name, value]) => [name, normalize(value, name)] as const).filter(([, value]) => value !== undefined)
    .map(([name, value]) => [named(name, object), value] as const);
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}

/** Elasticsearch refuses documents with names that are blank. */
function named(name: string, object: JsonObject): string {
  if (name.trim() !== "") return name;
  let free = `_${name}`;
  while (Object.hasOwn(object, free)) free = `_${free}`;
  return free;
}

function listOrNone(list: readonly unknown[], normalize: (element: unknown) => unknown): unknown[] | undefined {
  const elements = list.map(normalize).filter((element) => element !== undefined);
  return elements.length > 0 ? elements : undefined;
}

function typed(value: unknown, type: OtlpType): unknown {
  switch (type) {
    case "string":
      return isNumber(value) || typeof value === "boolean" ? jsonTextOf(value) : textOf(value);
    case "int":
      return intOf(value);
    case "double":
      return doubleOf(value);
    case "bool":
      return typeof value === "boolean" ? value : undefined;
    case "any":
      return value;
  }
  // Elasticsearch takes a single value for a list of one, and the integration writes it so.
  const elementType = type.slice(0, -"[]".length) as OtlpType;
  return Array.isArray(value) ? listOrNone(value, (element) => typed(element, elementType)) : typed(value, elementType);
}
