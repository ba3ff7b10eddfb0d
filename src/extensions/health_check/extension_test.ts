import assert from "node:assert/strict";
import { connect } from "node:net";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { Health } from "../../telemetry/health.ts";
import { healthReport } from "../../telemetry/health_report.ts";
import { healthCheckSchema } from "./config.ts";
import { HealthCheck } from "./extension.ts";
import { healthCheckFactory } from "./factory.ts";

const GROUPS = { "pipeline:logs": ["receiver:awss3", "exporter:otlp_http"] };

async function running(options: { port?: number } = {}) {
  const { events } = quietEvents();
  const health = new Health(events);
  const extension = new HealthCheck({
    id: "health_check",
    host: "127.0.0.1",
    port: options.port ?? 0,
    unhealthyAfterMs: 0,
    health: (reportOptions) => healthReport(health, GROUPS, reportOptions),
  });
  await extension.start();
  const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${extension.port}${path}`, init);
  return { events, health, extension, ask, [Symbol.asyncDispose]: () => extension.stop() };
}

Deno.test("/ and /ready answer 503 while the program starts and stops, and 200 in between", async () => {
  await using world = await running();
  const both = async () => {
    const answers = [await world.ask("/"), await world.ask("/ready")];
    for (const answer of answers) await answer.body?.cancel();
    return answers.map(({ status }) => status);
  };
  assert.deepEqual(await both(), [503, 503]);
  world.health.enter("running");
  assert.deepEqual(await both(), [200, 200]);
  world.health.enter("stopping");
  assert.deepEqual(await both(), [503, 503]);
});

Deno.test("/ answers 503 with the failing component once unhealthy_after is over; /ready stays 200", async () => {
  await using world = await running();
  world.health.enter("running");
  world.events.emit("export.retry", { exporter: "otlp_http", reason: "http_401", error: "canary" });
  const answer = await world.ask("/?verbose");
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("content-type"), "application/json");
  const { healthy, status, error, components } = await answer.json();
  assert.deepEqual([healthy, status, error], [false, "StatusRecoverableError", "http_401"]);
  assert.equal(components["pipeline:logs"].components["exporter:otlp_http"].healthy, false);
  assert.equal(components["pipeline:logs"].components["receiver:awss3"].healthy, true);
  const ready = await world.ask("/ready");
  assert.equal(ready.status, 200);
  assert.equal((await ready.json()).ready, true);
});

Deno.test("only GET and HEAD of known paths are answered, and nothing of a request comes back", async () => {
  await using world = await running();
  world.health.enter("running");
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    const answer = await world.ask("/", { method, ...(method === "OPTIONS" ? {} : { body: "canary" }) });
    assert.equal(answer.status, 405, method);
    assert.equal(answer.headers.get("allow"), "GET, HEAD");
    assert.doesNotMatch(await answer.text(), /canary/);
  }
  const head = await world.ask("/", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  for (const path of ["/canary", "/ready/", "/__proto__", "/constructor", "/../", "//"]) {
    const answer = await world.ask(path);
    const text = await answer.text();
    if (path !== "/../" && path !== "//") assert.equal(answer.status, 404, path);
    assert.doesNotMatch(text, /canary/);
  }
});

Deno.test("stopping does not wait for a client that says nothing", async () => {
  const world = await running();
  const socket = connect(world.extension.port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n");
  await world.extension.stop();
  socket.destroy();
  await assert.rejects(fetch(`http://127.0.0.1:${world.extension.port}/`));
});

Deno.test("a port that is taken is an error that names it and the setting", async () => {
  await using first = await running();
  await assert.rejects(
    running({ port: first.extension.port }),
    /^Error: Cannot start health_check: cannot listen on 127\.0\.0\.1:\d+ .*: change extensions\.health_check\.endpoint$/,
  );
});

Deno.test("it listens on this machine only unless told otherwise; permissions name the address", () => {
  const permissions = (settings: unknown) => healthCheckFactory.permissions(healthCheckSchema.parse(settings)).net;
  assert.deepEqual(permissions({}), ["localhost:13133"]);
  assert.deepEqual(permissions({ endpoint: "0.0.0.0:8080" }), ["0.0.0.0:8080"]);
  assert.deepEqual(permissions({ endpoint: "[::1]:8080" }), ["[::1]:8080"]);
  for (const endpoint of ["localhost", "localhost:99999", "http://localhost:1", "user:secret@localhost:1"]) {
    assert.equal(healthCheckSchema.safeParse({ endpoint }).success, false, endpoint);
  }
});
