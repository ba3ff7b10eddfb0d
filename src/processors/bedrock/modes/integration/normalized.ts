import type { OtlpType } from "../../../../mappings/field.ts";
import { textOfNested } from "../../../../otlp/values.ts";
import { type Document, type FieldPlace, placeIn, ROOT } from "../document.ts";
import {
  doubleOf,
  intOf,
  isNumber,
  isObject,
  type JsonObject,
  jsonTextOf,
  setMember,
  textOf,
} from "../../read/json.ts";

/**
 * A document without empty values (null, "", [] and {}, at any depth) and with fields of the table's types: numbers
 * written as text become numbers, a value that does not fit its field is left out.
 */
export function normalizedDocument(document: JsonObject): Document {
  return normalizedFields(document, ROOT) ?? {};
}

function normalizedFields(object: JsonObject, place: FieldPlace): Document | undefined {
  return objectOrNone(object, (value, name) => {
    const inner = placeIn(place, name);
    const type = inner.field?.otlp;
    if (type !== undefined) return type === "any" ? normalized(value) : typed(value, type);
    if (inner.members === undefined) return normalized(value);
    const fields = (element: unknown) => isObject(element) ? normalizedFields(element, inner) : undefined;
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
  let members: Document | undefined;
  for (const name of Object.keys(object)) {
    const value = normalize(object[name], name);
    if (value !== undefined) setMember(members ??= {}, named(name, object), value);
  }
  return members;
}

/** Elasticsearch refuses documents with names that are blank. */
function named(name: string, object: JsonObject): string {
  if (name.trim() !== "") return name;
  let free = `_${name}`;
  while (Object.hasOwn(object, free)) free = `_${free}`;
  return free;
}

function listOrNone(list: readonly unknown[], normalize: (element: unknown) => unknown): unknown[] | undefined {
  let elements: unknown[] | undefined;
  for (const element of list) {
    const value = normalize(element);
    if (value !== undefined) (elements ??= []).push(value);
  }
  return elements;
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
