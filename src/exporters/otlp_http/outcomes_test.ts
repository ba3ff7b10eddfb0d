import assert from "node:assert/strict";
import { type HttpAnswer, HttpServer } from "../../../test/world/http_server.ts";
import FakeTimers from "@sinonjs/fake-timers";
import { DataFaultError, EndpointFaultError, TooLargeError } from "../../component/outcome.ts";
import { testBatch } from "../../../test/world/records.ts";
import { failureOf, RawServer, startExporter } from "./testing.ts";

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
const PROTOBUF = { "content-type": "application/x-protobuf" };
const JSON_TYPE = { "content-type": "application/json" };

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
    name: "400 with a text",
    status: 400,
    headers: { "content-type": "text/plain" },
    body: "no such thing",
    expected: { class: DataFaultError, message: /no such thing/ },
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
    name: "405 with a text",
    status: 405,
    body: "not here",
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
  const clock = FakeTimers.install({ now: Date.parse("2026-01-01T00:00:00Z"), toFake: ["Date"] });
  try {
    await using endpoint = await HttpServer.start(() =>
      new Response(null, { status: 503, headers: { "retry-after": "Thu, 01 Jan 2026 00:01:30 GMT" } })
    );
    await using sender = await startExporter({ endpoint: endpoint.url });
    const error = await failureOf(sender.consume(testBatch(1)));
    assert.equal((error as EndpointFaultError).retryAfterMs, 90_000);
  } finally {
    clock.uninstall();
  }
});

type Answer = () => Response;

const json = (value: unknown): Answer => () => Response.json(value);

interface Taken {
  readonly name: string;
  readonly answer: Answer;
  readonly duplicates?: number;
  readonly warnings?: number;
}

/** ExportLogsServiceResponse with partial_success {rejected_log_records, error_message}. */
function partialSuccess(rejected: number, message: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(message);
  return new Uint8Array([0x0a, text.length + 4, 0x08, rejected, 0x12, text.length, ...text]);
}

const protobuf = (rejected: number, message: string): Answer => () =>
  new Response(partialSuccess(rejected, message), { headers: PROTOBUF });

const TAKEN: Taken[] = [
  { name: "200 with an empty body", answer: () => new Response(null) },
  {
    name: "200 with an empty body of a strange type",
    answer: () => new Response("", { headers: { "content-type": "text/plain" } }),
  },
  { name: "202", answer: () => new Response(null, { status: 202 }) },
  { name: "204", answer: () => new Response(null, { status: 204 }) },
  { name: "an empty JSON partial success", answer: json({ partialSuccess: {} }) },
  { name: "a partial success without rejected records", answer: protobuf(0, "deprecated"), warnings: 1 },
  {
    name: "a partial success that tells of version conflicts only",
    answer: protobuf(2, "version_conflict_engine_exception"),
    duplicates: 2,
  },
  {
    name: "a JSON partial success that tells of version conflicts only",
    answer: json({ partialSuccess: { rejectedLogRecords: "3", errorMessage: "document already exists" } }),
    duplicates: 3,
  },
];

for (const { name, answer, duplicates = 0, warnings = 0 } of TAKEN) {
  Deno.test(`otlp_http has delivered after ${name}`, async () => {
    await using endpoint = await HttpServer.start(answer);
    await using sender = await startExporter({ endpoint: endpoint.url });

    await sender.consume(testBatch(3));

    assert.equal(endpoint.requests.length, 1);
    assert.equal(sender.events.count("exporter.duplicate_records"), duplicates);
    assert.equal(sender.events.count("exporter.warnings"), warnings);
  });
}

for (
  const [name, answer] of [["protobuf", protobuf(1, "mapper_parsing_exception")], [
    "JSON",
    json({ partialSuccess: { rejectedLogRecords: 1, errorMessage: "mapper_parsing_exception" } }),
  ]] as const
) {
  Deno.test(`otlp_http takes a ${name} partial success with rejected records for a partial data fault`, async () => {
    await using endpoint = await HttpServer.start(answer);
    await using sender = await startExporter({ endpoint: endpoint.url });

    const error = await failureOf(sender.consume(testBatch(3)));

    assert.ok(error instanceof DataFaultError);
    assert.equal(error.partial, true);
    assert.match(error.message, /rejected 1 item.*mapper_parsing_exception/);
  });
}

const UNREADABLE: [string, Answer][] = [
  ["HTML", () => new Response("<html>Log in</html>", { headers: { "content-type": "text/html" } })],
  ["HTML without a content type", () => new Response(new TextEncoder().encode("<html>Log in</html>"))],
  ["broken JSON", () => new Response('{"partialSuccess"', { headers: JSON_TYPE })],
  ["truncated protobuf", () => new Response(partialSuccess(1, "mapper").subarray(0, 6), { headers: PROTOBUF })],
  ["an endless body", () => new Response(new Uint8Array(70_000), { headers: PROTOBUF })],
];

for (const [name, answer] of UNREADABLE) {
  Deno.test(`otlp_http takes a 200 with ${name} for an endpoint fault`, async () => {
    await using endpoint = await HttpServer.start(answer);
    await using sender = await startExporter({ endpoint: endpoint.url });

    const error = await failureOf(sender.consume(testBatch(3)));

    assert.ok(error instanceof EndpointFaultError);
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

Deno.test("otlp_http takes an endpoint that does not speak TLS for an endpoint fault", async () => {
  await using endpoint = await HttpServer.start(() => new Response());
  const fault = await faultOf({ endpoint: endpoint.url.replace("http:", "https:") });
  assert.equal(fault.reason, "tls");
  assert.equal(endpoint.requests.length, 0);
});

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
    const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout"] });
    try {
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
    } finally {
      clock.uninstall();
    }
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
