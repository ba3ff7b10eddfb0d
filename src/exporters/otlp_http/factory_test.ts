import assert from "node:assert/strict";
import { otlpHttpFactory } from "./factory.ts";

function checked(settings: Record<string, unknown>): string[] {
  const config = otlpHttpFactory.schema.parse(settings);
  return (otlpHttpFactory.check?.(config) ?? []).map(({ path, message }) => `${path}: ${message}`);
}

Deno.test("otlp_http works without settings, with the documented defaults", () => {
  const config = otlpHttpFactory.schema.parse({});
  assert.equal(config.endpoint, "http://localhost:4318");
  assert.equal(config.timeout, 30_000);
  assert.equal(config.max_request_bytes, 4 * 1024 * 1024);
  assert.equal(config.compression_params.level, 1);
  assert.deepEqual(config.retry_on_failure, {
    enabled: true,
    initial_interval: 5000,
    randomization_factor: 0.5,
    multiplier: 1.5,
    max_interval: 30_000,
    max_elapsed_time: 0,
  });
  assert.deepEqual(config.sending_queue.batch, { flush_timeout: 200, max_size: 2000 });
  assert.deepEqual(checked({}), []);
});

for (
  const [name, settings, path, expected] of [
    ["JSON for APM Server", { encoding: "json", target: "apm" }, "encoding", /target apm reads protobuf only/],
    [
      "JSON for Elasticsearch",
      { encoding: "json", target: "elastic" },
      "encoding",
      /target elastic reads protobuf only/,
    ],
    ["zstd for APM Server", { compression: "zstd", target: "apm" }, "compression", /target apm takes no zstd/],
    ["zstd for Elastic", { compression: "zstd", target: "elastic" }, "compression", /target elastic takes no zstd/],
    ["a password in the endpoint", { endpoint: "http://u:hidden@h" }, "endpoint", /without user:password@/],
    ["a certificate without its key", { tls: { cert_file: "c" } }, "tls.key_file", /as tls\.cert_file is set/],
    ["a key without its certificate", { tls: { key_file: "k" } }, "tls.cert_file", /as tls\.key_file is set/],
    [
      "an unverified certificate",
      { tls: { insecure_skip_verify: true } },
      "tls.insecure_skip_verify",
      /--unsafely-ignore-certificate-errors/,
    ],
    ["a proxy that is none", { proxy_url: "ftp://u:hidden@h" }, "proxy_url", /http:\/\/, https:\/\/ or socks5:\/\//],
    ["a header of two lines", { headers: { "X-A": "hid\nden" } }, "headers.X-A", /fits in one line/],
    ["a header's name that is none", { headers: { "X A": "hidden" } }, "headers.X A", /header's name/],
  ] as const
) {
  Deno.test(`otlp_http refuses ${name} in its settings without showing a secret`, () => {
    const [problem, ...more] = checked(settings);
    assert.ok(problem?.startsWith(`${path}: `), `no problem at ${path}: ${problem}`);
    assert.match(problem ?? "", expected);
    assert.doesNotMatch(problem ?? "", /hid/);
    assert.equal(more.length, 0);
  });
}

for (const endpoint of ["localhost:4318", "ftp://h", "", "not a url"]) {
  Deno.test(`otlp_http refuses the endpoint "${endpoint}"`, () => {
    const { error } = otlpHttpFactory.schema.safeParse({ endpoint });
    assert.equal(error?.issues[0]?.message, "expected an http:// or https:// URL");
  });
}

Deno.test("otlp_http needs the network for its endpoints and its proxy, and to read its TLS files", () => {
  const config = otlpHttpFactory.schema.parse({
    endpoint: "https://es.example/_otlp",
    metrics_endpoint: "http://[::1]:4318/m",
    proxy_url: "http://u:p@proxy.example:8080",
    tls: { ca_file: "/etc/ca.pem" },
  });
  assert.deepEqual(otlpHttpFactory.permissions(config), {
    net: ["es.example:443", "[::1]:4318", "proxy.example:8080"],
    read: ["/etc/ca.pem"],
  });
});
