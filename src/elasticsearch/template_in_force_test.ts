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
  /** Whether the template in force is ours. */
  readonly isOurs?: boolean;
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
  "whoever names a pipeline for mode raw has made it": { mode: "raw", pipeline: "mine", says: "ready" },
  "a pipeline of the exporter gives documents of mode ecs no template": {
    mode: "ecs",
    pipeline: "mine",
    says: /^No template of bedrock-otel is in force/,
  },
  "a pipeline of the exporter does not turn the integration's template into ours": {
    mode: "ecs",
    pipeline: "mine",
    template: INTEGRATION,
    says: /takes documents of mode raw/,
  },
  "a pipeline of the exporter gives metrics no template": {
    stream: METRICS,
    pipeline: "mine",
    says: /^No template of bedrock-otel is in force/,
  },
  "the integration's template of metrics, which has a pipeline, is none of ours": {
    stream: METRICS,
    template: "metrics-aws_bedrock.runtime-1.6.0",
    says: /--override-integration metrics/,
  },
  "ours takes no documents of OpenTelemetry's structure": {
    mode: "otel",
    isOurs: true,
    says: /^No template of OpenTelemetry .* names like logs-\*\.otel-\*/,
  },
  "OpenTelemetry's takes no documents of mode ecs": {
    stream: "logs-mine.otel-default",
    mode: "ecs",
    isOurs: true,
    says: /^No template of bedrock-otel .*leave out logs_index/,
  },
  "a data stream of another name needs a template that setup does not make": {
    stream: "bedrock",
    mode: "ecs",
    says: /^No template of bedrock-otel .*makes none for that name.*component templates/,
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

for (const [name, { stream = LOGS, mode, pipeline, template, isOurs = false, says }] of Object.entries(ROWS)) {
  Deno.test(name, async () => {
    await using elasticsearch = await Elasticsearch.start();
    elasticsearch.hasTemplates = isOurs;
    elasticsearch.pipeline = template;
    const finding = await findingOf(elasticsearch, stream, { mode, pipeline });
    if (says === "ready") assert.equal(finding.kind, "ready");
    else assert.match(finding.kind === "problem" ? finding.text : finding.kind, says);
  });
}

async function findingOf(elasticsearch: Elasticsearch, stream: string, documents: Documents) {
  const client = new ElasticsearchClient(clientSettings(elasticsearchSchema.parse({ endpoint: elasticsearch.url })));
  try {
    await client.open();
    return await templateInForce(client, stream, documents);
  } finally {
    client.close();
  }
}

Deno.test("an index that ageing made of an old one is not the one that is written to", async () => {
  await using elasticsearch = await Elasticsearch.start();
  const index = (mode: string) => ({ mappings: { _meta: { managed_by: "bedrock-otel", mode } } });
  const body = JSON.stringify({
    [`partial-.ds-${LOGS}-2026.01.02-000001`]: index("integration"),
    [`shrink-a1b2-.ds-${LOGS}-2026.02.02-000002`]: index("integration"),
    [`.ds-${LOGS}-2026.03.02-000003`]: index("ecs"),
  });
  elasticsearch.fault = ({ url }) =>
    url.pathname.endsWith("/_mapping") ? { kind: "status", status: 200, body } : undefined;
  const finding = await findingOf(elasticsearch, LOGS, { mode: "ecs", pipeline: undefined });
  assert.equal(finding.kind, "ready");
});

Deno.test("where no template is in force Elasticsearch answers with an empty object", async () => {
  await using elasticsearch = await Elasticsearch.start();
  elasticsearch.fault = () => ({ kind: "status", status: 200, body: "{}" });
  const finding = await findingOf(elasticsearch, LOGS, { mode: "ecs", pipeline: undefined });
  assert.match(finding.kind === "problem" ? finding.text : finding.kind, /^No template of bedrock-otel is in force/);
});

Deno.test("a page of a proxy is no finding about templates", async () => {
  await using elasticsearch = await Elasticsearch.start();
  elasticsearch.fault = () => ({ kind: "status", status: 200, body: "<html>login</html>" });
  await assert.rejects(
    findingOf(elasticsearch, LOGS, { mode: "ecs", pipeline: undefined }),
    { name: "EndpointFaultError", message: /no answer of Elasticsearch/, reason: "unreadable_answer" },
  );
});
