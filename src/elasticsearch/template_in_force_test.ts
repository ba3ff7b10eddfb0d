import assert from "node:assert/strict";
import { Elasticsearch } from "../../test/world/elasticsearch.ts";
import { clientSettings, elasticsearchSchema } from "../exporters/elasticsearch/config.ts";
import { ElasticsearchClient } from "./client.ts";
import { templateInForce } from "./template_in_force.ts";

Deno.test("where metrics lack our template it is said how to stand above the integration's", async () => {
  await using elasticsearch = await Elasticsearch.start();
  elasticsearch.hasTemplates = false;
  const client = new ElasticsearchClient(clientSettings(elasticsearchSchema.parse({ endpoint: elasticsearch.url })));
  try {
    await client.open();
    const stream = "metrics-aws_bedrock.runtime-default";
    const finding = await templateInForce(client, stream, { mode: undefined, pipeline: undefined });
    assert.match(
      finding.kind === "problem" ? finding.text : "",
      /setup elasticsearch .*--override-integration metrics/,
    );
  } finally {
    client.close();
  }
});
