/**
 * OTLP for logs: the request as protobuf or JSON, typed by the field tables, and the answer to it.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/
 */
import type { ISerializer } from "@opentelemetry/otlp-transformer";
import { FieldLookup } from "../mappings/field.ts";
import { INVOCATION_FIELDS } from "../mappings/generated/invocation.ts";
import type { LogRecord } from "../component/batch.ts";
import { encodeLogsJson } from "./json_logs.ts";
import { ProtobufLogsEncoder } from "./protobuf_logs.ts";
import { type ExportResponse, readJsonResponse, readProtobufResponse } from "./response.ts";

export type { ExportResponse } from "./response.ts";

/** How a request is written: the exporter's setting `encoding`. */
export type Encoding = "proto" | "json";

const types = new FieldLookup(INVOCATION_FIELDS, (field) => field.otlp);
const typeOf = (attribute: string) => types.get(attribute);

/**
 * A serializer of requests of log records. It is for one exporter, as it uses one buffer again and again: a request is
 * valid until the next one is serialized, so the transport reads it before it awaits anything. Its `deserializeResponse` throws when the answer is not readable.
 */
export function createLogsSerializer(encoding: Encoding): ISerializer<LogRecord[], ExportResponse> {
  return encoding === "proto" ? protobufSerializer() : jsonSerializer();
}

/** The value of the header `content-type` for an encoding. */
export function contentType(encoding: Encoding): string {
  return encoding === "proto" ? "application/x-protobuf" : "application/json";
}

/** One `{"resourceLogs":[…]}` document in one line (without a line feed), as OTLP/JSON has it. */
export function logRecordToOtlpJson(records: readonly LogRecord[]): string {
  return encodeLogsJson(records, typeOf);
}

function protobufSerializer(): ISerializer<LogRecord[], ExportResponse> {
  const encoder = new ProtobufLogsEncoder(typeOf);
  return {
    serializeRequest: (records) => encoder.encode(records),
    deserializeResponse: readProtobufResponse,
  };
}

function jsonSerializer(): ISerializer<LogRecord[], ExportResponse> {
  const encoder = new TextEncoder();
  return {
    serializeRequest: (records) => encoder.encode(logRecordToOtlpJson(records)),
    deserializeResponse: readJsonResponse,
  };
}
