/** Reads OTLP logs as another program would; see `otlp_values.ts`. */
import {
  type AnyValue,
  type DecodedScope,
  encodeResponse,
  type KeyValue,
  listOf,
  mapOf,
  messageType,
  plainRequest,
  type Rejection,
  type Scope,
  scopeOf,
  typesIn,
  typesOf,
  valueOf,
} from "./otlp_values.ts";

/** A log record as it arrived, with what stands above it in the request. */
export interface DecodedLogRecord {
  readonly resource: Record<string, unknown>;
  readonly scope: DecodedScope;
  readonly scopeSchemaUrl: string;
  /** By name, as plain JavaScript values: bytes as Uint8Array, integers beyond 2^53 as bigint. */
  readonly attributes: Record<string, unknown>;
  /** `intValue`, `doubleValue`, …, or `none` for an empty value, by attribute name. */
  readonly attributeTypes: Record<string, string>;
  readonly body: unknown;
  /** As `attributeTypes`, of the values in a body that is a map, by their path with dots. */
  readonly bodyTypes: Record<string, string>;
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly droppedAttributesCount: number;
  readonly flags: number;
  /** Hexadecimal; empty without a span. */
  readonly traceId: string;
  readonly spanId: string;
}

const REQUEST = messageType("logs", "ExportLogsServiceRequest");
const RESPONSE = messageType("logs", "ExportLogsServiceResponse");

interface ResourceLogs {
  readonly resource?: { readonly attributes?: KeyValue[] };
  readonly scopeLogs?: ScopeLogs[];
}
interface ScopeLogs {
  readonly scope?: Scope;
  readonly logRecords?: Record<string, unknown>[];
  readonly schemaUrl?: string;
}

/** The records of a request, in order. Throws when it is not readable, or when JSON is not as OTLP/JSON wants it. */
export function decodeLogsRequest(bytes: Uint8Array, contentType: string): DecodedLogRecord[] {
  const request = plainRequest<{ resourceLogs?: ResourceLogs[] }>(bytes, { contentType, type: REQUEST });
  return listOf(request.resourceLogs).flatMap((resourceLogs) =>
    listOf(resourceLogs.scopeLogs).flatMap((scopeLogs) =>
      listOf(scopeLogs.logRecords).map((record) => decodeRecord(record, scopeLogs, resourceLogs))
    )
  );
}

/** A protobuf request as protobufjs writes it: fields in order, every length in its shortest form. */
export function rewriteLogsRequest(bytes: Uint8Array): Uint8Array {
  return REQUEST.encode(REQUEST.decode(bytes)).finish();
}

/** An answer as an OTLP endpoint gives it: nothing rejected and no message make an empty one. */
export function encodeLogsResponse(rejection: Rejection, contentType: string): Uint8Array<ArrayBuffer> {
  return encodeResponse(rejection, { contentType, type: RESPONSE, rejectedField: "rejectedLogRecords" });
}

function decodeRecord(
  record: Record<string, unknown>,
  scopeLogs: ScopeLogs,
  resourceLogs: ResourceLogs,
): DecodedLogRecord {
  const attributes = record["attributes"] as KeyValue[] | undefined;
  return {
    resource: mapOf(resourceLogs.resource?.attributes),
    scope: scopeOf(scopeLogs.scope),
    scopeSchemaUrl: scopeLogs.schemaUrl ?? "",
    attributes: mapOf(attributes),
    attributeTypes: typesOf(attributes),
    body: valueOf(record["body"] as AnyValue | undefined),
    bodyTypes: Object.fromEntries(typesIn(record["body"] as AnyValue | undefined)),
    timeUnixNano: String(record["timeUnixNano"] ?? "0"),
    observedTimeUnixNano: String(record["observedTimeUnixNano"] ?? "0"),
    severityNumber: Number(record["severityNumber"] ?? 0),
    severityText: String(record["severityText"] ?? ""),
    eventName: String(record["eventName"] ?? ""),
    droppedAttributesCount: Number(record["droppedAttributesCount"] ?? 0),
    flags: Number(record["flags"] ?? 0),
    traceId: hexOf(record["traceId"]),
    spanId: hexOf(record["spanId"]),
  };
}

function hexOf(id: unknown): string {
  if (typeof id === "string") return id;
  return Array.from((id ?? []) as Uint8Array, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
