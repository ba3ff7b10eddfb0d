import assert from "node:assert/strict";
import { outputOf } from "./outputs.ts";

function converted(outputs: Record<string, unknown>) {
  const warnings: string[] = [];
  return { ...outputOf({ outputs }, (warning) => warnings.push(warning)), warnings };
}

Deno.test("an output of type elasticsearch becomes the exporter, its hosts URLs", () => {
  const output = {
    type: "elasticsearch",
    hosts: ["es.example", "https://b.example", "http://c.example:80"],
    username: "me",
  };
  assert.deepEqual(converted({ default: { ...output, password: "secret" } }), {
    type: "elasticsearch",
    settings: {
      endpoints: ["http://es.example:9200", "https://b.example:9200", "http://c.example:80"],
      user: "me",
      password: "secret",
    },
    warnings: [],
  });
});

Deno.test("what has no counterpart, and any other output, is named with what to do", () => {
  const { type, warnings } = converted({
    default: { type: "elasticsearch", hosts: "https://es.example:9200", preset: "balanced" },
    second: { type: "elasticsearch", hosts: ["x"] },
    kafka: { type: "kafka" },
  });
  assert.equal(type, "elasticsearch");
  assert.match(warnings.join("\n"), /^outputs\.default\.preset: .*\noutputs\.second .*\noutputs\.kafka \(kafka\): /);
});

Deno.test("without an output of Elasticsearch it is OTLP", () => {
  assert.equal(converted({ default: { type: "logstash", hosts: ["x"] } }).type, "otlp_http");
  assert.equal(converted({}).type, "otlp_http");
});

Deno.test("references of the Agent become references of ours", () => {
  const { settings } = converted({
    default: { type: "elasticsearch", hosts: ["${env.ES_HOST}"], api_key: "${ES_KEY}" },
  });
  assert.deepEqual(settings, { endpoints: ["${env:ES_HOST}"], api_key: "${env:ES_KEY}" });
});
