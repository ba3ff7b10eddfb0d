/** Reads OTLP metrics as another program would; see `otlp_decode.ts`. */
import root from "otlp-definitions/build/src/generated/root.js";
import { type AnyValue, type KeyValue, listOf, mapOf, type Message, typeOfValue } from "./otlp_decode.ts";

/** A data point as it arrived, with what stands above it in the request. */
export interface DecodedPoint {
  readonly resource: Record<string, unknown>;
  readonly scope: { readonly name: string; readonly version: string; readonly attributes: Record<string, unknown> };
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

const { ExportMetricsServiceRequest, ExportMetricsServiceResponse } = (root as unknown as {
  opentelemetry: { proto: { collector: { metrics: { v1: Record<string, Message> } } } };
}).opentelemetry.proto.collector.metrics.v1 as Record<
  "ExportMetricsServiceRequest" | "ExportMetricsServiceResponse",
  Message
>;

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
      readonly scope?: { readonly name?: string; readonly version?: string; readonly attributes?: KeyValue[] };
      readonly metrics?: Metric[];
    }[];
  }[];
}

/** The data points of a request, in order. Throws when it is not readable. */
export function decodeMetricsRequest(bytes: Uint8Array, contentType: string): DecodedPoint[] {
  const request: Request = contentType.startsWith("application/json")
    ? JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
    : ExportMetricsServiceRequest.toObject(ExportMetricsServiceRequest.decode(bytes), { longs: String });
  return listOf(request.resourceMetrics).flatMap(({ resource, scopeMetrics }) =>
    listOf(scopeMetrics).flatMap(({ scope, metrics }) =>
      listOf(metrics).flatMap((metric) => {
        const above = {
          resource: mapOf(resource?.attributes),
          scope: { name: scope?.name ?? "", version: scope?.version ?? "", attributes: mapOf(scope?.attributes) },
        };
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
      attributeTypes: Object.fromEntries(
        listOf(attributes).map(({ key, value }) => [key, typeOfValue(value as AnyValue)]),
      ),
      startTimeUnixNano: String(point["startTimeUnixNano"] ?? "0"),
      timeUnixNano: String(point["timeUnixNano"] ?? "0"),
      value: Number(kind === "histogram" ? point["count"] : type === "int" ? point["asInt"] : point["asDouble"]),
      type,
    };
  });
}

/** An answer as an OTLP endpoint gives it: nothing rejected and no message make an empty one. */
export function encodeMetricsResponse(
  { rejected = 0, message = "" }: { rejected?: number; message?: string },
  contentType: string,
): Uint8Array<ArrayBuffer> {
  const partialSuccess = { rejectedDataPoints: String(rejected), errorMessage: message };
  const answer = rejected === 0 && message === "" ? {} : { partialSuccess };
  if (contentType.startsWith("application/json")) return new TextEncoder().encode(JSON.stringify(answer));
  return new Uint8Array(ExportMetricsServiceResponse.encode(ExportMetricsServiceResponse.fromObject(answer)).finish());
}
