/** Metrics from servers that others wrote, and into a real Collector. */
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import assert from "node:assert/strict";
import { OtlpEndpoint } from "../world/otlp_endpoint.ts";
import { every5m, MetricsStage } from "../world/metrics_stage.ts";
import { decodeMetricsRequest } from "../world/otlp_metrics.ts";
import type { Config } from "../world/config.ts";
import { TestFolder } from "../world/folder.ts";
import { runOnce } from "../world/program.ts";
import { AwsAccount } from "./aws_account.ts";
import { buildCollector, Collector } from "./collector.ts";
import { exampleStatements } from "./example_policy.ts";
import { installMinistack, Ministack } from "./ministack.ts";
import { installMoto, Moto } from "./moto.ts";
import { peerTest } from "./peer.ts";

const REGION = "us-east-1";
const ACCOUNT_ID = "111111111111";
const PERIOD_MS = 300_000;
const LATENCY_MS = 120_000;

const SERVERS = {
  ministack: { installed: await installMinistack(), start: (path: string) => Ministack.start(path) },
  moto: { installed: await installMoto(), start: (path: string) => Moto.start(path) },
} as const;

for (const [name, { installed, start }] of Object.entries(SERVERS)) {
  peerTest(`${name}: the metrics of a period arrive with their sums, and once`, [installed], async (_, path) => {
    await using server = await start(path);
    await using endpoint = await OtlpEndpoint.start();
    using folder = new TestFolder();
    await farFromTheEndOfAPeriod();
    // The last period that has ended, by the receiver's latency.
    const startMs = Math.floor((Date.now() - LATENCY_MS) / PERIOD_MS) * PERIOD_MS - PERIOD_MS;
    await put(server.endpoint, startMs);
    const config = configOf({ server: server.endpoint, endpoint: endpoint.url, directory: folder.file("state") });
    for (let run = 0; run < 2; run++) {
      const { undelivered, log } = await runOnce(config);
      assert.equal(undelivered, 0, log.join(""));
    }
    const points = endpoint.acceptedPoints.map(({ metric, value, type, attributes }) => [
      metric,
      attributes["aws_bedrock.runtime.model_id"],
      type,
      value,
    ]).sort();
    assert.deepEqual(points, [
      ["aws_bedrock.runtime.invocation_latency", "model-a", "double", 150],
      ["aws_bedrock.runtime.invocations", "model-a", "int", 7],
      ["aws_bedrock.runtime.invocations", "model-b", "int", 2],
    ]);
    const [point] = endpoint.acceptedPoints;
    assert.equal(point?.startTimeUnixNano, `${startMs}000000`);
  });
}

/** The servers' time and ours are the real one: what follows takes some seconds. */
async function farFromTheEndOfAPeriod(): Promise<void> {
  const leftMs = PERIOD_MS - (Date.now() - LATENCY_MS) % PERIOD_MS;
  if (leftMs < 20_000) await new Promise((resolve) => setTimeout(resolve, leftMs + 1000));
}

peerTest("ministack: a role with what the README says is enough; with less the start fails with the reason", [
  SERVERS.ministack.installed,
], async (_, path) => {
  await using server = await Ministack.start(path);
  await using endpoint = await OtlpEndpoint.start();
  using folder = new TestFolder();
  using account = new AwsAccount({ endpoint: server.endpoint, accountId: ACCOUNT_ID, region: REGION });
  const allow = (...Action: string[]) => [{ Effect: "Allow", Action, Resource: "*" }];
  const reader = await account.createUser("reader", exampleStatements("awscloudwatchmetrics", {}));
  const stranger = await account.createUser("stranger", allow("cloudwatch:GetMetricData"));
  const directory = folder.file("state");
  const config = (keys: object) => configOf({ server: server.endpoint, endpoint: endpoint.url, directory, keys });
  const { undelivered, log } = await runOnce(config(reader));
  assert.equal(undelivered, 0, log.join(""));
  await assert.rejects(runOnce(config(stranger)), /Cannot read metrics of AWS\/Bedrock in us-east-1: AccessDenied/);
  await assert.rejects(
    runOnce(config({ access_key_id: "AKIAUNKNOWNUNKNOWN00", secret_access_key: "x" })),
    /Cannot read the account of the credentials: InvalidClientTokenId/,
  );
});

