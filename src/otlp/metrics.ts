/**
 * OTLP for metrics: the SDK's own serializers, protobuf or JSON, whose numbers have the type of their metric.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/
 */
import { Buffer } from "node:buffer";
import { ValueType } from "@opentelemetry/api";
import { type ISerializer, JsonMetricsSerializer, ProtobufMetricsSerializer } from "@opentelemetry/otlp-transformer";
import {
  AggregationTemporality,
  DataPointType,
  type GaugeMetricData,
  type ResourceMetrics,
  type SumMetricData,
} from "@opentelemetry/sdk-metrics";
import type { Metric, MetricGroup } from "../component/batch.ts";
import type { Encode, Encoding } from "./encoding.ts";
import { grouped } from "./grouping.ts";

/** An encoder of metric groups. */
export function createMetricsEncoder(encoding: Encoding): Encode<MetricGroup> {
  return encoding === "proto" ? protobufRequest : jsonRequest;
}

/** An `ExportMetricsServiceRequest` as JSON in one line, without a line feed. */
export function encodeMetricsJson(groups: readonly MetricGroup[]): string {
  return new TextDecoder().decode(jsonRequest(groups));
}

/** Requests in a row are one request: protobuf appends what repeats. */
function protobufRequest(groups: readonly MetricGroup[]): Uint8Array {
  return Buffer.concat(requestsOf(groups, ProtobufMetricsSerializer));
}

const OPEN = Buffer.from('{"resourceMetrics":[');
const COMMA = Buffer.from(",");
const CLOSE = Buffer.from("]}");

/** The members of all requests in one list. */
function jsonRequest(groups: readonly MetricGroup[]): Uint8Array {
  const members = requestsOf(groups, JsonMetricsSerializer)
    .flatMap((request) => [COMMA, request.subarray(OPEN.length, -CLOSE.length)]);
  return Buffer.concat([OPEN, ...members.slice(1), CLOSE]);
}

/** A request for each resource: the SDK's serializers take no more. */
function requestsOf(groups: readonly MetricGroup[], serializer: ISerializer<ResourceMetrics, unknown>): Uint8Array[] {
  return Array.from(grouped(groups), ([resource, scopes]) => {
    const scopeMetrics = Array.from(scopes, ([scope, members]) => ({ scope, metrics: metricsOf(members) }));
    const request = serializer.serializeRequest({ resource, scopeMetrics });
    if (request === undefined) throw new Error("Cannot serialize metrics: the SDK's serializer gave nothing");
    return request;
  });
}

type NumberData = SumMetricData | GaugeMetricData;

/** Each metric once, with the points of all groups. */
function metricsOf(groups: readonly MetricGroup[]): NumberData[] {
  const metrics = new Map<Metric, NumberData>();
  for (const { values, startTime, endTime, attributes } of groups) {
    for (const [metric, value] of values) {
      let data = metrics.get(metric);
      if (data === undefined) metrics.set(metric, data = metricData(metric));
      data.dataPoints.push({ startTime, endTime, attributes, value });
    }
  }
  return [...metrics.values()];
}

function metricData({ name, description, unit, type, isSum }: Metric): NumberData {
  const common = {
    descriptor: { name, description, unit, valueType: type === "int" ? ValueType.INT : ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.DELTA,
    dataPoints: [],
  };
  return isSum
    ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true }
    : { ...common, dataPointType: DataPointType.GAUGE };
}
