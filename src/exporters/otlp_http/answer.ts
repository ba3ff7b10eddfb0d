/** What an OTLP/HTTP endpoint answered: read within bounds, and made readable. */
import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { z } from "zod";
import type { Encoding } from "../../otlp/encoding.ts";

/** An answer says little; what is longer was not written by an OTLP endpoint. */
export const MAX_ANSWER_BYTES = 64 * 1024;

/** The start of a body. */
export interface BoundedBody {
  readonly bytes: Uint8Array;
  /** False when there was more than {@linkcode MAX_ANSWER_BYTES}. */
  readonly complete: boolean;
}

/** Reads a body as far as the bound, and lets go of the rest. */
export async function readBounded(body: ReadableStream<Uint8Array> | null): Promise<BoundedBody> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    // Leaving the loop cancels the stream.
    if (length > MAX_ANSWER_BYTES) break;
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return { bytes: bytes.subarray(0, MAX_ANSWER_BYTES), complete: length <= MAX_ANSWER_BYTES };
}

export interface AnswerFormat {
  /** Header `content-type`, null when the answer has none. */
  readonly contentType: string | null;
  /** Encoding of the request, which the answer shares unless it says otherwise. */
  readonly encoding: Encoding;
}

/** The answer's encoding; undefined when it is none of OTLP. */
function encodingOf({ contentType, encoding }: AnswerFormat): Encoding | undefined {
  if (contentType === null) return encoding;
  if (/^application\/(?:x-)?protobuf\b/i.test(contentType)) return "proto";
  return /^application\/json\b/i.test(contentType) ? "json" : undefined;
}

/** How many records or data points of a request were not taken, and why. Nothing rejected and no message: all is well. */
export interface Answer {
  readonly rejected: number;
  /** May quote the data: not for logs as it is. */
  readonly errorMessage: string;
}

/**
 * Reads the answer to a request that was taken: an `Export…ServiceResponse`. An empty one says that everything was taken.
 *
 * @throws {Error} it is no answer of OTLP. A parser's error quotes what it read, and an answer may hold a prompt: so the
 * error quotes four bytes at most and has no cause.
 */
export function readAnswer(bytes: Uint8Array, format: AnswerFormat): Answer {
  if (bytes.length === 0) return { rejected: 0, errorMessage: "" };
  const encoding = encodingOf(format);
  if (encoding === undefined) throw new Error("Cannot read the endpoint's answer: neither protobuf nor JSON");
  try {
    return encoding === "proto" ? readProtobuf(bytes) : readJson(bytes);
  } catch {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new Error(
      `Cannot read the endpoint's answer: ${bytes.length} bytes are no answer of OTLP (starts with ${start})`,
    );
  }
}

/** The answers of all signals look the same in protobuf. */
function readProtobuf(bytes: Uint8Array): Answer {
  const { partialSuccess } = ProtobufLogsSerializer.deserializeResponse(bytes);
  return { rejected: partialSuccess?.rejectedLogRecords ?? 0, errorMessage: partialSuccess?.errorMessage ?? "" };
}

/** A 64-bit integer is a string in OTLP/JSON; some endpoints write a number. */
const int64 = z.union([z.int().nonnegative(), z.string().regex(/^\d+$/).transform(Number)]);

const jsonAnswer = z.object({
  partialSuccess: z.object({
    rejectedLogRecords: int64.nullish(),
    rejectedDataPoints: int64.nullish(),
    errorMessage: z.string().nullish(),
  }).nullish(),
});

function readJson(bytes: Uint8Array): Answer {
  const { partialSuccess } = jsonAnswer.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return {
    rejected: partialSuccess?.rejectedLogRecords ?? partialSuccess?.rejectedDataPoints ?? 0,
    errorMessage: partialSuccess?.errorMessage ?? "",
  };
}

/** `google.rpc.Status`, what APM Server writes, what Elasticsearch writes. */
const jsonRefusal = z.union([
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ error: z.object({ reason: z.string() }) }).transform(({ error }) => error.reason),
]);

/** The text of a refusal: the message of a `google.rpc.Status` in protobuf or JSON, otherwise what is there. */
export function textOfRefusal(bytes: Uint8Array, format: AnswerFormat): string {
  const encoding = encodingOf(format);
  const text = new TextDecoder().decode(bytes);
  try {
    if (encoding === "proto") return messageOfStatus(bytes) ?? text;
    return encoding === "json" ? jsonRefusal.parse(JSON.parse(text)) : text;
  } catch {
    return text;
  }
}

/** A `google.rpc.Status` begins as a partial success does, with a number and a text: so it is read as that of an answer. */
function messageOfStatus(status: Uint8Array): string | undefined {
  const { length } = status;
  // Field 1 with its length, in three groups of seven bits.
  const field = [1 << 3 | 2, length & 0x7f | 0x80, length >> 7 & 0x7f | 0x80, length >> 14];
  const answer = new Uint8Array([...field, ...status]);
  return ProtobufLogsSerializer.deserializeResponse(answer).partialSuccess?.errorMessage;
}