async function put(endpoint: string, startMs: number): Promise<void> {
  const credentials = { accessKeyId: ACCOUNT_ID, secretAccessKey: "test" };
  const client = new CloudWatchClient({ endpoint, region: REGION, credentials });
  const datum = (MetricName: string, Value: number, model: string, offsetMs: number) => ({
    MetricName,
    Value,
    Dimensions: [{ Name: "ModelId", Value: model }],
    Timestamp: new Date(startMs + offsetMs),
  });
  await client.send(
    new PutMetricDataCommand({
      Namespace: "AWS/Bedrock",
      MetricData: [
        datum("Invocations", 3, "model-a", 60_000),
        datum("Invocations", 4, "model-a", 120_000),
        datum("Invocations", 2, "model-b", 60_000),
        datum("InvocationLatency", 100, "model-a", 60_000),
        datum("InvocationLatency", 200, "model-a", 120_000),
      ],
    }),
  );
  client.destroy();
}

function configOf(
  { server, endpoint, directory, keys }: { server: string; endpoint: string; directory: string; keys?: object },
): Config {
  return {
    receivers: {
      awscloudwatchmetrics: {
        endpoint: server,
        regions: [REGION],
        namespaces: ["AWS/Bedrock"],
        access_key_id: ACCOUNT_ID,
        secret_access_key: "test",
        ...keys,
      },
    },
    exporters: { otlp_http: { endpoint } },
    service: {
      storage: { directory },
      pipelines: { metrics: { receivers: ["awscloudwatchmetrics"], exporters: ["otlp_http"] } },
    },
  };
}

const collector = await buildCollector();

for (const encoding of ["proto", "json"] as const) {
  for (const mapping of ["ecs", "integration", "otel"] as const) {
    peerTest(`a real Collector takes metrics in mode ${mapping} as ${encoding} and shows every point as it was sent`, [
      collector,
    ], async (_, collectorPath) => {
      await using stage = await MetricsStage.start();
      await using peer = await Collector.start(collectorPath);
      for (const model of ["a", "b"]) {
        for (const metric of ["Invocations", "InvocationLatency", "InputTokenCount"]) {
          stage.cloudWatch.put(...every5m({
            from: Date.now() - 7 * 60_000,
            to: Date.now(),
            model,
            metric,
            value: 2.5,
          }));
        }
      }
      const path = stage.folder.file("sent.jsonl");
      const config = stage.config({
        receiver: { mapping },
        exporter: { endpoint: peer.endpoint, encoding },
        exporters: { file: { path } },
      });
      const { metrics } = (config["service"] as { pipelines: { metrics: { exporters: string[] } } }).pipelines;
      metrics.exporters.push("file");
      const { undelivered, log } = await runOnce(config);
      assert.equal(undelivered, 0, log.join(""));

      const sent = (await Deno.readTextFile(path)).trimEnd().split("\n").flatMap(pointsOf);
      const shown = (await peer.stop()).map((document) => JSON.stringify(document)).flatMap(pointsOf);
      assert.equal(sent.length, 6);
      assert.deepEqual(shown.map(sortable).sort(), sent.map(sortable).sort());
    });
  }
}

function pointsOf(line: string) {
  return decodeMetricsRequest(new TextEncoder().encode(line), "application/json");
}

function sortable(point: ReturnType<typeof pointsOf>[number]): string {
  const entries = Object.entries(point.attributes).sort(([a], [b]) => a < b ? -1 : 1);
  return JSON.stringify({ ...point, attributes: entries, attributeTypes: Object.entries(point.attributeTypes).sort() });
}
