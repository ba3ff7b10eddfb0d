import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { cloudUrl, type ElasticsearchConfig } from "./config.ts";
import { elasticsearchFactory } from "./factory.ts";

function mistakes(settings: Record<string, unknown>): string[] {
  const config = elasticsearchFactory.schema.parse(settings) as ElasticsearchConfig;
  return (elasticsearchFactory.check?.(config) ?? []).map(({ path, message }) => `${path}: ${message}`);
}

const CLOUD_ID = `mine:${Buffer.from("eu-west-1.aws.found.io:9243$es123$kb456").toString("base64")}`;

Deno.test("one of endpoint, endpoints and cloudid names Elasticsearch", () => {
  assert.deepEqual(mistakes({ endpoint: "https://es.example:9200" }), []);
  assert.deepEqual(mistakes({ cloudid: CLOUD_ID }), []);
  assert.match(mistakes({}).join(), /exactly one of endpoint, endpoints, cloudid must be set, none is/);
  assert.match(
    mistakes({ endpoint: "https://a.example", endpoints: ["https://b.example"] }).join(),
    /endpoint and endpoints are/,
  );
  assert.match(mistakes({ cloudid: "mine:!!" }).join(), /cloudid: expected a Cloud ID/);
});

Deno.test("a Cloud ID names the deployment's URL", () => {
  assert.equal(cloudUrl(CLOUD_ID), "https://es123.eu-west-1.aws.found.io:9243");
  assert.equal(cloudUrl(Buffer.from("a.example$b").toString("base64")), "https://b.a.example");
  for (const wrong of ["", "x", Buffer.from("a.example").toString("base64")]) assert.equal(cloudUrl(wrong), undefined);
});

Deno.test("credentials stand in their own settings, one kind of them, and show nowhere", () => {
  const endpoint = "https://es.example";
  assert.match(mistakes({ endpoint: "https://me:canary@es.example" }).join(), /^endpoint: expected a URL without user/);
  assert.doesNotMatch(mistakes({ endpoint: "https://me:canary@es.example" }).join(), /canary/);
  assert.match(mistakes({ endpoint, api_key: "a", user: "b", password: "c" }).join(), /user: excludes api_key/);
  assert.match(mistakes({ endpoint, user: "b" }).join(), /user: needs password/);
  assert.match(mistakes({ endpoint, password: "b" }).join(), /password: needs user/);
  assert.match(mistakes({ endpoint, api_key: "two words" }).join(), /api_key: expected an API key in one line/);
});

Deno.test("an index of one's own has a name that Elasticsearch takes", () => {
  const isTaken = (name: string) =>
    ["logs_index", "metrics_index"].map((setting) =>
      elasticsearchFactory.schema.safeParse({ endpoint: "https://es.example", [setting]: name }).success
    );
  for (const name of ["logs", "logs-my.app-default", ".hidden", "größe", "a".repeat(255)]) {
    assert.deepEqual(isTaken(name), [true, true], name);
  }
  for (
    const name of ["", "Logs", "a b", "a,b", "_all", "-a", "+a", "..", "logs-*", "a/../_all", "a:b", "a".repeat(256)]
  ) {
    assert.deepEqual(isTaken(name), [false, false], name);
  }
});

Deno.test("it needs the net of its nodes and its files, and nothing else", () => {
  const config = elasticsearchFactory.schema.parse({
    endpoints: ["https://a.example:9200", "https://b.example"],
    tls: { ca_file: "/ca.pem" },
  }) as ElasticsearchConfig;
  assert.deepEqual(elasticsearchFactory.permissions(config), {
    net: ["a.example:9200", "b.example:443"],
    read: ["/ca.pem"],
  });
});
