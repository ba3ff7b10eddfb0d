import assert from "node:assert/strict";
import { type HttpRequest, HttpServer } from "../../../test/world/http_server.ts";
import { typesIn } from "../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../mappings/generated/invocation.ts";
import { createLogsEncoder } from "../../otlp/logs.ts";
import { batchOf, type LogBatch } from "../../component/batch.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { DataFaultError, EndpointFaultError, TooLargeError } from "../../component/outcome.ts";
import { VERSION } from "../../version.ts";
import { otlpHttpFactory } from "./factory.ts";
import { encodeLogsResponse } from "../../../test/world/otlp_logs.ts";
import { testBatch, testRecord } from "../../../test/world/records.ts";
import { failureOf, startExporter, taken } from "./testing.ts";

/** What the request for this batch has to be. */
function encoded(batch: LogBatch, encoding: "proto" | "json"): Uint8Array {
  return createLogsEncoder(encoding, typesIn(INVOCATION_FIELDS))(batch.items);
}

const CONTENT_TYPES = { proto: "application/x-protobuf", json: "application/json" };

for (const encoding of ["proto", "json"] as const) {
  for (const compression of ["gzip", "zstd", "none"] as const) {
    Deno.test(`otlp_http posts a batch as ${encoding} with compression ${compression}`, async () => {
      const answer = encoding === "json" ? () => Response.json({}) : taken;
      await using endpoint = await HttpServer.start(answer);
      await using sender = await startExporter({ endpoint: endpoint.url, encoding, compression });
      const batch = testBatch(20);

      await sender.consume(batch);

      const [request, ...more] = endpoint.requests;
      assert.ok(request !== undefined && more.length === 0);
      assert.equal(request.method, "POST");
      assert.equal(request.url.pathname, "/v1/logs");
      assert.equal(request.headers.get("content-type"), CONTENT_TYPES[encoding]);
      assert.equal(request.headers.get("content-encoding"), compression === "none" ? null : compression);
      assert.equal(request.headers.get("user-agent"), `bedrock-otel/${VERSION}`);
      assert.deepEqual(request.body, encoded(batch, encoding));
      assert.ok(compression === "none" || request.raw.length < request.body.length / 2);
    });
  }
}

Deno.test("otlp_http sends the records' attributes", async () => {
  await using endpoint = await HttpServer.start(() => Response.json({ partialSuccess: {} }));
  await using sender = await startExporter({ endpoint: endpoint.url, encoding: "json" });

  await sender.consume(batchOf([testRecord({ attributes: { "gen_ai.request.temperature": 1, "user.id": "alice" } })]));

  const document = JSON.parse(new TextDecoder().decode(endpoint.requests[0]?.body));
  const [record] = document.resourceLogs[0].scopeLogs[0].logRecords;
  const attributes = new Map(record.attributes.map(({ key, value }: { key: string; value: unknown }) => [key, value]));
  assert.deepEqual(attributes.get("user.id"), { stringValue: "alice" });
  assert.deepEqual(attributes.get("gen_ai.request.temperature"), { doubleValue: 1 });
  assert.deepEqual(attributes.get("elasticsearch.document_id"), { stringValue: "id-0" });
});

Deno.test("otlp_http compresses at the configured level", async () => {
  await using endpoint = await HttpServer.start(taken);
  const batch = testBatch(200);
  for (const level of [1, 9]) {
    await using sender = await startExporter({ endpoint: endpoint.url, compression_params: { level } });
    await sender.consume(batch);
  }
  const [fastest, smallest] = endpoint.requests.map(({ raw }) => raw);
  assert.ok(fastest !== undefined && smallest !== undefined);
  // Byte 8 of a gzip header: 4 for the fastest algorithm, 2 for the slowest.
  assert.deepEqual([fastest[8], smallest[8]], [4, 2]);
  assert.ok(smallest.length < fastest.length);
});

Deno.test("otlp_http turns from zstd to gzip at once where the endpoint refuses it, and says so once", async () => {
  const refusesZstd = ({ headers }: HttpRequest) =>
    headers.get("content-encoding") === "zstd" ? new Response("unsupported", { status: 415 }) : taken();
  await using endpoint = await HttpServer.start(refusesZstd);
  await using sender = await startExporter({ endpoint: endpoint.url, compression: "zstd" });
  const batches = [testBatch(20), testBatch(30), testBatch(40)] as const;

  await Promise.all([sender.consume(batches[0]), sender.consume(batches[1])]);
  await sender.consume(batches[2]);

  const sent = endpoint.requests.map(({ headers }) => headers.get("content-encoding"));
  assert.deepEqual(sent.toSorted(), ["gzip", "gzip", "gzip", "zstd", "zstd"]);
  const gzipped = endpoint.requests.filter(({ headers }) => headers.get("content-encoding") === "gzip");
  const sizes = gzipped.map(({ body }) => body.length).toSorted((a, b) => a - b);
  assert.deepEqual(sizes, batches.map((batch) => encoded(batch, "proto").length));
  assert.equal(sender.lines.filter((line) => line.includes("zstd")).length, 1);
});

