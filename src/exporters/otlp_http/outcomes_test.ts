import assert from "node:assert/strict";
import { type HttpAnswer, HttpServer } from "../../../test/world/http_server.ts";
import { fakeClock } from "../../../test/world/fake_time.ts";
import { DataFaultError, EndpointFaultError, TooLargeError } from "../../component/outcome.ts";
import { encodeLogsResponse } from "../../../test/world/otlp_logs.ts";
import { testBatch } from "../../../test/world/records.ts";
import { failureOf, RawServer, startExporter, taken } from "./testing.ts";

interface Refusal {
  readonly name: string;
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: BodyInit;
  readonly expected: {
    readonly class: typeof EndpointFaultError | typeof TooLargeError | typeof DataFaultError;
    readonly reason?: string;
    readonly retryAfterMs?: number;
    readonly message?: RegExp;
  };
}

/** google.rpc.Status {code: 3, message: "bad time"} */
const PROTOBUF_STATUS = new Uint8Array([0x08, 3, 0x12, 8, ...new TextEncoder().encode("bad time")]);
const PROTOBUF_TYPE = "application/x-protobuf";
const PROTOBUF = { "content-type": PROTOBUF_TYPE };
const JSON_TYPE = { "content-type": "application/json" };

/** ExportLogsServiceResponse with partial_success {rejected_log_records, error_message}. */
function partialSuccess(rejected: number, message: string): Uint8Array<ArrayBuffer> {
  return encodeLogsResponse({ rejected, message }, PROTOBUF_TYPE);
}

/** The same with a message of 100,000 characters. */
function longPartialSuccess(rejected: number): Uint8Array<ArrayBuffer> {
  return partialSuccess(rejected, "x".repeat(100_000));
}

/** A 200 with this body; without a type when none is given. */
function answering(body: string | Uint8Array<ArrayBuffer>, type?: string): Answer {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return () => new Response(bytes, type === undefined ? {} : { headers: { "content-type": type } });
}

const REFUSALS: Refusal[] = [
  { name: "400", status: 400, expected: { class: DataFaultError, message: /^Endpoint answered 400$/ } },
  {
    name: "400 with a protobuf status",
    status: 400,
    headers: PROTOBUF,
    body: PROTOBUF_STATUS,
    expected: { class: DataFaultError, message: /^Endpoint answered 400: bad time$/ },
  },
  {
    name: "400 with a JSON status",
    status: 400,
    headers: JSON_TYPE,
    body: '{"code":3,"message":"bad json time"}',
    expected: { class: DataFaultError, message: /^Endpoint answered 400: bad json time$/ },
  },
  {
    name: "400 with a text, which may be the request,",
    status: 400,
    headers: { "content-type": "text/plain" },
    body: "no such thing",
    expected: { class: DataFaultError, message: /^Endpoint answered 400$/ },
  },
  {
    name: "400 with a partial success, as of Elasticsearch 9.2,",
    status: 400,
    headers: PROTOBUF,
    body: partialSuccess(3, "bad time"),
    expected: { class: DataFaultError, message: /^Endpoint answered 400: bad time$/ },
  },
  { name: "422", status: 422, expected: { class: DataFaultError } },
  { name: "413", status: 413, expected: { class: TooLargeError, message: /413/ } },
  {
    name: "401 of Elasticsearch",
    status: 401,
    headers: JSON_TYPE,
    body: '{"error":{"type":"security_exception","reason":"unable to authenticate"},"status":401}',
    expected: { class: EndpointFaultError, reason: "http_401", message: /401: unable to authenticate$/ },
  },
  { name: "403", status: 403, expected: { class: EndpointFaultError, reason: "http_403" } },
  {
    name: "404",
    status: 404,
    expected: { class: EndpointFaultError, reason: "http_404", message: /404: POST http:\S+\d\/v1\/logs$/ },
  },
  {
    name: "405 with an error in JSON",
    status: 405,
    headers: JSON_TYPE,
    body: '{"error":"not here"}',
    expected: { class: EndpointFaultError, reason: "http_405", message: /405: POST http:\S+\d\/v1\/logs: not here$/ },
  },
  { name: "408", status: 408, expected: { class: EndpointFaultError, reason: "http_408" } },
  { name: "415", status: 415, expected: { class: EndpointFaultError, reason: "http_415" } },
  { name: "429", status: 429, expected: { class: EndpointFaultError, reason: "http_429" } },
  { name: "500", status: 500, expected: { class: EndpointFaultError, reason: "http_500" } },
  { name: "502", status: 502, expected: { class: EndpointFaultError, reason: "http_502" } },
  {
    name: "503 with Retry-After in seconds",
    status: 503,
    headers: { "retry-after": "7" },
    expected: { class: EndpointFaultError, reason: "http_503", retryAfterMs: 7000 },
  },
  {
    name: "429 with an unreadable Retry-After",
    status: 429,
    headers: { "retry-after": "soon 1" },
    expected: { class: EndpointFaultError, reason: "http_429" },
  },
  {
    name: "302, which is not followed,",
    status: 302,
    headers: { location: "https://login.example/path?token=abc" },
    expected: {
      class: EndpointFaultError,
      reason: "http_302",
      message: /302: it redirects to https:\/\/login\.example$/,
    },
  },
  {
    name: "308",
    status: 308,
    headers: { location: "/v2/logs" },
    expected: { class: EndpointFaultError, reason: "http_308" },
  },
];

