/**
 * OTLP for metrics: the SDK's own metric data as protobuf or JSON, whose numbers have the type of their descriptor.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/
 */
import { type ISerializer, JsonMetricsSerializer, ProtobufMetricsSerializer } from "@opentelemetry/otlp-transformer";
import type { ResourceMetrics } from "@opentelemetry/sdk-metrics";
import type { MetricGroup, NumberMetric } from "../component/batch.ts";
import { grouped } from "./grouping.ts";
import { type ExportResponse, readJsonResponse, readProtobufResponse } from "./response.ts";
import type { Encoding } from "./serializer.ts";

/** A serializer of requests of metric groups. Its `deserializeResponse` throws when the answer is not readable. */
export function createMetricsSerializer(encoding: Encoding): ISerializer<MetricGroup[], ExportResponse> {
  return encoding === "proto" ? { serializeRequest: protobufRequest, deserializeResponse: readProtobufResponse } : {
    serializeRequest: (groups) => new TextEncoder().encode(metricGroupsToOtlpJson(groups)),
    deserializeResponse: readJsonResponse,
  };
}

/** One `{"resourceMetrics":[…]}` document in one line (without a line feed), as OTLP/JSON has it. */
export function metricGroupsToOtlpJson(groups: readonly MetricGroup[]): string {
  const decoder = new TextDecoder();
  const requests = resourceMetricsOf(groups).map((metrics) =>
    JSON.parse(decoder.decode(JsonMetricsSerializer.serializeRequest(metrics))) as { resourceMetrics: unknown[] }
  );
  return JSON.stringify({ resourceMetrics: requests.flatMap(({ resourceMetrics }) => resourceMetrics) });
}

/** Requests in a row are one request: protobuf appends what repeats. */
function protobufRequest(groups: readonly MetricGroup[]): Uint8Array {
  const parts = resourceMetricsOf(groups).map((metrics) =>
    ProtobufMetricsSerializer.serializeRequest(metrics) ?? new Uint8Array()
  );
  const request = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    request.set(part, offset);
    offset += part.length;
  }
  return request;
}

function resourceMetricsOf(groups: readonly MetricGroup[]): ResourceMetrics[] {
  return Array.from(grouped(groups), ([resource, scopes]) => ({
    resource,
    scopeMetrics: Array.from(scopes, ([scope, members]) => ({
      scope,
      metrics: merged(members.flatMap(({ metrics }) => metrics)),
    })),
  }));
}

/** Each metric once, with the points of all groups. */
function merged(metrics: readonly NumberMetric[]): NumberMetric[] {
  const same = Map.groupBy(metrics, ({ descriptor }) => descriptor);
  return Array.from(same.values(), (members) => ({
    ...members[0] as NumberMetric,
    dataPoints: members.flatMap(({ dataPoints }) => dataPoints),
  }));
}