Deno.test("otlp_http reports a 415 that is not for zstd", async () => {
  await using endpoint = await HttpServer.start(() => new Response("unsupported", { status: 415 }));
  await using sender = await startExporter({ endpoint: endpoint.url, compression: "zstd" });

  const error = await failureOf(sender.consume(testBatch(2)));

  assert.ok(error instanceof EndpointFaultError);
  assert.equal(endpoint.requests.length, 2);
});

Deno.test("otlp_http sends the configured headers", async () => {
  await using endpoint = await HttpServer.start(taken);
  const headers = { Authorization: "ApiKey abc123def", "X-Tenant": "7", "Content-Type": "text/plain" };
  await using sender = await startExporter({ endpoint: endpoint.url, headers });

  await sender.consume(testBatch(1));

  const received = endpoint.requests[0]?.headers;
  assert.equal(received?.get("authorization"), "ApiKey abc123def");
  assert.equal(received?.get("x-tenant"), "7");
  assert.equal(received?.get("content-type"), "application/x-protobuf");
});

for (
  const [setting, path, expected] of [
    ["endpoint", "/_otlp/", "/_otlp/v1/logs"],
    ["endpoint", "", "/v1/logs"],
    ["endpoint", "/base?x=1", "/base/v1/logs?x=1"],
    ["logs_endpoint", "/own/path", "/own/path"],
  ] as const
) {
  Deno.test(`otlp_http posts to ${expected} when ${setting} ends in "${path}"`, async () => {
    await using endpoint = await HttpServer.start(taken);
    await using sender = await startExporter({ [setting]: endpoint.url + path });
    await sender.consume(testBatch(1));
    const url = endpoint.requests[0]?.url;
    assert.equal(`${url?.pathname}${url?.search}`, expected);
  });
}

Deno.test("otlp_http refuses to make one request of several records that is over max_request_bytes", async () => {
  await using endpoint = await HttpServer.start(taken);
  await using sender = await startExporter({ endpoint: endpoint.url, max_request_bytes: "1KiB" });
  const record = testRecord({ attributes: { text: "x".repeat(600) } });

  const error = await failureOf(sender.consume(batchOf([record, record])));

  assert.ok(error instanceof TooLargeError);
  assert.match(error.message, /^Cannot send 2 records in one request: it is larger than 1024 bytes$/);
  assert.equal(endpoint.requests.length, 0);
});

Deno.test("otlp_http sends a record over max_request_bytes when it is alone", async () => {
  await using endpoint = await HttpServer.start(taken);
  await using sender = await startExporter({ endpoint: endpoint.url, max_request_bytes: "1KiB" });
  await sender.consume(batchOf([testRecord({ attributes: { text: "x".repeat(5000) } })]));
  assert.ok((endpoint.requests[0]?.body.length ?? 0) > 5000);
});

Deno.test("otlp_http blames the data for a record that cannot be encoded", async () => {
  await using endpoint = await HttpServer.start(taken);
  await using sender = await startExporter({ endpoint: endpoint.url });
  const record = testRecord();
  Object.defineProperty(record, "attributes", {
    get: () => {
      throw new TypeError("quotes a prompt");
    },
  });

  const error = await failureOf(sender.consume(batchOf([record])));

  assert.ok(error instanceof DataFaultError);
  assert.equal(error.message, "Cannot encode 1 record(s): the encoder threw TypeError");
  assert.equal(endpoint.requests.length, 0);
});

Deno.test("otlp_http sends nothing for an empty batch", async () => {
  await using endpoint = await HttpServer.start(taken);
  await using sender = await startExporter({ endpoint: endpoint.url });
  await sender.consume(testBatch(0));
  assert.equal(endpoint.requests.length, 0);
});

Deno.test("otlp_http makes many requests at once and settles each with its own outcome", async () => {
  await using endpoint = await HttpServer.start(({ url, body }) => {
    assert.equal(url.pathname, "/v1/logs");
    return new TextDecoder().decode(body).includes("guilty") ? new Response(null, { status: 400 }) : taken();
  });
  await using sender = await startExporter({ endpoint: endpoint.url });
  const texts = Array.from({ length: 40 }, (_, index) => index % 4 === 0 ? "guilty" : "good");

  const results = await Promise.allSettled(
    texts.map((text) => sender.consume(batchOf([testRecord({ attributes: { text } })]))),
  );

  assert.deepEqual(
    results.map(({ status }) => status),
    texts.map((text) => text === "guilty" ? "rejected" : "fulfilled"),
  );
});

