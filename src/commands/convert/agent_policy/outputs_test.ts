import assert from "node:assert/strict";
import { outputsOf } from "./outputs.ts";

/** What the outputs become for streams that use one of them. */
function converted(outputs: Record<string, unknown> | undefined, used = "default") {
  const warnings: string[] = [];
  const exporters = outputsOf(outputs === undefined ? {} : { outputs }, {
    used: [used],
    warn: (warning) => void warnings.push(warning),
  });
  return { ...exporters.get(used), warnings };
}

Deno.test("an output of type elasticsearch becomes the exporter, its hosts URLs", () => {
  const output = {
    type: "elasticsearch",
    hosts: ["es.example", "https://b.example", "http://c.example:80"],
    username: "me",
  };
  assert.deepEqual(converted({ default: { ...output, password: "secret" } }), {
    id: "elasticsearch",
    settings: {
      endpoints: ["http://es.example:9200", "https://b.example:9200", "http://c.example:80"],
      user: "me",
      password: "secret",
    },
    warnings: [],
  });
});

const OUTPUT = { type: "elasticsearch", hosts: "https://es.example:9200", api_key: "id:key" };

Deno.test("an output that is named otherwise than default is followed", () => {
  const { id, settings, warnings } = converted({ "fleet-1": OUTPUT, default: { type: "logstash" } }, "fleet-1");
  assert.equal(id, "elasticsearch");
  assert.deepEqual(settings, { endpoints: ["https://es.example:9200"], api_key: "id:key" });
  assert.deepEqual(warnings, ["outputs.default (logstash): left out, as no input of Amazon Bedrock uses it"]);
});

Deno.test("pipeline, certificates and key of an output are kept; what ssl has besides is named", () => {
  const { settings, warnings } = converted({
    default: {
      ...OUTPUT,
      pipeline: "mine",
      "ssl.certificate_authorities": ["/etc/ca.pem"],
      ssl: {
        enabled: true,
        certificate: "/etc/c.pem",
        key: "/etc/k.pem",
        verification_mode: "none",
        ca_trusted_fingerprint: "canary",
      },
    },
  });
  assert.deepEqual(settings, {
    endpoints: ["https://es.example:9200"],
    api_key: "id:key",
    pipeline: "mine",
    tls: { ca_file: "/etc/ca.pem", cert_file: "/etc/c.pem", key_file: "/etc/k.pem" },
  });
  assert.deepEqual(warnings.map((warning) => warning.split(":", 1)[0]), [
    "outputs.default.ssl.verification_mode",
    "outputs.default.ssl.ca_trusted_fingerprint",
  ]);
  assert.doesNotMatch(warnings.join(), /canary/);
  const inline = converted({ default: { ...OUTPUT, ssl: { certificate_authorities: ["-----BEGIN X"] } } });
  assert.match(
    inline.warnings.join(),
    /^outputs\.default\.ssl\.certificate_authorities: .*one PEM file.*tls\.ca_file$/,
  );
});

Deno.test("an output without a key gets the variable, unless something else tells who we are", () => {
  const { api_key: _, ...output } = OUTPUT;
  const { settings, warnings } = converted({ default: output });
  assert.equal(settings?.["api_key"], "${env:ELASTIC_API_KEY}");
  assert.match(warnings.join(), /^outputs\.default\.api_key: is not in the policy: .* ELASTIC_API_KEY$/);
  const headers = { authorization: "ApiKey x" };
  assert.equal(converted({ default: { ...output, headers } }).settings?.["api_key"], undefined);
  const secret = converted({ default: { ...output, username: "me", password: "$co.elastic.secret{a-1}" } });
  assert.equal(secret.settings?.["password"], "${env:ELASTICSEARCH_PASSWORD}");
  assert.match(
    secret.warnings.join(),
    /^outputs\.default\.password: is a secret that Fleet keeps: .* ELASTICSEARCH_PASSWORD$/,
  );
});

Deno.test("what has no counterpart, and any other output, is named with what to do", () => {
  const { id, warnings } = converted({
    default: { ...OUTPUT, preset: "balanced" },
    second: { type: "elasticsearch", hosts: ["x"] },
    kafka: { type: "kafka" },
  });
  assert.equal(id, "elasticsearch");
  assert.match(warnings.join("\n"), /^outputs\.second .*\noutputs\.kafka \(kafka\): .*\noutputs\.default\.preset: /);
});

Deno.test("in place of any other output stands OTLP, and a warning says where", () => {
  const { id, warnings } = converted({ default: { type: "logstash", hosts: ["x"] } });
  assert.equal(id, "otlp_http");
  assert.match(
    warnings.join(),
    /^outputs\.default \(logstash\): .*exporters\.otlp_http stands in its place.*localhost:4318/,
  );
  assert.match(converted({ other: OUTPUT }).warnings.join("\n"), /^outputs\.default: is not in the policy: /m);
  assert.equal(converted(undefined).id, "otlp_http");
});

Deno.test("references of the Agent become references of ours", () => {
  const { settings } = converted({
    default: { type: "elasticsearch", hosts: ["${env.ES_HOST}"], api_key: "${ES_KEY}" },
  });
  assert.deepEqual(settings, { endpoints: ["${env:ES_HOST}"], api_key: "${env:ES_KEY}" });
});
