import assert from "node:assert/strict";
import { fakeClock } from "../../../test/world/fake_time.ts";
import { Certificates } from "../../../test/world/certificates.ts";
import { HttpServer } from "../../../test/world/http_server.ts";
import { EndpointFaultError } from "../../component/outcome.ts";
import { testBatch } from "../../../test/world/records.ts";
import { failureOf, startExporter, taken } from "./testing.ts";
import { TestFolder } from "../../../test/world/folder.ts";

/** OpenSSL's server, which asks for a client's certificate; takes one connection and answers one request. */
class MutualTlsServer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(certificates: Certificates) {
    const trust = ["-CAfile", certificates.file("ca.pem"), "-Verify", "1", "-verify_return_error"];
    const identity = ["-cert", certificates.file("server.pem"), "-key", certificates.file("server.key")];
    this.#process = new Deno.Command("openssl", {
      args: ["s_server", "-accept", "127.0.0.1:0", "-naccept", "1", ...trust, ...identity],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#output = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** What it printed, up to a match of the pattern. */
  async seen(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match !== null) return match;
      const { value, done } = await this.#output.read();
      if (done) throw new Error(`openssl s_server ended without ${pattern}: ${this.#text}`);
      this.#text += value;
    }
  }

  async answer(text: string): Promise<void> {
    const writer = this.#process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    writer.releaseLock();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stdin.close().catch(() => {});
    this.#process.kill("SIGKILL");
    await this.#output.cancel();
    await this.#process.status;
  }
}

const ignore = !Certificates.available();
const skipped = ignore ? " (skipped: no openssl to make certificates with)" : "";

Deno.test({
  name: `otlp_http trusts the authority in tls.ca_file${skipped}`,
  ignore,
  async fn() {
    using certificates = new Certificates();
    const tls = { cert: certificates.text("server.pem"), key: certificates.text("server.key") };
    await using endpoint = await HttpServer.start(taken, { tls });
    await using sender = await startExporter({
      endpoint: endpoint.url,
      tls: { ca_file: certificates.file("ca.pem") },
    });

    await sender.consume(testBatch(2));

    assert.equal(endpoint.requests[0]?.url.protocol, "https:");
    assert.ok((endpoint.requests[0]?.body.length ?? 0) > 0);
  },
});

Deno.test({
  name: `otlp_http reads tls.ca_file again after a handshake that failed${skipped}`,
  ignore,
  async fn() {
    using certificates = new Certificates();
    const tls = { cert: certificates.text("server.pem"), key: certificates.text("server.key") };
    await using endpoint = await HttpServer.start(taken, { tls });
    using clock = fakeClock({ toFake: ["performance"] });
    const ca_file = certificates.file("rotated.pem");
    await Deno.writeTextFile(ca_file, certificates.text("client.pem"));
    await using sender = await startExporter({ endpoint: endpoint.url, tls: { ca_file } });
    await Deno.writeTextFile(ca_file, certificates.text("ca.pem"));
    clock.tick(5000);
    assert.equal((await failureOf(sender.consume(testBatch(1))) as EndpointFaultError).reason, "tls");
    await sender.consume(testBatch(1));
  },
});

Deno.test({
  name: `otlp_http takes a certificate that it does not trust for an endpoint fault${skipped}`,
  ignore,
  async fn() {
    using certificates = new Certificates();
    const tls = { cert: certificates.text("server.pem"), key: certificates.text("server.key") };
    await using endpoint = await HttpServer.start(taken, { tls });
    await using sender = await startExporter({ endpoint: endpoint.url });

    const error = await failureOf(sender.consume(testBatch(2)));

    assert.ok(error instanceof EndpointFaultError);
    assert.equal(error.reason, "tls");
    assert.match(error.message, /certificate's authority is not trusted: name it in tls\.ca_file/);
    assert.equal(endpoint.requests.length, 0);
  },
});

Deno.test({
  name: `otlp_http shows the certificate in tls.cert_file to an endpoint that asks for one${skipped}`,
  ignore,
  async fn() {
    using certificates = new Certificates();
    await using server = new MutualTlsServer(certificates);
    const [, port] = await server.seen(/^ACCEPT .*:(\d+)$/m);
    await using sender = await startExporter({
      endpoint: `https://127.0.0.1:${port}`,
      compression: "none",
      tls: {
        ca_file: certificates.file("ca.pem"),
        cert_file: certificates.file("client.pem"),
        key_file: certificates.file("client.key"),
      },
    });

    const delivered = sender.consume(testBatch(1));
    await server.seen(/POST \/v1\/logs/);
    await server.answer("HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n");

    await delivered;
  },
});

Deno.test("otlp_http does not start with TLS files that it cannot use, and tells nothing of what is in them", async () => {
  using folder = TestFolder.of({
    private: "not a PEM, but private",
    "broken.pem": "-----BEGIN CERTIFICATE-----\nprivate\n-----END CERTIFICATE-----\n",
  });
  const [file, pem, missing] = [folder.file("private"), folder.file("broken.pem"), folder.file("missing")];
  for (
    const [tls, message] of [
      [{ ca_file: missing }, `Cannot read tls.ca_file: ${missing}: it does not exist`],
      [{ ca_file: file }, `Cannot read tls.ca_file: ${file} is no PEM file`],
      [
        { cert_file: pem, key_file: pem },
        `Cannot use the TLS files: ${pem} and ${pem} are no certificate and its key`,
      ],
    ] as const
  ) {
    await assert.rejects(startExporter({ tls }), { message });
  }
});
