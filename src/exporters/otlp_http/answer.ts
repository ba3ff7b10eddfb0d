/** What an OTLP/HTTP endpoint answered: read within bounds, and made readable. */
import { z } from "zod";
import type { Encoding } from "../../otlp/encoding.ts";
import { protobufFields } from "./protobuf_fields.ts";

/** An answer says little: what is longer is judged by so much of it. */
export const MAX_ANSWER_BYTES = 64 * 1024;

/** The start of a body. */
export interface BoundedBody {
  readonly bytes: Uint8Array;
  /** False when there was more than {@linkcode MAX_ANSWER_BYTES}, or when the connection ended before the body did. */
  readonly isWhole: boolean;
  /** What ended the connection. */
  readonly error?: unknown;
}

/** Reads a body as far as the bound, and lets go of the rest. Never rejects. */
export async function readBounded(body: ReadableStream<Uint8Array> | null): Promise<BoundedBody> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let failure: { error?: unknown } = {};
  try {
    for await (const chunk of body ?? []) {
      chunks.push(chunk);
      length += chunk.length;
      // Leaving the loop cancels the stream.
      if (length > MAX_ANSWER_BYTES) break;
    }
  } catch (error) {
    failure = { error };
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  const isWhole = length <= MAX_ANSWER_BYTES && !("error" in failure);
  return { bytes: bytes.subarray(0, MAX_ANSWER_BYTES), isWhole, ...failure };
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
  if (/^application\/(?:x-)?protobuf\s*(?:;|$)/i.test(contentType)) return "proto";
  return /^application\/json\s*(?:;|$)/i.test(contentType) ? "json" : undefined;
}

/** How many records or data points of a request were not taken, and why. Nothing rejected and no message: all is well. */
export interface Answer {
  readonly rejected: number;
  /** May quote the data: not for logs as it is. */
  readonly errorMessage: string;
}

/**
 * Reads the answer to a request that was taken: an `Export…ServiceResponse`. What is not certainly one, such as the empty answer of
 * a load balancer, says nothing of the request. Without bytes it is one in protobuf, when its content type says so. Of an answer
 * that was cut, `bytes` is the start: undefined when it does not tell how many were rejected.
 *
 * @throws {Error} it is no answer of OTLP. A parser's error quotes what it read, and an answer may hold a prompt: so the
 * error quotes four bytes at most and has no cause.
 */
export function readAnswer(bytes: Uint8Array, format: AnswerFormat & { isCut: boolean }): Answer | undefined {
  if (format.isCut && bytes.length === 0) return undefined;
  const encoding = encodingOf(format);
  if (encoding === undefined) {
    throw new Error("this is no answer of OTLP, its content type is neither protobuf nor JSON");
  }
  if (bytes.length === 0) {
    if (encoding === "proto" && format.contentType !== null) return { rejected: 0, errorMessage: "" };
    throw new Error(`an empty answer${format.contentType === null ? " without a content type" : ""} is none of OTLP`);
  }
  try {
    return encoding === "proto" ? readProtobuf(bytes, format) : readJson(bytes, format);
  } catch {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new Error(`these ${bytes.length} bytes are no answer of OTLP (they start with ${start})`);
  }
}

/** The answers of all signals look the same in protobuf. Fields are written in their order: a count of 0 is left out. */
function readProtobuf(
  bytes: Uint8Array,
  { contentType, isCut }: AnswerFormat & { isCut: boolean },
): Answer | undefined {
  // Many a short text is protobuf as well: one that does not say what it is has to begin with a partial success.
  if (contentType === null && bytes[0] !== PARTIAL_SUCCESS_TAG) throw new Error("no partial success");
  let answer: Answer | undefined = isCut ? undefined : { rejected: 0, errorMessage: "" };
  for (const { number, value, isWhole } of protobufFields(bytes, { isCut })) {
    if (number === 1) answer = partialSuccess(value, { isCut: !isWhole }) ?? answer;
  }
  return answer;
}

/** Field 1, a message. */
const PARTIAL_SUCCESS_TAG = 0x0a;

