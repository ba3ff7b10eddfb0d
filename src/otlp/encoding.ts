/** What the encoders of all signals have in common. */

/** How a request is written: the exporter's setting `encoding`. */
export type Encoding = "proto" | "json";

/**
 * Writes a request of these items. It is for one exporter, as it may use one buffer again and again: a request is valid
 * until the next one is written, so that who sends it reads it before waiting for anything.
 */
export type Encode<T> = (items: readonly T[]) => Uint8Array;

/** The value of the header `content-type` for an encoding. */
export function contentType(encoding: Encoding): string {
  return encoding === "proto" ? "application/x-protobuf" : "application/json";
}
