/** The quick starts lead to a document: all their commands are run, in front of stand-ins. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { StandIn } from "../world/document_stage.ts";
import { assertFound, follow, RECORDS } from "../world/quick_start.ts";

const QUICK_STARTS = join(import.meta.dirname as string, "..", "..", "docs", "quick-starts");

/** Starts a container of this image: what it stands for runs already. */
function docker(image: RegExp): Record<string, StandIn> {
  return {
    docker: ([command, ...args]) => {
      if (command === "rm") return "";
      if (command !== "run" || !args.some((arg) => image.test(arg))) throw new Error("no such container");
      return "0123456789ab\n";
    },
  };
}

Deno.test("the quick start straight into Elasticsearch leads to stored documents", async () => {
  const { output, elasticsearch } = await follow("docs/quick-starts/elasticsearch.md", ({ elasticsearch }) => ({
    set: { ELASTICSEARCH_URL: elasticsearch.url },
    standIns: docker(/elasticsearch:9\.4\.3$/),
  }));
  assertFound(output, [3, RECORDS]);
  assert.equal(elasticsearch.documents.length, RECORDS);
});

Deno.test("the quick start through a Collector leads to stored documents, by the Collector's example", async () => {
  const { output, elasticsearch, endpoint } = await follow("docs/quick-starts/collector.md", (around) => ({
    set: { ELASTICSEARCH_URL: around.elasticsearch.url, OTEL_EXPORTER_OTLP_ENDPOINT: around.endpoint.url },
    standIns: docker(/examples\/collector\/elasticsearch\.yaml:\/etc\/otelcol\/config\.yaml:ro$/),
  }));
  assertFound(output, [3, RECORDS]);
  assert.ok(elasticsearch.templates.size > 0);
  assert.equal(endpoint.ids.size, RECORDS);
});

Deno.test("the quick start of Elastic Cloud leads to documents in OpenTelemetry's structure", async () => {
  const { output, endpoint } = await follow("docs/quick-starts/elastic-cloud.md", ({ endpoint, elasticsearch }) => ({
    set: { ELASTIC_OTLP_ENDPOINT: endpoint.url, ELASTICSEARCH_URL: elasticsearch.url, ELASTIC_API_KEY: "a2V5" },
  }));
  assertFound(output, [3, RECORDS]);
  assert.ok(endpoint.requests.every(({ headers }) => headers.get("authorization") === "ApiKey a2V5"));
});

Deno.test("the quick start of APM Server leads to the original texts", async () => {
  const { output, endpoint } = await follow("docs/quick-starts/apm-server.md", ({ endpoint, elasticsearch }) => ({
    set: { APM_SERVER_URL: endpoint.url, APM_SECRET_TOKEN: "t0ken", ELASTICSEARCH_URL: elasticsearch.url },
  }));
  assertFound(output, [3, RECORDS]);
  assert.ok(endpoint.requests.every(({ headers }) => headers.get("authorization") === "Bearer t0ken"));
  for (const { body } of endpoint.accepted) assert.equal(JSON.parse(String(body)).schemaType, "ModelInvocationLog");
});

Deno.test("the quick start of any OTLP store leads to records that the store has", async () => {
  const { output } = await follow("docs/quick-starts/otlp.md", ({ endpoint }) => ({
    set: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.url },
    standIns: {
      docker: (args) => {
        const start = docker(/examples\/collector\/print\.yaml:\/etc\/otelcol\/config\.yaml:ro$/);
        if (args[0] !== "logs") return start["docker"]?.(args) ?? "";
        assert.equal(args.at(-1), "collector");
        return endpoint.accepted.map(({ attributes }) => `printed ${attributes["aws.request_id"]}\n`).join("");
      },
    },
  }));
  assert.equal(output.match(/printed [0-9a-f-]{36}$/gm)?.length, 3 + RECORDS, output);
});

Deno.test("the quick start into a file leads to lines in it", async () => {
  const { output } = await follow("docs/quick-starts/file.md", () => ({}));
  assert.equal(output.match(/^\{"resourceLogs":/gm)?.length, 2, output);
  assert.match(output, /^ {2}"gen_ai\.request\.model"|"request": \{/m);
});

const RUN_BY_A_TEST = ["elasticsearch", "collector", "elastic-cloud", "apm-server", "otlp", "file"];

Deno.test("every quick start is followed by a test", () => {
  const pages = [...Deno.readDirSync(QUICK_STARTS)].filter(({ isFile }) => isFile);
  assert.deepEqual(pages.map(({ name }) => name).sort(), RUN_BY_A_TEST.map((name) => `${name}.md`).sort());
});
