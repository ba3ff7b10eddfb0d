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
  const text = new TextEncoder();
  return (records) => text.encode(encodeLogsJson(records, typeOf));
}
