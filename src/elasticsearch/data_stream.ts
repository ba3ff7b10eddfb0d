import type { Signal } from "../component/batch.ts";

/** The data stream that a document goes to, as attributes. */
export interface DataStream {
  readonly "data_stream.type": string;
  readonly "data_stream.dataset": string;
  readonly "data_stream.namespace": string;
}

/** The data stream of a record or of data points, as the exporter finds it. */
export function dataStreamOf(attributes: Readonly<Record<string, unknown>>, signal: Signal): DataStream {
  return {
    "data_stream.type": String(attributes["data_stream.type"] ?? signal),
    "data_stream.dataset": String(attributes["data_stream.dataset"] ?? "generic"),
    "data_stream.namespace": String(attributes["data_stream.namespace"] ?? "default"),
  };
}
