import { gunzipSync } from "node:zlib";
import { Attributes, type OtlpLogs, type OtlpMetric, type OtlpMetrics, type OtlpRecord, timeOf } from "./otlp_json.ts";

/** One invocation as it arrived over OTLP. */
export interface Arrival {
  /** requestId of the invocation. */
  readonly id: string;
  readonly time: Date;
  readonly identity: string;
  readonly model: string;
  readonly operation: string;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly latencyMs: number | undefined;
  readonly outcome: "success" | "blocked" | "error";
  /** Error code, or why it is no invocation. */
  readonly detail: string;
}

/** One data point as it arrived over OTLP. */
export interface PointArrival {
  /** Name of the metric. */
  readonly metric: string;
  /** End of its period. */
  readonly time: Date;
  /** Undefined where it is of no model. */
  readonly model: string | undefined;
  readonly value: number;
}

/** Is told of each record and each data point. */
export interface Arrivals {
  invocation(arrival: Arrival): void;
  point(arrival: PointArrival): void;
}

/** A small OTLP/HTTP endpoint that reads JSON and tells of what arrives; nothing is kept. */
export function startEndpoint(arrivals: Arrivals): { url: string; server: Deno.HttpServer } {
  const readers: Readonly<Record<string, (body: never) => void>> = {
    "/v1/logs": (body: OtlpLogs) => recordsOf(body).forEach((record) => arrivals.invocation(arrivalOf(record))),
    "/v1/metrics": (body: OtlpMetrics) => metricsOf(body).flatMap(pointsOf).forEach((point) => arrivals.point(point)),
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const read = readers[new URL(request.url).pathname];
    if (read === undefined || request.method !== "POST") {
      return new Response("This endpoint takes POST /v1/logs and /v1/metrics\n", { status: 404 });
    }
    if (!request.headers.get("content-type")?.startsWith("application/json")) {
      return new Response("This endpoint reads JSON only: set encoding: json\n", { status: 415 });
    }
    const bytes = await request.bytes();
    const body = request.headers.get("content-encoding") === "gzip" ? gunzipSync(bytes) : bytes;
    read(JSON.parse(new TextDecoder().decode(body)) as never);
    return Response.json({});
  });
  return { url: `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}`, server };
}

function recordsOf({ resourceLogs = [] }: OtlpLogs): OtlpRecord[] {
  return resourceLogs.flatMap(({ scopeLogs = [] }) => scopeLogs.flatMap(({ logRecords = [] }) => logRecords));
}

function metricsOf({ resourceMetrics = [] }: OtlpMetrics): OtlpMetric[] {
  return resourceMetrics.flatMap(({ scopeMetrics = [] }) => scopeMetrics.flatMap(({ metrics = [] }) => metrics));
}

function pointsOf({ name, sum, gauge }: OtlpMetric): PointArrival[] {
  return [sum, gauge].flatMap((data) => data?.dataPoints ?? []).map((point) => ({
    metric: name,
    time: timeOf(point),
    model: new Attributes(point.attributes).text("aws_bedrock.runtime.model_id"),
    value: Number(point.asInt ?? point.asDouble),
  }));
}

function arrivalOf(record: OtlpRecord): Arrival {
  const attributes = new Attributes(record.attributes);
  const durationNs = attributes.number("event.duration");
  const error = attributes.text("error.code") ?? attributes.text("error.message");
  // Without an error, only a guardrail makes an invocation fail.
  const blocked = error === undefined && attributes.text("event.outcome") === "failure";
  return {
    id: attributes.text("event.id") ?? "",
    time: timeOf(record),
    identity: attributes.text("user.name") ?? attributes.text("user.id")?.split(/[:/]/).at(-1) ?? "-",
    model: attributes.text("gen_ai.request.model") ?? "-",
    operation: attributes.text("event.action") ?? attributes.text("event.kind") ?? "-",
    inputTokens: attributes.number("gen_ai.usage.input_tokens"),
    outputTokens: attributes.number("gen_ai.usage.output_tokens"),
    latencyMs: durationNs === undefined ? undefined : durationNs / 1e6,
    outcome: error !== undefined ? "error" : blocked ? "blocked" : "success",
    detail: error ?? (blocked ? "by guardrail" : ""),
  };
}
