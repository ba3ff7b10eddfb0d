/** Reads OTLP metrics as another program would; see `otlp_values.ts`. */
import {
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
  typesOf,
} from "./otlp_values.ts";

/** A data point as it arrived, with what stands above it in the request. */
export interface DecodedPoint {
  readonly resource: Record<string, unknown>;
  readonly scope: DecodedScope;
  readonly metric: string;
  readonly unit: string;
  readonly description: string;
  readonly kind: "sum" | "gauge" | "histogram";
  /** Of a sum: `delta monotonic`, `cumulative`, …; of a histogram `delta` or `cumulative`; empty for a gauge. */
  readonly temporality: string;
  readonly attributes: Record<string, unknown>;
  /** `intValue`, `stringValue`, …, by attribute name. */
  readonly attributeTypes: Record<string, string>;
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  /** Of a histogram: how many values it holds. */
  readonly value: number;
  readonly type: "int" | "double";
}

const REQUEST = messageType("metrics", "ExportMetricsServiceRequest");
const RESPONSE = messageType("metrics", "ExportMetricsServiceResponse");

interface Data {
  readonly aggregationTemporality?: number;
  readonly isMonotonic?: boolean;
  readonly dataPoints?: Record<string, unknown>[];
}
interface Metric {
  readonly name: string;
  readonly unit?: string;
  readonly description?: string;
  readonly sum?: Data;
  readonly gauge?: Data;
  readonly histogram?: Data;
}
interface Request {
  readonly resourceMetrics?: {
    readonly resource?: { readonly attributes?: KeyValue[] };
    readonly scopeMetrics?: {
      readonly scope?: Scope;
      readonly metrics?: Metric[];
    }[];
  }[];
}

/** The data points of a request, in order. Throws when it is not readable. */
export function decodeMetricsRequest(bytes: Uint8Array, contentType: string): DecodedPoint[] {
  const request = plainRequest<Request>(bytes, { contentType, type: REQUEST });
  return listOf(request.resourceMetrics).flatMap(({ resource, scopeMetrics }) =>
    listOf(scopeMetrics).flatMap(({ scope, metrics }) =>
      listOf(metrics).flatMap((metric) => {
        const above = { resource: mapOf(resource?.attributes), scope: scopeOf(scope) };
        return pointsOf(metric).map((point) => ({ ...above, ...point }));
      })
    )
  );
}

function pointsOf(metric: Metric): Omit<DecodedPoint, "resource" | "scope">[] {
  const { name, unit = "", description = "" } = metric;
  const kind = (["sum", "gauge", "histogram"] as const).find((one) => metric[one] !== undefined);
  const data = kind === undefined ? undefined : metric[kind];
  if (kind === undefined || data === undefined) {
    throw new Error(`Metric ${name} is neither a sum nor a gauge nor a histogram`);
  }
  const temporality = ["", "delta", "cumulative"][data.aggregationTemporality ?? 0] ?? "?";
  return listOf(data.dataPoints).map((point) => {
    const attributes = point["attributes"] as KeyValue[] | undefined;
    const type = point["asInt"] === undefined ? "double" : "int";
    return {
      metric: name,
      unit,
      description,
      kind,
      temporality: data.isMonotonic ? `${temporality} monotonic` : temporality,
      attributes: mapOf(attributes),
      attributeTypes: typesOf(attributes),
      startTimeUnixNano: String(point["startTimeUnixNano"] ?? "0"),
      timeUnixNano: String(point["timeUnixNano"] ?? "0"),
      value: Number(kind === "histogram" ? point["count"] : type === "int" ? point["asInt"] : point["asDouble"]),
      type,
    };
  });
}

/** An answer as an OTLP endpoint gives it: nothing rejected and no message make an empty one. */
export function encodeMetricsResponse(rejection: Rejection, contentType: string): Uint8Array<ArrayBuffer> {
  return encodeResponse(rejection, { contentType, type: RESPONSE, rejectedField: "rejectedDataPoints" });
}
