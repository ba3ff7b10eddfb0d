/** Every call to AWS ends after api_timeout when its answer stalls: before the headers, in the body, in the body of an error. */
import assert from "node:assert/strict";
import { awsErrorKind, awsErrorMessage } from "../../src/aws/aws_error.ts";
import { withEnvironment } from "../world/environment.ts";
import { AWS_CALLS, list, withoutKeys, withQueue } from "../world/aws_calls.ts";

const { signal } = new AbortController();

/** What comes of an answer before it stalls. */
const STALLS: Readonly<Record<string, string>> = {
  "before its headers": "",
  "in its body": "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{",
  "in the body of an error": "HTTP/1.1 400 Bad Request\r\nContent-Length: 1000\r\n\r\n{",
};

/** Those that a stop does not break off: what they did would not be known, or credentials are being asked for. */
const NOT_ABORTED = /DeleteMessage|ChangeMessage|GetQueue|SendMessage|AssumeRole/;
const NO_ANSWER = /^no whole answer from 127\.0\.0\.1:\d+ within 150 ms$/;
const NO_MORE = /^Cannot read object: no more bytes of s3:\/\/logs\/a\.json within 150 ms$/;

for (const [name, call] of Object.entries(AWS_CALLS)) {
  for (const [where, answer] of Object.entries(STALLS)) {
    Deno.test(`${name} ends after api_timeout when its answer stalls ${where}`, async () => {
      using server = stallAfter(answer);
      const error = await call(server.url, signal).then(() => undefined, (error: unknown) => error);
      assert.match(awsErrorMessage(error), name === "S3 GetObject" && where === "in its body" ? NO_MORE : NO_ANSWER);
      assert.equal(awsErrorKind(error), "transient");
      assert.ok(server.closed.length <= 1, "those who call try again, not the SDK");
      await Promise.all(server.closed);
    });

    if (NOT_ABORTED.test(name)) continue;
    Deno.test(`${name} ends with an abort while its answer stalls ${where}`, async () => {
      const abort = new AbortController();
      using server = stallAfter(answer, () => abort.abort(new Error("stopped")));
      await assert.rejects(
        call(server.url, abort.signal),
        (error) => awsErrorKind(error) === "aborted" || error === abort.signal.reason,
      );
      await Promise.all(server.closed);
    });
  }
}

Deno.test("a long poll may take as long as it waits, and the limit more", async () => {
  using server = stallAfter("");
  const receive = withQueue((queue, signal) =>
    queue.receive({ maxMessages: 1, waitMs: 100, visibilityTimeoutMs: 1000, signal })
  );
  await assert.rejects(receive(server.url, signal), /within 250 ms$/);
});

Deno.test("credentials of a container that stall end the call", async () => {
  using server = stallAfter("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
  await assert.rejects(
    withEnvironment(
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/` },
      () => list(withoutKeys(server.url), signal),
    ),
    /no credentials found within 1150 ms/,
  );
});

/** Begins an answer to each request, and then is silent. */
function stallAfter(answer: string, onRequest: () => void = () => {}) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  /** One for each connection; settles when the other end closes it. */
  const closed: Promise<void>[] = [];
  const connections: Deno.TcpConn[] = [];
  const stall = async (connection: Deno.TcpConn) => {
    const buffer = new Uint8Array(100_000);
    await connection.read(buffer);
    await connection.write(new TextEncoder().encode(answer));
    onRequest();
    while (await connection.read(buffer) !== null);
  };
  void (async () => {
    for await (const connection of listener) {
      connections.push(connection);
      // A reset closes it, too.
      closed.push(stall(connection).catch(() => {}));
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    closed,
    [Symbol.dispose]: () => {
      listener.close();
      for (const connection of connections) connection.close();
    },
  };
}
