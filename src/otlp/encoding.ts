/** What the encoders of all signals have in common. */
import { TooLargeError } from "../component/outcome.ts";

/** How a request is written: the exporter's setting `encoding`. */
export type Encoding = "proto" | "json";

/**
 * Writes a request of these items. It is for one exporter, as it may use one buffer again and again: a request is valid
 * until the next one is written, so that who sends it reads it before waiting for anything. An encoder that notices while
 * it writes that a request of several items gets longer than `maxBytes` may end with {@linkcode TooLargeError}.
 */
export type Encode<T> = (items: readonly T[], maxBytes?: number) => Uint8Array;

/** Why a request is not sent as it is. */
export function tooLarge(items: number, maxBytes: number): TooLargeError {
  return new TooLargeError(`Cannot send ${items} records in one request: it is larger than ${maxBytes} bytes`);
}

/** The value of the header `content-type` for an encoding. */
export function contentType(encoding: Encoding): string {
  return encoding === "proto" ? "application/x-protobuf" : "application/json";
}
