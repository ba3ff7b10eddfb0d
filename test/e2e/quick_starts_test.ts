/** The quick starts lead to a document: all their commands are run, in front of stand-ins. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Aws } from "../world/aws.ts";
import { awsCli, awsVariables } from "../world/aws_cli.ts";
import { type Commands, type CommandsResult, runCommands, type StandIn } from "../world/document_stage.ts";
import { type BulkDocument, Elasticsearch } from "../world/elasticsearch.ts";
import { OtlpEndpoint } from "../world/otlp_endpoint.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");
const TEMPLATE = Deno.readTextFileSync(join(ROOT, "examples", "aws", "bedrock-logs.yaml"));
/** What was delivered when a quick start is done: three samples, and the model call of its reader. */
const RECORDS = 4;

interface Around {
  readonly aws: Aws;
  readonly endpoint: OtlpEndpoint;
  readonly elasticsearch: Elasticsearch;
}

/** Runs a page's commands, and fails where one of them fails. */
async function follow(
  page: string,
  options: (around: Around) => Pick<Commands, "set" | "standIns">,
): Promise<CommandsResult & Around> {
  await using aws = await Aws.start();
  await using endpoint = await OtlpEndpoint.start();
  await using elasticsearch = await Elasticsearch.start();
  elasticsearch.hasTemplates = false;
  elasticsearch.elsewhere = () => endpoint.accepted.map(storedAs);
  const around = { aws, endpoint, elasticsearch };
  const { set, standIns } = options(around);
  const result = await runCommands(Deno.readTextFileSync(join(ROOT, page)), {
    ...set !== undefined && { set },
    env: awsVariables(aws),
    standIns: { aws: awsCli(aws, TEMPLATE), ...standIns },
    mayStop: () => aws.queue.deletedIds.length === 1,
  });
  assert.equal(result.code, 0, result.output);
  assert.equal(result.output.match(/delivered_records=3/g)?.length, 1, result.output);
  assert.equal(aws.queueState().visible.length + aws.queueState().inFlight.length, 0);
  return { ...result, ...around };
}

/** What a Collector or Elastic's endpoint makes of a record, as far as a search shows it here. */
function storedAs({ attributes, scope, body }: OtlpEndpoint["accepted"][number]): BulkDocument {
  const part = (name: string) => String(attributes[`data_stream.${name}`]);
  const hasOtelStructure = scope.attributes["elastic.mapping.mode"] === undefined && typeof body !== "string";
  const index = `${part("type")}-${part("dataset")}${hasOtelStructure ? ".otel" : ""}-${part("namespace")}`;
  return { index, id: undefined, source: { ...attributes, body } };
}

/** The searches of a page: what each found. */
function assertFound(output: string, counts: readonly number[]): void {
  const found = [...output.matchAll(/"total":\{"value":(\d+)/g)].map(([, count]) => Number(count));
  assert.deepEqual(found, counts, output);
}

/** Starts a container of this image: what it stands for runs already. */
function docker(image: RegExp): Record<string, StandIn> {
  return {
    docker: ([command, ...args]) => {
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
  const pages = [...Deno.readDirSync(join(ROOT, "docs", "quick-starts"))].filter(({ isFile }) => isFile);
  assert.deepEqual(pages.map(({ name }) => name).sort(), RUN_BY_A_TEST.map((name) => `${name}.md`).sort());
});
