/** What an OTLP/HTTP endpoint answered: read within bounds, and made readable. */
import { z } from "zod";
import { type ExportResponse, readJsonResponse, readProtobufResponse } from "../../otlp/response.ts";
import type { Encoding } from "../../otlp/serializer.ts";

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

/** Encoding that a content type stands for; undefined when it is none of OTLP. */
function encodingOf(contentType: string): Encoding | undefined {
  if (/^application\/(?:x-)?protobuf\b/i.test(contentType)) return "proto";
  return /^application\/json\b/i.test(contentType) ? "json" : undefined;
}

export interface AnswerFormat {
  /** Header `content-type`, null when the answer has none. */
  readonly contentType: string | null;
  /** Encoding of the request, which the answer shares unless it says otherwise. */
  readonly encoding: Encoding;
}

/**
 * Reads the answer to a request that was taken.
 *
 * @throws {Error} when it is no answer of OTLP.
 */
export function readTaken(bytes: Uint8Array, { contentType, encoding }: AnswerFormat): ExportResponse {
  if (bytes.length === 0) return { rejected: 0, errorMessage: "" };
  const answered = contentType === null ? encoding : encodingOf(contentType);
  if (answered === undefined) throw new Error("Cannot read the endpoint's answer: neither protobuf nor JSON");
  return answered === "proto" ? readProtobufResponse(bytes) : readJsonResponse(bytes);
}

/** The text of a refusal: the message of a `google.rpc.Status` in protobuf or JSON, otherwise what is there. */
export function textOfRefusal(bytes: Uint8Array, { contentType, encoding }: AnswerFormat): string {
  const answered = contentType === null ? encoding : encodingOf(contentType);
  const text = new TextDecoder().decode(bytes);
  if (answered === "proto") return messageOfStatus(bytes) ?? text;
  if (answered === "json") return messageOfJson(text) ?? text;
  return text;
}

/** `google.rpc.Status`, what APM Server writes, what Elasticsearch writes. */
const refusal = z.union([
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ error: z.object({ reason: z.string() }) }).transform(({ error }) => error.reason),
]);

function messageOfJson(text: string): string | undefined {
  try {
    return refusal.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const STATUS_MESSAGE_FIELD = 2;
const VARINT = 0;
const LENGTH_DELIMITED = 2;

/**
 * Field `message` of a protobuf `google.rpc.Status {code = 1, message = 2, details = 3}`; undefined when these bytes
 * are none.
 */
function messageOfStatus(bytes: Uint8Array): string | undefined {
  let offset = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; offset < bytes.length; factor *= 128) {
      const byte = bytes[offset++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (offset < bytes.length) {
    const tag = varint();
    const wireType = tag & 7;
    if (wireType !== VARINT && wireType !== LENGTH_DELIMITED) return undefined;
    const value = varint();
    if (wireType === VARINT) continue;
    if (offset + value > bytes.length) return undefined;
    if (tag >> 3 === STATUS_MESSAGE_FIELD) return new TextDecoder().decode(bytes.subarray(offset, offset + value));
    offset += value;
  }
  return undefined;
}
