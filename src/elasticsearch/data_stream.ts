import type { Signal } from "../component/batch.ts";

/** The data stream that a document goes to, as attributes. */
export interface DataStream {
  readonly "data_stream.type": string;
  readonly "data_stream.dataset": string;
  readonly "data_stream.namespace": string;
}

/** The data stream of a record or of data points, as the exporter finds it. */
export function dataStreamOf(attributes: Readonly<Record<string, unknown>>, signal: Signal): DataStream {
  const of = (name: keyof DataStream, otherwise: string) => String(attributes[name] ?? otherwise);
  return {
    "data_stream.type": of("data_stream.type", signal),
    "data_stream.dataset": of("data_stream.dataset", "generic"),
    "data_stream.namespace": of("data_stream.namespace", "default"),
  };
}