Deno.test("otlp_http shows no secret in any error, whatever the endpoint echoes", async () => {
  const secrets = ["topsecretkey", "querysecret", "proxysecret"];
  const echo = "no access for ApiKey topsecretkey (topsecretkey)";
  const refusing = () => Response.json({ error: echo }, { status: 403 });
  await using endpoint = await HttpServer.start(refusing);
  const headers = { Authorization: "ApiKey topsecretkey" };
  const nowhere = "http://127.0.0.1:9/x?key=querysecret";
  const errors: unknown[] = [];
  for (
    const settings of [
      { logs_endpoint: `${endpoint.url}/x?key=querysecret`, headers },
      { logs_endpoint: nowhere.replace(":9", ":4"), headers },
      { logs_endpoint: nowhere, headers, proxy_url: "http://user:proxysecret@127.0.0.1:4" },
    ]
  ) {
    await using sender = await startExporter(settings);
    errors.push(await failureOf(sender.consume(testBatch(1))));
  }
  for (const error of errors) {
    assert.ok(error instanceof EndpointFaultError);
    const shown = Deno.inspect(error, { depth: 9 }) + String(error.cause);
    for (const secret of secrets) assert.ok(!shown.includes(secret), shown);
  }
  assert.match((errors[0] as Error).message, /^Endpoint answered 403: no access for …/);
  assert.match((errors[2] as Error).message, /through proxy 127\.0\.0\.1:4/);
});

const PROMPT = "Initech will buy Globex for 4711 dollars";
const ECHOES: [string, () => Response][] = [
  ["a 400 in plain text", () => new Response(PROMPT, { status: 400 })],
  ["a 422 page", () => new Response(`<p>${PROMPT}`, { status: 422, headers: { "content-type": "text/html" } })],
  ["a 400 in JSON", () => Response.json({ error: `unmarshal ${PROMPT}` }, { status: 400 })],
  ["a 400 of Elasticsearch", () => Response.json({ error: { reason: `bad [x]: ${PROMPT}` } }, { status: 400 })],
  ["a 503 in JSON", () => Response.json({ message: PROMPT.toUpperCase() }, { status: 503 })],
  ["a 400 in protobuf", () => protobufAnswer(400, [0x08, 3, 0x12, PROMPT.length, ...encodedText(PROMPT)])],
  [
    "a 400 of nothing but bytes",
    () => Response.json({ error: "\u0000\u0001\u0002\ufffd".repeat(1000) }, { status: 400 }),
  ],
  ["a partial success", () => partialSuccess(1, `failed to store ${PROMPT}`)],
  ["a partial success that rejects nothing", () => partialSuccess(0, `deprecated: ${PROMPT}`)],
];

const encodedText = (text: string) => new TextEncoder().encode(text);

function protobufAnswer(status: number, bytes: readonly number[]): Response {
  return new Response(new Uint8Array(bytes), { status, headers: { "content-type": "application/x-protobuf" } });
}

function partialSuccess(rejected: number, message: string): Response {
  return protobufAnswer(200, Array.from(encodeLogsResponse({ rejected, message }, "application/x-protobuf")));
}

for (const [name, answer] of ECHOES) {
  for (const compression of ["gzip", "zstd", "none"]) {
    Deno.test(`otlp_http shows nothing of a prompt that ${name} echoes (${compression})`, async () => {
      await using endpoint = await HttpServer.start(answer);
      await using sender = await startExporter({ endpoint: endpoint.url, compression });
      const record = testRecord({ attributes: { "gen_ai.input.messages": `[{"content":"${PROMPT}"}]` } });

      const result = await sender.consume(batchOf([record])).then(() => undefined, (error: Error) => error);

      const shown = `${Deno.inspect(result)}${sender.lines.join("")}`;
      assert.doesNotMatch(shown, /initech|globex|4711|dollars/i);
      // deno-lint-ignore no-control-regex
      assert.doesNotMatch(result?.message ?? "", /[\u0000-\u001f\ufffd]/);
    });
  }
}

Deno.test("otlp_http sends through a proxy with its credentials", async () => {
  await using proxy = await HttpServer.start(taken);
  const proxyUrl = proxy.url.replace("//", "//user:p%40ss@");
  await using sender = await startExporter({ endpoint: "http://collector.invalid:4318", proxy_url: proxyUrl });
  const batch = testBatch(2);

  await sender.consume(batch);

  const [request] = proxy.requests;
  assert.equal(request?.url.pathname, "/v1/logs");
  assert.equal(request?.headers.get("host"), "collector.invalid:4318");
  assert.equal(request?.headers.get("proxy-authorization"), `Basic ${btoa("user:p@ss")}`);
  assert.deepEqual(request?.body, encoded(batch, "proto"));
});

Deno.test("otlp_http may be shut down twice and before it was started", async () => {
  const { events } = quietEvents();
  const exporter = otlpHttpFactory.create({ id: "otlp_http", config: otlpHttpFactory.schema.parse({}), events });
  await exporter.shutdown();
  await exporter.start();
  await exporter.shutdown();
  await exporter.shutdown();
});
