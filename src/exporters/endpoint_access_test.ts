import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { TestFolder } from "../../test/world/folder.ts";
import { HttpServer } from "../../test/world/http_server.ts";
import { testBatch, testGroup } from "../../test/world/records.ts";
import { batchOf } from "../component/batch.ts";
import { connectionPermissions, connectionProblems } from "../endpoint/connection.ts";
import { ElasticsearchClient } from "../elasticsearch/client.ts";
import { clientSettings, elasticsearchSchema } from "./elasticsearch/config.ts";
import { otlpHttpSchema } from "./otlp_http/config.ts";
import { failureOf, startExporter, taken } from "./otlp_http/testing.ts";

/** An endpoint that takes one key, and a file with another one. */
async function setUp() {
  const clock = FakeTimers.install({ toFake: ["performance"] });
  const folder = new TestFolder();
  const path = folder.file("authorization");
  await Deno.writeTextFile(path, "ApiKey old-and-secret\n");
  const server = await HttpServer.start(({ headers }) =>
    headers.get("authorization") === "ApiKey new-and-secret"
      ? taken()
      : Response.json({ error: `no ${headers.get("authorization")}` }, { status: 401 })
  );
  return {
    clock,
    path,
    server,
    settings: { endpoint: server.url, header_files: { Authorization: path } },
    async [Symbol.asyncDispose]() {
      clock.uninstall();
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

Deno.test("otlp_http reads a key again that was refused, at most every five seconds", async () => {
  await using world = await setUp();
  await using sender = await startExporter(world.settings);
  await Deno.writeTextFile(world.path, "ApiKey new-and-secret");

  const early = await failureOf(sender.consume(testBatch(1)));
  assert.match(String(early), /answered 401: no …$/);
  await failureOf(sender.consume(testBatch(1)));
  world.clock.tick(5000);
  await failureOf(sender.consume(testBatch(1)));
  await sender.consume(testBatch(1));
  await Deno.writeTextFile(world.path, "");
  await sender.consume(testBatch(1));
  assert.equal(world.server.requests.length, 5);
});

Deno.test("a file that is being replaced changes nothing, and is read again after the next refusal", async () => {
  await using world = await setUp();
  await using sender = await startExporter(world.settings);
  for (const text of ["", "two\nlines", undefined, "ApiKey new-and-secret"]) {
    if (text === undefined) await Deno.remove(world.path);
    else await Deno.writeTextFile(world.path, text);
    world.clock.tick(5000);
    assert.match(String(await failureOf(sender.consume(testBatch(1)))), /401/);
    assert.match(world.server.requests.at(-1)?.headers.get("authorization") ?? "", /old-and-secret/);
  }
  await sender.consume(testBatch(1));
});

Deno.test("a request that is in flight while a key is replaced is delivered", async () => {
  await using world = await setUp();
  const [arrived, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using slow = await HttpServer.start(async ({ url }) => {
    if (url.pathname !== "/slow") return Response.json({}, { status: 401 });
    arrived.resolve();
    await release.promise;
    return taken();
  });
  await using sender = await startExporter({
    ...world.settings,
    logs_endpoint: `${slow.url}/slow`,
    metrics_endpoint: `${slow.url}/refused`,
  });
  const delivered = sender.consume(testBatch(1));
  await arrived.promise;
  await Deno.writeTextFile(world.path, "ApiKey new-and-secret");
  world.clock.tick(5000);
  await failureOf(sender.consumeMetrics(batchOf([testGroup()])));
  release.resolve();
  await delivered;
});

Deno.test("elasticsearch reads a key again that was refused", async () => {
  await using world = await setUp();
  const connection = new ElasticsearchClient(clientSettings(elasticsearchSchema.parse(world.settings)));
  await connection.open();
  try {
    await Deno.writeTextFile(world.path, "ApiKey new-and-secret");
    world.clock.tick(5000);
    const statuses = [(await connection.ask("GET", "/")).status, (await connection.ask("GET", "/")).status];
    assert.deepEqual(statuses, [401, 200]);
  } finally {
    connection.close();
  }
});

Deno.test("an exporter does not start with a header's file that it cannot use, and tells nothing of what is in it", async () => {
  using folder = new TestFolder();
  const path = folder.file("key");
  for (const text of [undefined, "\n", "secret\nlines"]) {
    if (text !== undefined) await Deno.writeTextFile(path, text);
    await assert.rejects(startExporter({ header_files: { "X-Key": path } }), (error: Error) => {
      assert.match(error.message, /^Cannot (?:read|use) header_files\.X-Key: /);
      return !error.message.includes("secret");
    });
  }
});

Deno.test("files of headers are checked and permitted", () => {
  const config = otlpHttpSchema.parse({ headers: { "x-a": "1" }, header_files: { "X-A": "/run/a", "b d": "/run/b" } });
  assert.deepEqual(connectionProblems(config), [
    { path: "header_files.X-A", message: "is in headers too: leave one of them out" },
    { path: "header_files.b d", message: "expected a header's name" },
  ]);
  assert.deepEqual(connectionPermissions(config, []).read, ["/run/a", "/run/b"]);
});
