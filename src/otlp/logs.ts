/**
 * OTLP for logs: the request as protobuf or JSON, typed by the field tables.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/
 */
import type { LogRecord } from "../component/batch.ts";
import type { TypeOf } from "../mappings/field.ts";
import type { Encode, Encoding } from "./encoding.ts";
import { encodeLogsJson } from "./json_logs.ts";
import { ProtobufLogsEncoder } from "./protobuf_logs.ts";

/** An encoder of log records whose numbers have the types that `typeOf` gives them. */
export function createLogsEncoder(encoding: Encoding, typeOf: TypeOf): Encode<LogRecord> {
  if (encoding === "proto") {
    const encoder = new ProtobufLogsEncoder(typeOf);
    return (records) => encoder.encode(records);
  }
  return jsonEncoder(typeOf);
}

/** Writes into one buffer, which grows: what is thrown away beside V8's heap is collected late. */
function jsonEncoder(typeOf: TypeOf): Encode<LogRecord> {
  const encoder = new TextEncoder();
  let buffer = new Uint8Array();
  return (records, maxBytes) => {
    const text = encodeLogsJson(records, typeOf, { maxBytes });
    // In UTF-8 no unit of UTF-16 takes more than three bytes.
    if (buffer.length < 3 * text.length) buffer = new Uint8Array(3 * text.length);
    return buffer.subarray(0, encoder.encodeInto(text, buffer).written);
  };
}
