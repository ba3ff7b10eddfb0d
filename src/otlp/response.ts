/** The answer of an OTLP/HTTP endpoint: how many records or data points it rejected, and why. */
import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { z } from "zod";

/**
 * `ExportLogsServiceResponse` or `ExportMetricsServiceResponse`: what of a request was not taken. Nothing rejected and no
 * message: all is well.
 */
export interface ExportResponse {
  readonly rejected: number;
  /** May quote the data: not for logs as it is. */
  readonly errorMessage: string;
}

/**
 * Reads a protobuf answer, which looks the same for each signal. An empty one says that everything was taken. Throws
 * when it is not readable.
 */
export function readProtobufResponse(bytes: Uint8Array): ExportResponse {
  const answer = orUnreadable(bytes, () => ProtobufLogsSerializer.deserializeResponse(bytes));
  return {
    rejected: answer.partialSuccess?.rejectedLogRecords ?? 0,
    errorMessage: answer.partialSuccess?.errorMessage ?? "",
  };
}

/** A 64-bit integer is a string in OTLP/JSON; some endpoints write a number. */
const int64 = z.union([z.int().nonnegative(), z.string().regex(/^\d+$/).transform(Number)]);

const jsonResponse = z.object({
  partialSuccess: z.object({
    rejectedLogRecords: int64.nullish(),
    rejectedDataPoints: int64.nullish(),
    errorMessage: z.string().nullish(),
  }).nullish(),
});

/** Reads a JSON answer. An empty one says that everything was taken. Throws when it is not readable. */
export function readJsonResponse(bytes: Uint8Array): ExportResponse {
  if (bytes.length === 0) return { rejected: 0, errorMessage: "" };
  const { partialSuccess } = orUnreadable(
    bytes,
    () => jsonResponse.parse(JSON.parse(new TextDecoder().decode(bytes))),
  );
  return {
    rejected: partialSuccess?.rejectedLogRecords ?? partialSuccess?.rejectedDataPoints ?? 0,
    errorMessage: partialSuccess?.errorMessage ?? "",
  };
}

/** A parser's error quotes what it read, and an answer may hold a prompt: so the error has no cause. */
function orUnreadable<T>(bytes: Uint8Array, read: () => T): T {
  try {
    return read();
  } catch {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new Error(
      `Cannot read the endpoint's answer: ${bytes.length} bytes are no answer of OTLP (starts with ${start})`,
    );
  }
}