function partialSuccess(message: number | Uint8Array, { isCut }: { isCut: boolean }): Answer | undefined {
  if (typeof message === "number") throw new Error("a partial success that is a number");
  let rejected: number | undefined = isCut ? undefined : 0;
  let errorMessage = "";
  for (const { number, value } of protobufFields(message, { isCut })) {
    if (number === 1) rejected = z.int().nonnegative().parse(value);
    if (number === 2) {
      errorMessage = textOf(value);
      rejected ??= 0;
    }
  }
  return rejected === undefined ? undefined : { rejected, errorMessage };
}

function textOf(value: number | Uint8Array): string {
  if (typeof value === "number") throw new Error("a text that is a number");
  return new TextDecoder().decode(value);
}

/** A 64-bit integer is a string in OTLP/JSON; some endpoints write a number. */
const int64 = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,15}$/).transform(Number)]).nullish();

/** Names as OTLP/JSON has them, and as protobuf has them, which other writers of JSON use. */
const jsonPartialSuccess = z.object({
  rejectedLogRecords: int64,
  rejectedDataPoints: int64,
  rejected_log_records: int64,
  rejected_data_points: int64,
  errorMessage: z.string().nullish(),
  error_message: z.string().nullish(),
}).nullish();

const jsonAnswer = z.object({ partialSuccess: jsonPartialSuccess, partial_success: jsonPartialSuccess });

function readJson(bytes: Uint8Array, { isCut }: { isCut: boolean }): Answer | undefined {
  const text = new TextDecoder().decode(bytes);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (isCut) return startOfJson(text);
    throw error;
  }
  const { partialSuccess, partial_success } = jsonAnswer.parse(json);
  const known = partialSuccess ?? partial_success;
  // Any API answers with a JSON object.
  const names = Object.keys(json as object);
  if (names.length > 0 && !names.some((name) => /^partial_?success$/i.test(name))) {
    throw new Error("no partial success");
  }
  return {
    rejected: known?.rejectedLogRecords ?? known?.rejectedDataPoints ?? known?.rejected_log_records ??
      known?.rejected_data_points ?? 0,
    errorMessage: known?.errorMessage ?? known?.error_message ?? "",
  };
}

/** What the start of a JSON answer tells; undefined without a count. Within a text a quote has a backslash before it. */
function startOfJson(text: string): Answer | undefined {
  if (!/^\s*\{\s*"partial_?success"\s*:\s*\{/i.test(text)) throw new Error("no partial success");
  const count = /"rejected_?(?:log_?records|data_?points)"\s*:\s*"?(\d{1,15})"?\s*[,}]/i.exec(text)?.[1];
  if (count === undefined) return undefined;
  const message = /"error_?message"\s*:\s*"((?:[^"\\]|\\[^u]|\\u[0-9a-f]{4})*)/i.exec(text)?.[1] ?? "";
  return { rejected: Number(count), errorMessage: JSON.parse(`"${message}"`) };
}

/** What an API of any kind says of a refusal: `google.rpc.Status`, APM Server, Elasticsearch. */
const jsonRefusal = z.union([
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ error: z.object({ reason: z.string() }) }).transform(({ error }) => error.reason),
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
]);

/**
 * The endpoint's own word for a refusal: the message of a `google.rpc.Status`, of a partial success, or of an error in JSON. Empty
 * for anything else: a text or a page may be the request itself.
 */
export function wordOfRefusal(bytes: Uint8Array, format: AnswerFormat): string {
  try {
    if (encodingOf(format) === "proto") return messageOfStatus(bytes);
    return /^application\/(?:[\w.-]+\+)?json\b/i.test(format.contentType ?? "application/json")
      ? jsonRefusal.parse(JSON.parse(new TextDecoder().decode(bytes)))
      : "";
  } catch {
    return "";
  }
}

function messageOfStatus(bytes: Uint8Array): string {
  const fields = new Map(Array.from(protobufFields(bytes, { isCut: false }), ({ number, value }) => [number, value]));
  const code = fields.get(1);
  // Elasticsearch before 9.4 answers a refusal with a partial success too.
  if (code instanceof Uint8Array) return partialSuccess(code, { isCut: false })?.errorMessage ?? "";
  const message = fields.get(2);
  return message === undefined ? "" : textOf(message);
}
