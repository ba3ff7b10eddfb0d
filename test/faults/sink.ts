/** The endpoints that records and metrics are delivered to, with faults, and what they took. */
import type { Config } from "../world/config.ts";
import { Elasticsearch, ITEM_ANSWERS } from "../world/elasticsearch.ts";
import { ACCEPT, documentId, OtlpEndpoint, status } from "../world/otlp_endpoint.ts";
import type { DecodedLogRecord } from "../world/otlp_logs.ts";
import type { DecodedPoint } from "../world/otlp_metrics.ts";
import type { Weather } from "./weather.ts";

/** A record as it arrived. */
export interface Arrived {
  readonly requestId: string;
  /** What tells the store that it comes twice. */
  readonly id: string;
  /** Its content, which is the same each time. */
  readonly text: string;
}

export interface Sink extends AsyncDisposable {
  readonly exporterId: string;
  readonly exporter: Config;
  /** All that was taken since the beginning; what was taken twice is here twice. */
  arrived(): readonly Arrived[];
  /** Whether a record was taken. */
  has(requestId: string): boolean;
  readonly points: readonly DecodedPoint[];
  /** How much was taken; what was taken twice counts twice. */
  readonly count: number;
  /** How many requests came. */
  readonly requests: number;
}

export interface SinkOptions {
  readonly weather: Weather;
  /** Whether a record is refused for what it is. */
  readonly refuses: (requestId: string) => boolean;
  readonly seed: number;
}

const QUICK = { initial_interval: "50ms", max_interval: "200ms" };

export async function otlpSink({ weather, refuses, seed }: SinkOptions): Promise<Sink> {
  const endpoint = await OtlpEndpoint.start();
  endpoint.rule = async ({ records, points }) => {
    const fault = await weather.at("endpoint");
    if (fault === undefined && points.length > 0 && weather.has("reject_points")) {
      return { kind: "partial", rejected: points.filter((_, at) => at % 3 === 0), message: "failed to index" };
    }
    const rejected = records.filter((record) => refuses(requestIdOf(record)));
    // A request is taken as a whole under a fault: one with a record that is refused is not.
    if (fault !== undefined) return rejected.length === 0 || fault.kind === "status" ? fault : { kind: "reset" };
    if (rejected.length === 0) return ACCEPT;
    return seed % 2 === 0 ? status(400) : { kind: "partial", rejected, message: "failed to parse field" };
  };
  const seen: Arrived[] = [];
  /** Texts of each record, so that one that comes a hundred times is in memory once. */
  const texts = new Map<string, Set<string>>();
  const takeIn = () => {
    endpoint.requests.length = 0;
    for (const record of endpoint.accepted.splice(0)) {
      const { requestId, id, text } = arrivedOf(record);
      const known = texts.getOrInsertComputed(requestId, () => new Set());
      known.add(text);
      seen.push({ requestId, id, text: known.values().find((one) => one === text) ?? text });
    }
  };
  return {
    exporterId: "otlp_http",
    exporter: {
      endpoint: endpoint.url,
      timeout: "4s",
      retry_on_failure: QUICK,
      sending_queue: { batch: { flush_timeout: "50ms" } },
    },
    arrived() {
      takeIn();
      return seen;
    },
    has(requestId) {
      takeIn();
      return texts.has(requestId);
    },
    points: endpoint.acceptedPoints,
    get count() {
      takeIn();
      return seen.length + endpoint.acceptedPoints.length;
    },
    get requests() {
      return endpoint.arrived;
    },
    [Symbol.asyncDispose]: () => endpoint[Symbol.asyncDispose](),
  };
}

function requestIdOf({ attributes }: DecodedLogRecord): string {
  return String(attributes["event.id"]);
}

function arrivedOf(record: DecodedLogRecord): Arrived {
  const { attributes, body, timeUnixNano } = record;
  const { "event.ingested": _, ...same } = attributes;
  const text = JSON.stringify([timeUnixNano, body, same], (_, value) => typeof value === "bigint" ? `${value}` : value);
  return { requestId: requestIdOf(record), id: documentId(record), text };
}

export async function elasticsearchSink({ weather, refuses }: SinkOptions): Promise<Sink> {
  const elasticsearch = await Elasticsearch.start({ keep: false });
  let requests = 0;
  elasticsearch.fault = ({ url }) => {
    requests++;
    return url.pathname === "/_bulk" ? weather.at("endpoint") : undefined;
  };
  elasticsearch.item = ({ source }) => {
    if (refuses(idOf(source))) return ITEM_ANSWERS.badValue;
    return undefined;
  };
  let ids = new Set<string>();
  let bulks = 0;
  return {
    has(requestId) {
      if (bulks !== elasticsearch.bulks.length) {
        ids = new Set(elasticsearch.documents.map(({ source }) => idOf(source)));
      }
      bulks = elasticsearch.bulks.length;
      return ids.has(requestId);
    },
    exporterId: "elasticsearch",
    exporter: { endpoint: elasticsearch.url, api_key: "key", timeout: "4s", retry: QUICK },
    arrived: () =>
      elasticsearch.documents.map(({ id = "", source }) => ({
        requestId: idOf(source),
        id,
        text: JSON.stringify(source),
      })),
    points: [],
    get count() {
      return elasticsearch.stored.values().reduce((sum, stream) => sum + stream.size, 0);
    },
    get requests() {
      return requests;
    },
    [Symbol.asyncDispose]: () => elasticsearch[Symbol.asyncDispose](),
  };
}

function idOf(source: Readonly<Record<string, unknown>>): string {
  return String((source["event"] as { id?: string } | undefined)?.id);
}
