import { gunzipSync } from "node:zlib";

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

/** A small OTLP/HTTP endpoint that reads JSON and tells of each record; nothing is kept. */
export function startEndpoint(onArrival: (arrival: Arrival) => void): { url: string; server: Deno.HttpServer } {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    if (new URL(request.url).pathname !== "/v1/logs" || request.method !== "POST") {
      return new Response("This endpoint takes POST /v1/logs\n", { status: 404 });
    }
    if (!request.headers.get("content-type")?.startsWith("application/json")) {
      return new Response("This endpoint reads JSON only\n", { status: 415 });
    }
    const bytes = await request.bytes();
    const body = request.headers.get("content-encoding") === "gzip" ? gunzipSync(bytes) : bytes;
    for (const record of recordsOf(JSON.parse(new TextDecoder().decode(body)))) onArrival(arrivalOf(record));
    return Response.json({});
  });
  return { url: `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}`, server };
}

interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
}
interface OtlpRecord {
  readonly timeUnixNano?: string;
  readonly attributes?: readonly { readonly key: string; readonly value: AnyValue }[];
}
interface OtlpRequest {
  readonly resourceLogs?: readonly {
    readonly scopeLogs?: readonly { readonly logRecords?: readonly OtlpRecord[] }[];
  }[];
}

function recordsOf({ resourceLogs = [] }: OtlpRequest): OtlpRecord[] {
  return resourceLogs.flatMap(({ scopeLogs = [] }) => scopeLogs.flatMap(({ logRecords = [] }) => logRecords));
}

function arrivalOf({ timeUnixNano = "0", attributes = [] }: OtlpRecord): Arrival {
  const values = new Map(attributes.map(({ key, value }) => [key, value]));
  const text = (name: string) => values.get(name)?.stringValue;
  const number = (name: string) => {
    const value = values.get(name);
    const found = value?.intValue ?? value?.doubleValue;
    return found === undefined ? undefined : Number(found);
  };
  const durationNs = number("event.duration");
  const error = text("error.code") ?? text("error.message");
  // Without an error, only a guardrail makes an invocation fail.
  const blocked = error === undefined && text("event.outcome") === "failure";
  return {
    id: text("event.id") ?? "",
    time: new Date(Number(BigInt(timeUnixNano) / 1_000_000n)),
    identity: text("user.name") ?? text("user.id")?.split(/[:/]/).at(-1) ?? "-",
    model: text("gen_ai.request.model") ?? "-",
    operation: text("event.action") ?? text("event.kind") ?? "-",
    inputTokens: number("gen_ai.usage.input_tokens"),
    outputTokens: number("gen_ai.usage.output_tokens"),
    latencyMs: durationNs === undefined ? undefined : durationNs / 1e6,
    outcome: error !== undefined ? "error" : blocked ? "blocked" : "success",
    detail: error ?? (blocked ? "by guardrail" : ""),
  };
}
