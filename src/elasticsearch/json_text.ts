/** JSON text of values as the Collector's `elasticsearch` exporter writes it: a double has a point, an integer has none. */
import { type ExactNumber, isExactNumber, numberOf64Bits } from "../mappings/exact_number.ts";
import { Buffer } from "node:buffer";
import type { OtlpType, TypeOf } from "../mappings/field.ts";
import { elementType, isInt, isMap, MAX_DEPTH, pathOf, textOfNested } from "../otlp/values.ts";

export function stringText(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

/** JSON knows neither NaN nor the infinities. */
export function numberText(value: number, type: OtlpType | undefined): string {
  if (!Number.isFinite(value)) return "null";
  if (isInt(value, type)) return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
  // From there on it has an exponent.
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);
}

/** A number as it arrives over OTLP, where it has 64 bits or is a text. */
function exactText(exact: ExactNumber): string {
  const value = numberOf64Bits(exact);
  if (typeof value === "bigint") return String(value);
  return typeof value === "number" ? numberText(value, "double") : stringText(value);
}

/** An object of the members that have a text, in their order. */
export function objectText(members: Iterable<readonly [name: string, text: string | undefined]>): string {
  let text = "";
  for (const [name, value] of members) {
    if (value !== undefined) text += `${text === "" ? "{" : ","}${stringText(name)}:${value}`;
  }
  return text === "" ? "{}" : `${text}}`;
}

export interface ValueContext {
  readonly type?: OtlpType | undefined;
  /** Arrays and maps around the value: as deep as a value may arrive over OTLP. */
  readonly depth?: number;
}

/** A text, number or boolean; undefined for anything else. */
export function scalarText(value: unknown, type: OtlpType | undefined): string | undefined {
  if (typeof value === "string") return stringText(value);
  if (typeof value === "number") return numberText(value, type);
  if (typeof value === "boolean") return String(value);
  return isExactNumber(value) ? exactText(value) : undefined;
}

/** A value as it is, with the names in its order. */
export function valueText(value: unknown, { type, depth = 0 }: ValueContext = {}): string {
  const scalar = scalarText(value, type);
  if (scalar !== undefined) return scalar;
  if (typeof value !== "object" || value === null) return "null";
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString("hex")}"`;
  if (depth === MAX_DEPTH) return stringText(textOfNested(value));
  if (Array.isArray(value)) {
    const inside = { type: elementType(type), depth: depth + 1 };
    return `[${value.map((item) => valueText(item, inside)).join()}]`;
  }
  return objectText(Object.entries(value).map(([key, item]) => [key, valueText(item, { depth: depth + 1 })]));
}

/** A map whose values have the types of their paths. */
export function documentText(document: Readonly<Record<string, unknown>>, typeOf: TypeOf): string {
  return membersText(document, { typeOf, path: "", depth: 1 });
}

function membersText(
  members: Readonly<Record<string, unknown>>,
  { typeOf, path, depth }: { typeOf: TypeOf; path: string; depth: number },
): string {
  return objectText(
    Object.entries(members).map(([key, value]) => {
      const below = pathOf(path, key);
      const type = typeOf(below);
      const isDocument = isMap(value) && type === undefined && depth < MAX_DEPTH;
      const text = isDocument
        ? membersText(value, { typeOf, path: below, depth: depth + 1 })
        : valueText(value, { type, depth });
      return [key, text];
    }),
  );
}
