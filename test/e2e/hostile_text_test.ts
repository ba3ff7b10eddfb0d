/** Whoever calls a model, answers a request or opens a port chooses a text: no text costs more than its length. */
import assert from "node:assert/strict";
import { areaOf, hourOf } from "../../src/aws/s3/bedrock_key.ts";
import { dataFolderOf, isNeverLogObject } from "../../src/aws/s3/never_log_objects.ts";
import { statusesByIndex, statusesInText } from "../../src/exporters/otlp_http/named_statuses.ts";
import { maskUrls } from "../../src/http/mask_urls.ts";
import { outcomesOf } from "../../src/exporters/elasticsearch/bulk_answer.ts";
import { readAnswer, wordOfRefusal } from "../../src/exporters/otlp_http/answer.ts";
import { withoutEcho } from "../../src/http/echo.ts";
import { detailOfFetchError } from "../../src/http/fetch_error.ts";
import { parseHostPort } from "../../src/http/host_port.ts";
import { parseRequestLine } from "../../src/http/read_only_server.ts";
import { retryAfterMs } from "../../src/http/retry_after.ts";
import { safeDetail } from "../../src/http/safe_detail.ts";
import { tlsProblemIn } from "../../src/http/tls_problem.ts";
import { decodedBody } from "../../src/processors/bedrock/redaction/decoded_body.ts";
import { parseNotification } from "../../src/receivers/awss3/queue/notification.ts";
import { endpointOfQueueUrl, regionOfQueueUrl } from "../../src/receivers/awss3/queue/queue_url.ts";
import { processed, received, sampleText } from "../world/bedrock_records.ts";

const SHORT = 25_000;
const LONG = 4 * SHORT;
/** What is linear takes a fraction of it for a long text; what is quadratic takes many seconds. */
const FREE_MS = 500;
/** A text four times as long costs about four times as much; sixteen times where the cost is quadratic. */
const MAX_RATIO = 10;

/** Texts by their beginning, what is repeated, and their end. */
const HOSTILE: readonly (readonly [head: string, repeated: string, tail: string])[] = [
  ...Array.from("aA0 \n\r\t/:.*-+_\\\"'`[]{}(),;@%<>=&|$#", (character) => ["", character, "!"] as const),
  ["", "\r\n", "x"],
  ["", "\u2028", "x"],
  ["", "\u00a0", "x"],
  ["]", "\n\t", "x"],
  ["", "}\n ", "x"],
  ["GET ", "/", " HTTP/1.1"],
  ["H 1", "T", " HTTP/9"],
  ["GET /", "?a b", " HTTP/1.1"],
  ["", "a@", "x"],
  ["", "a.a", "@"],
  ["", "://", "@"],
  ["", "a://a", " "],
  ["", "+1 ", "x"],
  ["", "0 1-", "x"],
  ["", "(01", "x"],
  ["", "1.", "x"],
  ["", "DE12 ", "x"],
  ["", "eyJ.", "x"],
  ["", "AKIA", "x"],
  ["", "-----BEGIN ", "x"],
  ["", "\\u00", "x"],
  ["", '\\"', "x"],
  ["", "[INST]", "x"],
  ["", "<think>", "x"],
  ["", "</", "x"],
  ["", "<|im_start|>", "x"],
  ["", "\n\nHuman: ", "x"],
  ["", "data: {}\n", "x"],
  ["", "AWSLogs/", "x"],
  ["", "/AWSLogs/1/BedrockModelInvocationLogs/", "x"],
  ["", "returned status [CONFLICT] for 1 documents", "x"],
  ["", "Index [", "\n"],
  ["", "error ", "500"],
  ["", "1 conflicts ", "x"],
  ["", "a_a", "_exceptio"],
  ["", "AaAa", "Exceptio"],
  ["", "pipeline ", "x"],
  ["", "field ", "pipeline"],
  ["", "shard ", "x"],
  ['{"partialSuccess":{"x":"', '"rejectedLogRecords" ', "x"],
  ['{"error":{"message":"', "a [", '"}}'],
];