for (const { name, status, headers = {}, body, expected } of REFUSALS) {
  Deno.test(`otlp_http takes an answer of ${name} for a ${expected.class.name}`, async () => {
    await using endpoint = await HttpServer.start(() => new Response(body ?? null, { status, headers }));
    await using sender = await startExporter({ endpoint: endpoint.url });

    const error = await failureOf(sender.consume(testBatch(3)));

    assert.equal((error as Error).constructor, expected.class);
    assert.equal((error as EndpointFaultError).reason, expected.reason);
    assert.equal((error as EndpointFaultError).retryAfterMs, expected.retryAfterMs);
    assert.match((error as Error).message, expected.message ?? new RegExp(String(status)));
    assert.equal(endpoint.requests.length, 1);
  });
}

Deno.test("otlp_http understands a Retry-After that is a date", async () => {
  using _ = fakeClock({ now: Date.parse("2026-01-01T00:00:00Z"), toFake: ["Date"] });
  await using endpoint = await HttpServer.start(() =>
    new Response(null, { status: 503, headers: { "retry-after": "Thu, 01 Jan 2026 00:01:30 GMT" } })
  );
  await using sender = await startExporter({ endpoint: endpoint.url });
  const error = await failureOf(sender.consume(testBatch(1)));
  assert.equal((error as EndpointFaultError).retryAfterMs, 90_000);
});

type Answer = () => Response;

const json = (value: unknown): Answer => () => Response.json(value);

interface Taken {
  readonly answer: Answer;
  readonly duplicates?: number;
  readonly warnings?: number;
}

const protobuf = (rejected: number, message: string): Answer => () =>
  new Response(partialSuccess(rejected, message), { headers: PROTOBUF });

/** As Elasticsearch's OTLP endpoint tells of documents that it did not store, by index and status. */
function byIndex(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([status, count]) =>
    `Index [logs-x] returned status [${status}] for ${count} documents. Sample error message: [1]: no [5xx] 429 503\n`
  ).join("");
}

const TAKEN: Readonly<Record<string, Taken>> = {
  "an empty 200 in protobuf": { answer: () => new Response(null, { headers: PROTOBUF }) },
  "an empty 200 in protobuf by its other name": { answer: answering("", "application/protobuf;charset=x") },
  "202 in protobuf": { answer: () => new Response(null, { status: 202, headers: PROTOBUF }) },
  "an empty JSON object": { answer: json({}) },
  "an empty JSON partial success": { answer: json({ partialSuccess: {} }) },
  "a partial success without rejected records": { answer: protobuf(0, "deprecated"), warnings: 1 },
  "a partial success without a content type": { answer: answering(partialSuccess(0, "old")), warnings: 1 },
  "a long protobuf warning": { answer: answering(longPartialSuccess(0), PROTOBUF_TYPE), warnings: 1 },
  "a partial success that tells of as many version conflicts": {
    answer: protobuf(2, byIndex({ CONFLICT: 2 })),
    duplicates: 2,
  },
  "a JSON partial success that tells of as many version conflicts": {
    answer: json({ partialSuccess: { rejectedLogRecords: "3", errorMessage: "3 documents already exist" } }),
    duplicates: 3,
  },
  "a JSON partial success with protobuf's names": {
    answer: json({ partial_success: { rejected_log_records: 3, error_message: "status 409 for 3 documents" } }),
    duplicates: 3,
  },
};

for (const [name, { answer, duplicates = 0, warnings = 0 }] of Object.entries(TAKEN)) {
  Deno.test(`otlp_http has delivered after ${name}`, async () => {
    await using endpoint = await HttpServer.start(answer);
    await using sender = await startExporter({ endpoint: endpoint.url });

    await sender.consume(testBatch(3));

    assert.equal(endpoint.requests.length, 1);
    assert.equal(sender.events.count("exporter.duplicate_records"), duplicates);
    assert.equal(sender.events.count("exporter.warnings"), warnings);
  });
}

/** What becomes of records after this answer. */
async function failureAfter(answer: Answer): Promise<unknown> {
  await using endpoint = await HttpServer.start(answer);
  await using sender = await startExporter({ endpoint: endpoint.url });
  return await failureOf(sender.consume(testBatch(3)));
}

