import assert from "node:assert/strict";
import { testFile } from "../../test/world/folder.ts";
import { ReadOnlyServer } from "./read_only_server.ts";

async function running() {
  const pages = {
    "/": () => ({ status: 200, contentType: "text/plain", body: "well" }),
    "/broken": () => Promise.reject(new Error("canary")),
  };
  const server = new ReadOnlyServer({ name: "the test", setting: "its port", host: "127.0.0.1", port: 0, pages });
  await server.start();
  return {
    port: server.port,
    stop: () => server.stop(),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** Says something, and reads until the server closes the connection. */
async function say(port: number, request: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(request));
  let answer = "";
  await connection.closeWrite();
  for await (const text of connection.readable.pipeThrough(new TextDecoderStream())) answer += text;
  return answer;
}

Deno.test("whatever a request is, the answer is one of ours, and repeats nothing of it", async () => {
  await using server = await running();
  for (
    const [status, request] of [
      [200, "GET / HTTP/1.0\r\n\r\n"],
      [200, "GET /?canary HTTP/1.1\nHost: x\n\n"],
      [200, "GET / HTTP/1.1\r\nHost: [canary\r\n\r\n"],
      [200, "GET / HTTP/1.1\r\nHost: x:99999999\r\n\r\nGET /broken HTTP/1.1\r\n\r\n"],
      [404, "GET //canary HTTP/1.1\r\nHost: x\r\n\r\n"],
      [404, "GET http://canary/ HTTP/1.1\r\nHost: x\r\n\r\n"],
      [404, "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"],
      [405, "TRACE / HTTP/1.1\r\nHost: x\r\nX: canary\r\n\r\n"],
      [405, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"],
      [405, "PRI * HTTP/1.1\r\n\r\n"],
      [405, `POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n${"canary".repeat(10_000)}`],
      [500, "GET /broken HTTP/1.1\r\nHost: x\r\n\r\n"],
      [400, "canary\r\n\r\n"],
      [400, "\x16\x03\x01\x02\x00\x01"],
      [400, `GET /?${"canary".repeat(10_000)} HTTP/1.1\r\n\r\n`],
      [400, ""],
    ] as const
  ) {
    const answer = await say(server.port, request);
    assert.equal(answer.slice(0, 13), `HTTP/1.1 ${status} `, request.slice(0, 60));
    assert.doesNotMatch(answer, /canary/);
  }
});

Deno.test("clients that say nothing do not keep others from an answer", async () => {
  await using server = await running();
  const silent: Deno.Conn[] = [];
  try {
    for (let index = 0; index < 200; index++) {
      silent.push(await Deno.connect({ hostname: "127.0.0.1", port: server.port }));
      await silent[index]?.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n"));
    }
    assert.match(await say(server.port, "GET / HTTP/1.1\r\n\r\n"), /well$/);
    // The first had to go.
    assert.equal(await silent[0]?.read(new Uint8Array(1)).catch(() => null), null);
  } finally {
    for (const connection of silent) connection.close();
  }
});

/** Listens where it may have few files open, and ends when stdin does. */
const PROGRAM = `
  import { ReadOnlyServer } from ${JSON.stringify(import.meta.resolve("./read_only_server.ts"))};
  const pages = { "/": () => ({ status: 200, contentType: "text/plain", body: "well" }) };
  const server = new ReadOnlyServer({ name: "the test", setting: "its port", host: "127.0.0.1", port: 0, pages });
  await server.start();
  console.log(server.port);
  await new Response(Deno.stdin.readable).text();
  await server.stop();
`;

Deno.test({ name: "too many connections do not end the program", ignore: Deno.build.os === "windows" }, async () => {
  using file = testFile(PROGRAM, ".ts");
  const child = new Deno.Command("sh", {
    args: ["-c", 'ulimit -n 90 && exec "$0" run -q -A --no-check "$1"', Deno.execPath(), file.path],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  const stdout = child.stdout.getReader();
  const port = Number(new TextDecoder().decode((await stdout.read()).value));
  const many: Deno.Conn[] = [];
  try {
    for (let index = 0; index < 200; index++) many.push(await Deno.connect({ hostname: "127.0.0.1", port }));
    await Promise.race([child.status, new Promise((resolve) => setTimeout(resolve, 500))]);
    for (const connection of many.splice(0)) connection.close();
    assert.match(await say(port, "GET / HTTP/1.1\r\n\r\n"), /well$/);
  } finally {
    for (const connection of many) connection.close();
    await child.stdin.close().catch(() => {});
    const { code } = await child.status;
    await stdout.cancel();
    assert.deepEqual([code, await stderr], [0, ""]);
  }
});
