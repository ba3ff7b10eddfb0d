/**
 * How values become OTLP's `AnyValue`: the rules that the protobuf and the JSON encoding share.
 *
 * | JavaScript                           | AnyValue                                     |
 * | ------------------------------------ | -------------------------------------------- |
 * | string                               | `stringValue`; lone surrogates become U+FFFD |
 * | boolean                              | `boolValue`                                  |
 * | number                               | `intValue` or `doubleValue`: {@linkcode isInt} |
 * | exact number (`src/mappings`)        | `intValue` or `doubleValue` when that has the same value, else `stringValue` |
 * | Uint8Array                           | `bytesValue`                                 |
 * | array                                | `arrayValue`                                 |
 * | other object                         | `kvlistValue` of its own keys                |
 * | null, undefined, anything else       | an empty value                               |
 * | array or object below {@linkcode MAX_DEPTH} | `stringValue`: its JSON text          |
 */
import type { HrTime } from "@opentelemetry/api";
import { isExactNumber } from "../mappings/exact_number.ts";
import type { OtlpType } from "../mappings/field.ts";

/**
 * Most levels of arrays and maps in a value. Protobuf for Java and C++ reads 100 nested messages; six stand above an
 * attribute's value, and a level of maps takes three.
 */
export const MAX_DEPTH = 30;

const INT64_END = 2 ** 63;

/**
 * Whether a number leaves as `intValue`. A field's type decides as long as it can hold the number: 1 in a double
 * field is 1.0, but 0.5 in an int field stays 0.5. Without a type, integers leave as such as long as they are exact.
 */
export function isInt(value: number, type: OtlpType | undefined): boolean {
  if (type === "double") return false;
  if (type === "int") return Number.isInteger(value) && value >= -INT64_END && value < INT64_END;
  return Number.isSafeInteger(value);
}

/** The type of the elements of an array field. */
export function elementType(type: OtlpType | undefined): OtlpType | undefined {
  if (type === "double[]") return "double";
  if (type === "int[]") return "int";
  return undefined;
}

/** Whether a value leaves as `kvlistValue`. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array) &&
    !isExactNumber(value);
}

/** The path of a document's field, by which the field tables know it; the document's own path is empty. */
export function pathOf(parent: string, key: string): string {
  return parent === "" ? key : `${parent}.${key}`;
}

/** What stands for an array or object that is nested too deeply: its JSON text. */
export function textOfNested(value: object): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    // JSON.stringify has a stack of its own to overflow.
    return "[nested too deeply]";
  }
}

/** Nanoseconds since the epoch, exactly; 0 (unknown) for what is no time. */
export function nanosOf([seconds, nanos]: HrTime): bigint {
  if (!Number.isFinite(seconds) || !Number.isFinite(nanos)) return 0n;
  const total = BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(Math.trunc(nanos));
  return total < 0n ? 0n : total;
}
