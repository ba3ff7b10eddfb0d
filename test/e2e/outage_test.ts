import assert from "node:assert/strict";
import { ndjson } from "../world/aws.ts";
import { eventually } from "../world/eventually.ts";
import { RunningService } from "../world/program.ts";
import { sample, samples } from "../world/samples.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { every5m, HOUR_MS } from "../world/metrics_stage.ts";
import { ACCEPT, OtlpEndpoint, status } from "../world/otlp_endpoint.ts";
import { requestIds } from "../world/stage.ts";
import type { Config } from "../world/config.ts";

const VISIBILITY_MS = 2000;

Deno.test("an endpoint down for many visibility timeouts costs no receive count and no message", async () => {
  await using stage = await QueueStage.start({ maxReceiveCount: 2 });
  await stage.endpoint.refuse();
  const all = samples(60);
  for (let index = 0; index < 12; index++) {
    stage.aws.publish(`${index}.json.gz`, all.slice(index * 5, index * 5 + 5));
  }

  await using service = await stage.run({ receiver: { visibility_timeout: "2s", number_of_workers: 4 } });
  const downUntilMs = Date.now() + 4 * VISIBILITY_MS;
  await eventually(() => {
    stage.assertNoReceiptWasLost();
    return Date.now() > downUntilMs;
  }, { what: () => "the end of the outage" });
  const { visible } = stage.aws.queueState();
  assert.ok(visible.every(({ receiveCount }) => receiveCount === 0), "nothing new is received while it is down");
  assert.ok(visible.length >= 2, `${visible.length} messages wait in the queue`);
  await stage.endpoint.listen();
  await stage.endpoint.took(all.length);
  stage.assertNoReceiptWasLost();
  await service.stop();
  assert.equal(messageCount(stage.aws.queueState()), 0);

  assert.deepEqual(stage.tookInvocations, requestIds(all));
  assert.ok(service.events.count("exporter.retries", "connect") > 0, "retries");
});

Deno.test("the visibility of a message is extended while its export is slow", async () => {
  await using stage = await QueueStage.start({ maxReceiveCount: 1 });
  const all = samples(4);
  stage.endpoint.rule = async () => {
    await new Promise((resolve) => setTimeout(resolve, 2.5 * VISIBILITY_MS));
    return { kind: "accept" };
  };
  stage.aws.publish("a.json.gz", all);

  await using service = await stage.run({ receiver: { visibility_timeout: "2s" }, exporter: { timeout: "20s" } });
  await stage.endpoint.took(all.length);
  stage.assertNoReceiptWasLost();
  await service.stop();
  assert.equal(messageCount(stage.aws.queueState()), 0);

  assert.deepEqual(stage.tookInvocations, requestIds(all));
  assert.equal(stage.endpoint.requests.length, 1);
});

/** What waits for an endpoint that is down, and the memory that records may take together. */
const WAITING: Readonly<Record<string, { lines: () => string; max_in_flight_bytes?: string }>> = {
  "few records": { lines: () => ndjson(samples(2)) },
  "more than the memory that there is": { lines: () => ndjson(samples(1000)), max_in_flight_bytes: "1MiB" },
  "one record that becomes as much as there may be": {
    lines: () => `${JSON.stringify(sample(0)).slice(0, -1)},"x":[${"[],".repeat(3_000_000)}[]]}\n`,
  },
};

for (const [what, { lines, max_in_flight_bytes }] of Object.entries(WAITING)) {
  Deno.test(`an endpoint that is down stops only what is delivered to it, while for it waits: ${what}`, async () => {
    await using stage = await QueueStage.start();
    await using down = await OtlpEndpoint.start();
    await down.refuse();
    const log = stage.folder.file("a.jsonl");
    await Deno.writeTextFile(log, lines());
    const { receivers, exporters, ...config } = stage.config() as Record<string, Config>;
    await using service = await RunningService.start({
      ...config,
      receivers: { ...receivers, file: { include: [log], settle_time: "0s" } },
      exporters: { ...exporters, "otlp_http/down": { ...exporters?.["otlp_http"] as Config, endpoint: down.url } },
      service: {
        ...config["service"],
        ...max_in_flight_bytes !== undefined && { max_in_flight_bytes },
        storage: { directory: stage.stateDirectory },
        shutdown_timeout: "1s",
        pipelines: {
          logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["otlp_http"] },
          "logs/down": { receivers: ["file"], processors: ["bedrock"], exporters: ["otlp_http/down"] },
        },
      },
    });
    await eventually(() => service.events.count("exporter.retries", "connect") > 2, { what: () => "retries" });
    const all = samples(10, { first: 10 });
    stage.aws.publishEach([...all, { ...sample(20), x: "x".repeat(2_000_000) }]);
    await stage.queueIsEmpty();
    assert.deepEqual(stage.tookInvocations, requestIds([...all, sample(20)]));
    assert.ok(service.events.count("exporter.retries", "connect") > 2);
  });
}

Deno.test("an endpoint that takes no metrics is waited for with metrics, and gets the logs", async () => {
  await using stage = await QueueStage.start();
  stage.endpoint.rule = ({ path }) => path.endsWith("/v1/metrics") ? status(404) : ACCEPT;
  stage.aws.cloudWatch.put(...every5m({ from: Math.floor(Date.now() / HOUR_MS - 1) * HOUR_MS, to: Date.now() }));
  const { receivers, ...config } = stage.config() as Record<string, Config>;
  const { queue_url: _queue, path_style: _style, region, ...aws } = receivers?.["awss3"] as Config;
  await using service = await RunningService.start({
    ...config,
    receivers: { ...receivers, awscloudwatchmetrics: { ...aws, regions: [region], namespaces: ["AWS/Bedrock"] } },
    service: {
      ...config["service"],
      storage: { directory: stage.stateDirectory },
      shutdown_timeout: "1s",
      pipelines: {
        logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["otlp_http"] },
        metrics: { receivers: ["awscloudwatchmetrics"], exporters: ["otlp_http"] },
      },
    },
  });
  await eventually(() => service.events.count("exporter.retries", "http_404") > 2, { what: () => "retries" });
  const all = samples(10);
  stage.aws.publishEach(all);
  await stage.queueIsEmpty();
  assert.deepEqual(stage.tookInvocations, requestIds(all));
});