const REJECTED: [string, Answer, RegExp][] = [
  ["a protobuf", protobuf(1, "mapper_parsing_exception"), /rejected 1 item.*mapper_parsing_exception/],
  [
    "a JSON",
    json({ partialSuccess: { rejectedLogRecords: 1, errorMessage: "mapper_parsing_exception" } }),
    /rejected 1 item.*mapper_parsing_exception/,
  ],
  ["a mixed", protobuf(3, byIndex({ CONFLICT: 2, BAD_REQUEST: 1 })), /rejected 3 item/],
  ["a long protobuf", answering(longPartialSuccess(1), PROTOBUF_TYPE), /rejected 1 item/],
  [
    "a long JSON",
    json({ partialSuccess: { rejectedLogRecords: "1", errorMessage: "x".repeat(100_000) } }),
    /rejected 1 item/,
  ],
  [
    "a long JSON that tells late how many,",
    json({ partialSuccess: { errorMessage: "x".repeat(100_000), rejectedLogRecords: "1" } }),
    /200 with more than 65536 bytes and not how many/,
  ],
];

for (const [name, answer, message] of REJECTED) {
  Deno.test(`otlp_http takes ${name} partial success with rejected records for a partial data fault`, async () => {
    const error = await failureAfter(answer);
    assert.ok(error instanceof DataFaultError, String(error));
    assert.equal(error.partial, true);
    assert.match(error.message, message);
  });
}

const OVERLOADED: [string, Answer, string][] = [
  ["TOO_MANY_REQUESTS", protobuf(1, byIndex({ TOO_MANY_REQUESTS: 1 })), "http_429"],
  [
    "INTERNAL_SERVER_ERROR among conflicts",
    protobuf(3, byIndex({ CONFLICT: 2, INTERNAL_SERVER_ERROR: 1 })),
    "http_500",
  ],
  ["FORBIDDEN, as a write block is,", protobuf(1, byIndex({ FORBIDDEN: 1 })), "http_403"],
  ["503 in a sentence", protobuf(1, "1 record failed with status 503"), "http_503"],
];

for (const [name, answer, reason] of OVERLOADED) {
  Deno.test(`otlp_http takes a partial success that names ${name} for an endpoint fault`, async () => {
    const error = await failureAfter(answer);
    assert.ok(error instanceof EndpointFaultError, String(error));
    assert.equal(error.reason, reason);
  });
}

const UNREADABLE: [string, Answer][] = [
  ["HTML", answering("<html>Log in</html>", "text/html")],
  ["HTML without a content type", answering("<html>Log in</html>")],
  ["HTML of more than 64 KiB", answering(`<html>Log in${"x".repeat(70_000)}`, "text/html")],
  ["nothing", () => new Response(null)],
  ["nothing of a strange type", answering("", "text/html")],
  ["nothing in JSON", answering("", "application/json")],
  ["204 in its place", () => new Response(null, { status: 204 })],
  ["JSON of another API", json({ ok: true })],
  ["JSON of another API around one of OTLP", json({ result: { partialSuccess: {} } })],
  ["a JSON list", json([])],
  ["broken JSON", answering('{"partialSuccess"', "application/json")],
  ["protobuf under another type", answering(partialSuccess(0, "old"), "application/octet-stream")],
  ["truncated protobuf", answering(partialSuccess(1, "mapper").subarray(0, 6), PROTOBUF_TYPE)],
  ["many bytes of nothing", answering(new Uint8Array(70_000), PROTOBUF_TYPE)],
];

for (const [name, answer] of UNREADABLE) {
  Deno.test(`otlp_http takes a 200 with ${name} for an endpoint fault`, async () => {
    const error = await failureAfter(answer);
    assert.ok(error instanceof EndpointFaultError, String(error));
    assert.equal(error.reason, "unreadable_answer");
    assert.doesNotMatch(error.message, /Log in/);
  });
}

async function faultOf(settings: Record<string, unknown>): Promise<EndpointFaultError> {
  await using sender = await startExporter(settings);
  const error = await failureOf(sender.consume(testBatch(1)));
  assert.ok(error instanceof EndpointFaultError);
  return error;
}

Deno.test("otlp_http takes a refused connection for an endpoint fault", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const fault = await faultOf({ endpoint: `http://127.0.0.1:${port}` });
  assert.equal(fault.reason, "connect");
  assert.match(fault.message, new RegExp(`^Cannot reach http://127\\.0\\.0\\.1:${port}/v1/logs: .*refused`, "i"));
});

Deno.test("otlp_http takes a name that does not resolve for an endpoint fault", async () => {
  const fault = await faultOf({ endpoint: "http://nowhere.invalid:4318" });
  assert.equal(fault.reason, "connect");
  assert.match(fault.message, /^Cannot reach http:\/\/nowhere\.invalid:4318\/v1\/logs: dns error/);
});

