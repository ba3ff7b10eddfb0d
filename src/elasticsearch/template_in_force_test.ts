import assert from "node:assert/strict";
import { Elasticsearch } from "../../test/world/elasticsearch.ts";
import { clientSettings, elasticsearchSchema } from "../exporters/elasticsearch/config.ts";
import { ElasticsearchClient } from "./client.ts";
import { type Documents, templateInForce } from "./template_in_force.ts";

const LOGS = "logs-aws_bedrock.invocation-default";
const METRICS = "metrics-aws_bedrock.runtime-default";
const INTEGRATION = "logs-aws_bedrock.invocation-1.6.0";

interface Row extends Partial<Documents> {
  readonly stream?: string;
  /** The ingest pipeline of the template in force, which is not ours. */
  readonly template?: string;
  readonly says: RegExp | "ready";
}

const ROWS: Readonly<Record<string, Row>> = {
  "where metrics lack our template it is said how to stand above the integration's": {
    stream: METRICS,
    says: /setup elasticsearch .*--override-integration metrics/,
  },
  "the integration's template takes mode raw": { mode: "raw", template: INTEGRATION, says: "ready" },
  "the integration's template is one of another mode for ecs": {
    mode: "ecs",
    template: INTEGRATION,
    says: /takes documents of mode raw.*set mapping: raw.*--mode ecs --override-integration/,
  },
  "the integration's template is one of another mode for integration": {
    mode: "integration",
    template: INTEGRATION,
    says: /takes documents of mode raw.*--mode integration --override-integration/,
  },
  "whoever names a pipeline has made it for what is sent": {
    mode: "ecs",
    pipeline: "mine",
    template: INTEGRATION,
    says: "ready",
  },
  "Elasticsearch's own template for all logs is none of ours": {
    mode: "ecs",
    template: "logs@default-pipeline",
    says: /^No template of bedrock-otel is in force/,
  },
  "Elasticsearch's own template for all logs maps nothing in mode raw either": {
    mode: "raw",
    template: "logs@default-pipeline",
    says: /^No template with an ingest pipeline .*install Elastic's Amazon Bedrock integration/,
  },
};

for (const [name, { stream = LOGS, mode, pipeline, template, says }] of Object.entries(ROWS)) {
  Deno.test(name, async () => {
    await using elasticsearch = await Elasticsearch.start();
    elasticsearch.hasTemplates = false;
    elasticsearch.pipeline = template;
    const client = new ElasticsearchClient(clientSettings(elasticsearchSchema.parse({ endpoint: elasticsearch.url })));
    try {
      await client.open();
      const finding = await templateInForce(client, stream, { mode, pipeline });
      if (says === "ready") assert.equal(finding.kind, "ready");
      else assert.match(finding.kind === "problem" ? finding.text : finding.kind, says);
    } finally {
      client.close();
    }
  });
}