function textOf([head, repeated, tail]: typeof HOSTILE[number], length: number): string {
  return head + repeated.repeat(Math.ceil((length - head.length - tail.length) / repeated.length)) + tail;
}

/** Whatever it says of the text; only its time counts. */
async function timed(parse: (text: string) => unknown, text: string): Promise<number> {
  const beginMs = performance.now();
  try {
    await parse(text);
  } catch {
    // That is an answer too.
  }
  return performance.now() - beginMs;
}

async function assertLinear(parse: (text: string) => unknown, hostile: typeof HOSTILE[number]): Promise<void> {
  if (await timed(parse, textOf(hostile, LONG)) < FREE_MS) return;
  // The machine may have been busy: the best of three counts.
  const best = async (text: string) =>
    Math.min(await timed(parse, text), await timed(parse, text), await timed(parse, text));
  const longMs = await best(textOf(hostile, LONG));
  const shortMs = await best(textOf(hostile, SHORT));
  assert.ok(
    longMs < FREE_MS || longMs < MAX_RATIO * shortMs,
    `${JSON.stringify(hostile)}: ${Math.round(longMs)} ms, a quarter of it ${Math.round(shortMs)} ms`,
  );
}

const encode = (text: string) => new TextEncoder().encode(text);
const JSON_FORMAT = { contentType: "application/json", signal: "logs" } as unknown as Parameters<
  typeof wordOfRefusal
>[1];

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  parseRequestLine,
  parseHostPort,
  retryAfterMs,
  safeDetail,
  tlsProblemIn,
  detailOfFetchError: (text) => detailOfFetchError(new Error(text)),
  withoutEcho: (text) => withoutEcho(text, { request: JSON.stringify({ text }) }),
  maskUrls,
  statusesByIndex,
  statusesInText,
  readAnswer: (text) => readAnswer(encode(text), { ...JSON_FORMAT, isCut: true }),
  wordOfRefusal: (text) => wordOfRefusal(encode(JSON.stringify({ error: { message: text } })), JSON_FORMAT),
  outcomesOf: (text) => {
    const error = { type: "illegal_argument_exception", reason: text };
    return outcomesOf(JSON.stringify({ errors: true, items: [{ create: { status: 400, error } }] }), 1);
  },
  areaOf,
  hourOf,
  isNeverLogObject,
  dataFolderOf,
  parseNotification,
  endpointOfQueueUrl,
  regionOfQueueUrl,
  decodedBody: (text) => decodedBody(text, { contentType: "text/plain", isStreamed: false }),
};

for (const [name, parse] of Object.entries(PARSERS)) {
  Deno.test(`no text costs ${name} more than its length`, async () => {
    for (const hostile of HOSTILE) await assertLinear(parse, hostile);
  });
}

/** Records of shapes that are read by different means; every text in their bodies becomes the hostile one. */
const RECORDS = [
  ["converse_text", "full"],
  ["converse_text", "redacted"],
  ["claude_text", "full"],
  ["llama", "full"],
  ["deepseek_prompt", "full"],
  ["chat_completions_reasoning_tags", "full"],
  ["cohere_tool_results", "full"],
  ["body_json_text", "redacted"],
] as const;

function withTexts(value: unknown, text: string): unknown {
  return JSON.parse(
    JSON.stringify(value),
    (name, inner) => typeof inner === "string" && !["type", "role"].includes(name) ? text : inner,
  );
}

for (const [sample, content] of RECORDS) {
  Deno.test(`no text costs the mapping of ${sample} more than its length, with content: ${content}`, async () => {
    const log = JSON.parse(sampleText(sample));
    let mapped = 0;
    const map = async (text: string) => {
      const record = {
        ...log,
        requestMetadata: { [text.slice(0, 1000)]: text },
        input: { ...log.input, inputBodyJson: withTexts(log.input.inputBodyJson, text) },
        output: { ...log.output, outputBodyJson: withTexts(log.output.outputBodyJson, text) },
      };
      const { records } = await processed([received(JSON.stringify(record))], { mapping: "ecs", content });
      mapped += records.length;
    };
    for (const hostile of HOSTILE) await assertLinear(map, hostile);
    assert.ok(mapped >= HOSTILE.length);
  });
}