Deno.test("otlp_http says which scheme an endpoint wants that does not speak TLS", async () => {
  await using endpoint = await HttpServer.start(taken);
  const fault = await faultOf({ endpoint: endpoint.url.replace("http:", "https:") });
  assert.equal(fault.reason, "tls");
  assert.match(fault.message, /: the port speaks HTTP without TLS: begin the URL with http:\/\/$/);
  assert.equal(endpoint.requests.length, 0);
});

for (
  const [name, answer] of [
    ["Go", "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"],
    [
      "nginx",
      "HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\n\r\n<h1>The plain HTTP request was sent to HTTPS port",
    ],
    ["Apache", "HTTP/1.1 400 Bad Request\r\n\r\nReason: You're speaking plain HTTP to an SSL-enabled server port."],
    [
      "nginx with certificates",
      "HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\n\r\n<center>No required SSL certificate was sent</center>",
    ],
    ["OpenSSL", "\x15\x03\x01\x00\x02\x02\x46"],
    ["Netty", ""],
  ] as const
) {
  Deno.test(`otlp_http says what an endpoint of ${name} wants that speaks TLS, and blames no record`, async () => {
    await using server = new RawServer(answer);
    const fault = await faultOf({ endpoint: server.url });
    assert.match(fault.message, /speaks TLS[:,] begin the URL with https:\/\/|asks for a client certificate/);
  });
}

for (
  const [name, bytes] of [
    ["before its answer", ""],
    ["in the middle of its head", "HTTP/1.1 200 OK\r\ncontent-le"],
    ["in the middle of its body", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc"],
    ["in the middle of a chunked body", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\nabc"],
  ] as const
) {
  Deno.test(`otlp_http takes a connection that dies ${name} for an endpoint fault`, async () => {
    await using server = new RawServer(bytes);
    const fault = await faultOf({ endpoint: server.url });
    assert.equal(fault.reason, "interrupted");
  });
}

for (
  const [body, outcome] of [
    ['{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"mapp', "Endpoint rejected 2 item(s): mapp"],
    ['{"partialSuccess":{}}', "delivered"],
  ] as const
) {
  Deno.test(`otlp_http goes by what an answer told before its connection died: ${outcome}`, async () => {
    await using server = new RawServer(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n${body}`,
    );
    await using sender = await startExporter({ endpoint: server.url });
    const result = await sender.consume(testBatch(2)).then(() => "delivered", (error: Error) => error.message);
    assert.equal(result, outcome);
  });
}

Deno.test("otlp_http goes by the status when the text of a refusal does not arrive", async () => {
  await using server = new RawServer("HTTP/1.1 413 Too Large\r\ncontent-length: 100\r\n\r\nabc");
  await using sender = await startExporter({ endpoint: server.url });
  assert.ok(await failureOf(sender.consume(testBatch(2))) instanceof TooLargeError);
});

const SILENCE: HttpAnswer = { response: undefined, end: "hang" };
/** A head and the start of a body, and then nothing. */
const HALF: HttpAnswer = { response: new Response(new Uint8Array([0x0a, 0x00])), end: "hang" };

for (const [name, answer] of [["hangs", SILENCE], ["hangs in its answer", HALF]] as const) {
  Deno.test(`otlp_http gives up on an endpoint that ${name} after the timeout`, async () => {
    using clock = fakeClock({ toFake: ["setTimeout", "clearTimeout"] });
    const received = Promise.withResolvers<void>();
    await using endpoint = await HttpServer.start(() => {
      received.resolve();
      return answer;
    });
    await using sender = await startExporter({ endpoint: endpoint.url, timeout: "20s" });
    const failure = failureOf(sender.consume(testBatch(1)));
    await received.promise;
    clock.tick(19_999);
    assert.equal(await Promise.race([failure, Promise.resolve("waiting")]), "waiting");
    clock.tick(1);
    const error = await failure;
    assert.ok(error instanceof EndpointFaultError);
    assert.equal(error.reason, "timeout");
    assert.match(error.message, /no whole answer within 20000 ms/);
  });
}

Deno.test("otlp_http gives up what is in flight when it is shut down, and takes nothing after", async () => {
  const received = Promise.withResolvers<void>();
  await using endpoint = await HttpServer.start(() => {
    received.resolve();
    return SILENCE;
  });
  await using sender = await startExporter({ endpoint: endpoint.url });
  const failure = failureOf(sender.consume(testBatch(1)));
  await received.promise;

  await sender.exporter.shutdown();

  const error = await failure;
  assert.ok(error instanceof EndpointFaultError);
  assert.equal(error.reason, "stopped");
  assert.ok(await failureOf(sender.consume(testBatch(1))) instanceof EndpointFaultError);
  assert.equal(endpoint.requests.length, 1);
});
