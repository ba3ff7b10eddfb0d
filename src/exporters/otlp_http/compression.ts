/** How the bodies of requests are compressed. */
import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Events } from "../../component/events.ts";
import type { OtlpHttpConfig } from "./config.ts";

export type Compression = OtlpHttpConfig["compression"];

/** A body as it goes over the wire. */
export interface WireForm {
  readonly compression: Compression;
  readonly bytes: Uint8Array;
}

/** Of zlib's own 16 KiB a request leaves so many buffers that V8 collects garbage far more often. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Compresses bodies as the settings say. Deno compresses on this thread in any case, so nothing is gained by zlib's
 * asynchronous form.
 */
export function compressed(data: Uint8Array, compression: Compression, level: number): WireForm {
  switch (compression) {
    case "none":
      return { compression, bytes: data.slice() };
    case "gzip":
      return { compression, bytes: gzipSync(data, { level, chunkSize: CHUNK_BYTES }) };
    case "zstd": {
      const params = { [constants.ZSTD_c_compressionLevel]: level };
      return { compression, bytes: zstdCompressSync(data, { params, chunkSize: CHUNK_BYTES }) };
    }
  }
}

/** The body before it was compressed. */
export function decompressed({ compression, bytes }: WireForm): Uint8Array {
  if (compression === "none") return bytes;
  return compression === "gzip" ? gunzipSync(bytes) : zstdDecompressSync(bytes);
}

/** The compression of an exporter's requests: the configured one, or gzip once the endpoint refused zstd. */
export class RequestCompression {
  readonly #level: number;
  readonly #id: string;
  readonly #events: Events;
  #current: Compression;

  constructor({ config, id, events }: { config: OtlpHttpConfig; id: string; events: Events }) {
    this.#current = config.compression;
    this.#level = config.compression_params.level;
    this.#id = id;
    this.#events = events;
  }

  compress(data: Uint8Array): WireForm {
    return compressed(data, this.#current, this.#level);
  }

  /** The same body with gzip, which every endpoint takes, after zstd was refused; undefined for any other. */
  insteadOf(refused: WireForm): WireForm | undefined {
    if (refused.compression !== "zstd") return undefined;
    if (this.#current === "zstd") this.#events.emit("otlp_http.zstd_refused", { exporter: this.#id });
    this.#current = "gzip";
    return this.compress(decompressed(refused));
  }
}
