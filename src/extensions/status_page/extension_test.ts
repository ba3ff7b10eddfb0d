import assert from "node:assert/strict";
import { connect } from "node:net";
import { request } from "node:http";
import { startStatusPage } from "../../../test/world/status_page.ts";
import { Access } from "./access.ts";
import { statusPageSchema } from "./config.ts";
import { statusPageFactory } from "./factory.ts";
import { sentenceOf } from "./page/sentence.ts";
import type { Snapshot } from "./snapshot.ts";

const TOKEN = "a-token-of-enough-characters";

async function running(options: { token?: string } = {}) {
  const { page, events } = await startStatusPage(options);
  const ask = (
    path: string,
    { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {},
  ) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      // Not fetch: that sets some headers itself.
      const asked = request({ host: "127.0.0.1", port: page.port, path, method, headers, agent: false }, (answer) => {
        let text = "";
        const done = () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
        answer.on("end", done);
        answer.on("data", (part) => {
          text += part;
          if (text.includes("data: ")) {
            done();
            answer.destroy();
          }
        });
      });
      asked.on("error", reject);
      asked.end();
    });
  const snapshot = async (headers: Record<string, string> = {}): Promise<Snapshot> => {
    const { text } = await ask("/events", { headers });
    return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? "null");
  };
  return { page, events, ask, snapshot, [Symbol.asyncDispose]: () => page.stop() };
}

Deno.test("a snapshot shows the pipelines, what fails in the table's words, and never an error's text", async () => {
  await using world = await running();
  const { events } = world;
  events.emit("receive.accepted", { component: "awss3", transport: "http", count: 7, bytes: 1 });
  events.emit("export.delivered", { exporter: "otlp_http", count: 5 });
  events.emit("export.retry", { exporter: "otlp_http", reason: "http_503", error: "canary", destination: undefined });
  const shown = await world.snapshot();
  const [pipeline] = shown.pipelines;
  const components = pipeline?.components.map(({ kind, id, state, total }) => [kind, id, state, total]);
  assert.deepEqual(components, [
    ["receiver", "awss3", "ok", 7],
    ["processor", "bedrock", "ok", null],
    ["exporter", "otlp_http", "failing", 5],
  ]);
  assert.equal(pipeline?.components[2]?.lastError?.reason, "http_503");
  assert.equal(shown.state, "failing");
  assert.equal(shown.readsInvocations, true);
  assert.doesNotMatch(JSON.stringify(shown), /canary/);
});

Deno.test("a dead letter or a state that fails is in the first line, though no pipeline has it", async () => {
  await using well = await running();
  assert.match(sentenceOf(await well.snapshot()), /^All is well, running since /);
  for (const [id, fail] of Object.entries(FAILURES)) {
    await using world = await running();
    fail(world.events);
    const shown = await world.snapshot();
    assert.equal(shown.state, "failing");
    assert.deepEqual(shown.others.filter(({ state }) => state === "failing").map((one) => one.id), [id]);
    assert.match(sentenceOf(shown), new RegExp(`^${id} is failing \\(.+\\) since `));
    assert.doesNotMatch(JSON.stringify(shown), /canary/);
  }
});

const FAILURES: Readonly<Record<string, (events: Awaited<ReturnType<typeof running>>["events"]) => void>> = {
  "file/dead_letter": (events) => events.emit("dead_letter.failed", { exporter: "file/dead_letter", error: "canary" }),
  storage: (events) => events.emit("storage.failed", { component: "storage", reason: "full", error: "canary" }),
};

Deno.test("nothing can be changed: GET and HEAD only, with a strict policy on every page", async () => {
  await using world = await running();
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    assert.equal((await world.ask("/", { method })).status, 405, method);
  }
  for (const path of ["/", "/page.js", "/page.css", "/events"]) {
    const { status, headers } = await world.ask(path);
    assert.equal(status, 200, path);
    assert.match(String(headers["content-security-policy"]), /default-src 'none'; script-src 'self'; style-src 'self'/);
    assert.equal(headers["x-content-type-options"], "nosniff");
  }
});

Deno.test("other names of the host, other origins and other sites are refused", async () => {
  await using world = await running();
  const refused: Record<string, string>[] = [
    { host: "evil.example" },
    { host: "localhost.evil.example:80" },
    { origin: "http://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" },
    { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" },
  ];
  for (const headers of refused) {
    const { status, text } = await world.ask("/events", { headers });
    assert.equal(status, 403, JSON.stringify(headers));
    assert.doesNotMatch(text, /data:|evil/);
  }
  for (const host of ["localhost:1", "127.0.0.1:1", "[::1]:1"]) {
    assert.equal((await world.ask("/events", { headers: { host } })).status, 200, host);
  }
});

Deno.test("with a token, nothing is told before it is exchanged for a cookie that scripts cannot read", async () => {
  await using world = await running({ token: TOKEN });
  assert.equal((await world.ask("/events")).status, 401);
  assert.equal((await world.ask(`/events?token=${TOKEN}`)).status, 401, "never in a URL");
  assert.equal((await world.ask("/session", { headers: { authorization: "Bearer another" } })).status, 401);
  const { headers } = await world.ask("/session", { headers: { authorization: `Bearer ${TOKEN}` } });
  const cookie = String(headers["set-cookie"]);
  assert.match(cookie, /; HttpOnly; SameSite=Strict; Path=\//);
  assert.doesNotMatch(cookie, new RegExp(TOKEN));
  const [value = ""] = cookie.split(";");
  assert.equal((await world.snapshot({ cookie: value })).state, "ok");
  assert.equal((await world.ask("/events", { headers: { cookie: `${value}0` } })).status, 401);
});

Deno.test("who may look already needs no token to ask for a session", async () => {
  await using open = await running();
  assert.equal((await open.ask("/session")).status, 200, "there is no token");
  await using guarded = await running({ token: TOKEN });
  const { headers } = await guarded.ask("/session", { headers: { authorization: `Bearer ${TOKEN}` } });
  const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
  assert.equal((await guarded.ask("/session", { headers: { cookie } })).status, 200);
  assert.equal((await guarded.ask("/session")).status, 401);
});

Deno.test("two programs on one host, whose cookies a browser does not keep apart, have a cookie each", () => {
  const cookieOf = (port: number) =>
    new Access({ host: "192.0.2.1", port, token: TOKEN }).cookieFor({
      headers: new Map([["authorization", `Bearer ${TOKEN}`]]),
      signal: new AbortController().signal,
    })?.split("=")[0];
  assert.notEqual(cookieOf(13134), cookieOf(13135));
});

Deno.test("any address but this machine's needs a token", () => {
  const problems = (settings: unknown) => statusPageFactory.check?.(statusPageSchema.parse(settings)) ?? [];
  for (const endpoint of ["localhost:1", "127.0.0.1:1", "[::1]:1"]) assert.deepEqual(problems({ endpoint }), []);
  for (const endpoint of ["0.0.0.0:1", ":1", "192.0.2.1:1"]) {
    assert.equal(problems({ endpoint })[0]?.path, "token", endpoint);
    assert.deepEqual(problems({ endpoint, token: TOKEN }), []);
  }
  assert.equal(statusPageSchema.safeParse({ token: "short" }).success, false);
});

Deno.test("a reader that never reads holds up neither the others nor the end", async () => {
  const world = await running();
  const socket = connect(world.page.port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.on("error", () => {});
  socket.pause();
  socket.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const all = await Promise.all(Array.from({ length: 20 }, () => world.snapshot()));
  assert.ok(all.every(({ state }) => state === "ok"));
  await world.page.stop();
  socket.destroy();
});
