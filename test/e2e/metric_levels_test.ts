/** CloudWatch as it publishes: every level of every namespace. What is sent adds up to what happened. */
import assert from "node:assert/strict";
import { parse as parseYaml } from "yaml";
import { metricName, type MetricStream } from "../../src/mappings/metric.ts";
import { snakeCase } from "../../src/mappings/statistic.ts";
import { METRIC_STREAMS } from "../../src/mappings/generated/metric_streams.ts";
import type { Config } from "../world/config.ts";
import { at, HOUR_MS, MetricsStage, MINUTE_MS, NOW_MS } from "../world/metrics_stage.ts";
import type { DecodedPoint } from "../world/otlp_metrics.ts";

/** What happens in each minute of a period, whatever it is counted by. */
const REQUESTS = 40;

/** Publishes a request at every level whose dimensions it has, as CloudWatch does; returns its dimensions. */
function publish(
  stage: MetricsStage,
  { namespace, totals }: MetricStream,
  { metric, levels, value, timeMs, request }: {
    readonly metric: string;
    readonly levels: readonly (readonly string[])[];
    readonly value: number;
    readonly timeMs: number;
    /** The dimensions that the request has. */
    readonly request: Readonly<Record<string, string>>;
  },
): void {
  for (const level of levels) {
    if (!level.every((name) => request[name] !== undefined)) continue;
    const dimensions = Object.fromEntries(level.map((name) => [name, request[name] as string]));
    stage.cloudWatch.put({ namespace, metric, dimensions, timeMs, value });
  }
  for (const [name, all] of Object.entries(totals)) {
    stage.cloudWatch.put({ namespace, metric, dimensions: { [name]: all }, timeMs, value });
  }
}

/** A request: it has the dimensions of the first level, and of the others only some requests have what those add. */
function requestOf({ levels }: MetricStream, index: number): Record<string, string> {
  const base = levels[0]?.dimensions ?? [];
  const finer = levels.slice(1).flatMap(({ dimensions }) => dimensions).filter((name) => !base.includes(name));
  return Object.fromEntries([
    ...base.map((name, place) => [name, `${name}-${Math.floor(index / (place + 1)) % 3}`]),
    ...[...new Set(finer)].filter((_, place) => index % (place + 2) === 0).map((
      name,
    ) => [name, `${name}-${index % 2}`]),
  ]);
}

function countsOf(stream: MetricStream) {
  return stream.metrics.filter(({ statistics }) => statistics[0] === "Sum");
}

/** The sum over the documents, as someone who asks the store for it. */
function sumOf(points: readonly DecodedPoint[], name: string): number {
  return points.filter(({ metric }) => metric === name).reduce((sum, { value }) => sum + value, 0);
}

async function read(stage: MetricsStage, receiver: Config): Promise<readonly DecodedPoint[]> {
  const { undelivered } = await stage.runOnce({ receiver });
  assert.equal(undelivered, 0);
  return stage.endpoint.acceptedPoints;
}

for (const stream of METRIC_STREAMS.filter((stream) => countsOf(stream).length > 0)) {
  for (const finer of ["all of them", "some levels"] as const) {
    Deno.test(`${stream.namespace} publishes ${finer}: the sum over the documents is the true total`, async () => {
      await using stage = await MetricsStage.start();
      const all = [[], ...stream.levels.map(({ dimensions }) => dimensions)];
      const happened = new Map<string, number>();
      for (const [place, { name, level }] of countsOf(stream).entries()) {
        // Of some metrics the finer levels are not published, and of others only one.
        const own = stream.levels.find((one) => one.name === level)?.dimensions ?? all[1] ?? [];
        const levels = finer === "all of them"
          ? all
          : [[], own, ...all.slice(2).filter((one, index) => one !== own && index % 3 === place % 3)];
        for (let index = 0; index < REQUESTS; index++) {
          const value = index + 1 + place;
          const timeMs = at("11:55") + (index % 5) * MINUTE_MS;
          const request = {
            ...requestOf(stream, index),
            ...Object.fromEntries(own.map((name) => [name, `${name}-${index % 4}`])),
          };
          publish(stage, stream, { metric: name, levels, value, timeMs, request });
          happened.set(name, (happened.get(name) ?? 0) + value);
        }
      }
      const points = await read(stage, { namespaces: [stream.name] });
      for (const metric of countsOf(stream)) {
        const name = metricName(stream, metric, { statistic: "Sum", mode: "ecs" });
        assert.equal(sumOf(points, name), happened.get(metric.name), `${metric.name} as ${name}`);
      }
      assert.deepEqual(
        new Set(points.map(({ attributes }) => attributes["data_stream.dataset"])),
        new Set([stream.dataset]),
      );
    });
  }
}

Deno.test("levels of guardrails by source and policy are read beside the default one, with all their dimensions", async () => {
  await using stage = await MetricsStage.start();
  const [arn, version] = ["arn:aws:bedrock:us-east-1:123456789012:guardrail/abc", "1"];
  const [operation, source, policy] = ["ApplyGuardrail", "Input", "WordPolicy"];
  const sets: Record<string, string>[] = [
    { GuardrailArn: arn, GuardrailVersion: version },
    { Operation: operation, GuardrailContentSource: source },
    { Operation: operation, GuardrailPolicyType: policy },
    { GuardrailContentSource: source, GuardrailPolicyType: policy },
    { Operation: operation, GuardrailContentSource: source, GuardrailPolicyType: policy },
  ];
  for (const dimensions of [{ Operation: operation }, ...sets]) {
    stage.cloudWatch.put({
      namespace: "AWS/Bedrock/Guardrails",
      metric: "InvocationsIntervened",
      dimensions,
      timeMs: at("11:56"),
      value: 2,
    });
  }
  const page = await Deno.readTextFile(new URL("../../docs/elastic.md", import.meta.url));
  const { levels } = parseYaml(page.match(/```yaml\n(levels:\n[^`]*)```/)?.[1] ?? "");
  const points = await read(stage, { namespaces: ["guardrails"], levels });
  const dimensionsOf = ({ attributes }: DecodedPoint) =>
    Object.fromEntries(
      ["Operation", "GuardrailContentSource", "GuardrailPolicyType", "GuardrailArn", "GuardrailVersion"].flatMap(
        (name) => {
          const value = attributes[`aws_bedrock.guardrails.${snakeCase(name)}`];
          return value === undefined ? [] : [[name, value]];
        },
      ),
    );
  assert.deepEqual(new Set(points.map(dimensionsOf)), new Set(sets));
  assert.equal(points.length, sets.length);
});

Deno.test("a level that is listed late adds nothing to a period that another one was sent of", async () => {
  await using stage = await MetricsStage.start();
  const put = (dimensions: Record<string, string>, visibleMs: number) =>
    stage.cloudWatch.put(...["11:56", "12:01", "12:06"].map((time) => ({
      metric: "Invocations",
      dimensions,
      timeMs: at(time),
      value: 3,
      visibleMs: Math.max(visibleMs, at(time)),
    })));
  put({ ModelId: "a", ContextWindow: "long" }, 0);
  put({ ModelId: "a" }, at("12:04"));
  for (const time of ["12:02", "12:07", "12:12"]) {
    stage.time.nowMs = at(time);
    await stage.runOnce();
  }
  assert.equal(sumOf(stage.endpoint.acceptedPoints, "aws_bedrock.runtime.invocations"), 9);
  const levels = stage.endpoint.acceptedPoints.map(({ attributes }) =>
    attributes["aws_bedrock.runtime.context_window"]
  );
  assert.deepEqual(levels, ["long", undefined, undefined]);
});

Deno.test("namespaces without data cost one ListMetrics each and no GetMetricData, with data as much as their metrics", async () => {
  await using stage = await MetricsStage.start();
  stage.cloudWatch.put({ metric: "Invocations", dimensions: { ModelId: "a" }, timeMs: at("11:57"), value: 1 });
  const { events } = await stage.runOnce({ receiver: { namespaces: METRIC_STREAMS.map(({ name }) => name) } });
  const { cloudWatch } = stage;
  assert.deepEqual(
    cloudWatch.of("ListMetrics").map(({ input }) => input["Namespace"]).sort(),
    METRIC_STREAMS.map(({ namespace }) => namespace).sort(),
  );
  assert.equal(cloudWatch.of("GetMetricData").length, 1);
  assert.equal(events.count("receiver.cloudwatch_metrics_asked"), 1);
});

Deno.test("statistics: percentiles gives what CloudWatch has, and default none of it", async () => {
  await using stage = await MetricsStage.start();
  for (let index = 1; index <= 200; index++) {
    for (const metric of ["InvocationLatency", "TimeToFirstToken", "InputTokenCount"]) {
      stage.cloudWatch.put({ metric, dimensions: { ModelId: "a" }, timeMs: at("11:57"), value: index * 10 });
    }
  }
  const points = await read(stage, { statistics: "percentiles" });
  const values = Object.fromEntries(
    points.map(({ metric, value, kind }) => [metric.replace("aws_bedrock.runtime.", ""), [value, kind]] as const),
  );
  assert.deepEqual(values, {
    invocation_latency: [1005, "gauge"],
    invocation_latency_p50: [1000, "gauge"],
    invocation_latency_p90: [1800, "gauge"],
    invocation_latency_p99: [1980, "gauge"],
    time_to_first_token: [1005, "gauge"],
    time_to_first_token_p50: [1000, "gauge"],
    time_to_first_token_p90: [1800, "gauge"],
    time_to_first_token_p99: [1980, "gauge"],
    input_token_count: [201_000, "sum"],
  });
  const other = { storage: { directory: stage.folder.file("other") } };
  stage.endpoint.acceptedPoints.length = 0;
  await stage.runOnce({ service: other });
  assert.equal(stage.endpoint.acceptedPoints.length, 3);
});

Deno.test("the estimate of the quota is read by the minute, beside documents of five", async () => {
  await using stage = await MetricsStage.start();
  const dimensions = { ModelId: "a" };
  for (let minute = 0; minute < 5; minute++) {
    for (const value of [100, 10 * minute]) {
      const timeMs = at("11:55") + minute * MINUTE_MS;
      stage.cloudWatch.put({ metric: "EstimatedTPMQuotaUsage", dimensions, timeMs, value });
      stage.cloudWatch.put({ metric: "Invocations", dimensions, timeMs, value: 1 });
    }
  }
  const points = await read(stage, {});
  const named = (name: string) => points.filter(({ metric }) => metric === `aws_bedrock.runtime.${name}`);
  assert.deepEqual(named("estimated_tpm_quota_usage").map(({ value }) => value), [100, 110, 120, 130, 140]);
  assert.deepEqual(named("estimated_tpm_quota_usage_maximum").map(({ value }) => value), [100, 100, 100, 100, 100]);
  assert.deepEqual(named("invocations").map(({ value }) => value), [10]);
  // The last minute and the five minutes end at one time: their documents are of different time series.
  const ending = points.filter(({ timeUnixNano }) => timeUnixNano === `${at("12:00")}000000`);
  const series = ending.map(({ attributes }) => attributes["aws.metrics_names_fingerprint"]);
  assert.equal(new Set(series).size, 2);
  assert.deepEqual(
    new Set(named("invocations").map(({ attributes }) => attributes["metricset.period"])),
    new Set([300_000]),
  );
  assert.deepEqual(
    new Set(named("estimated_tpm_quota_usage").map(({ attributes }) => attributes["metricset.period"])),
    new Set([60_000]),
  );
  // Once more, with nothing new.
  stage.time.nowMs = NOW_MS + HOUR_MS / 60;
  await stage.runOnce();
  assert.equal(points.length, stage.endpoint.acceptedPoints.length);
});

Deno.test("AgentCore's metrics have the names of the integration, and agent and endpoint of their own", async () => {
  await using stage = await MetricsStage.start();
  const resource = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/support-1";
  const dimensions = { Resource: resource, Operation: "InvokeAgentRuntime", Name: "support::DEFAULT" };
  for (const [metric, value] of [["Latency", 12.5], ["Sessions", 2], ["TargetType.MCP", 4]] as const) {
    stage.cloudWatch.put({ namespace: "AWS/Bedrock-AgentCore", metric, dimensions, timeMs: at("11:57"), value });
  }
  const points = await read(stage, { namespaces: ["AWS/Bedrock-AgentCore"] });
  const prefix = "aws.bedrock_agentcore.metrics.";
  assert.deepEqual(
    points.map(({ metric, value }) => [metric, value]).sort(),
    [[`${prefix}Latency.avg`, 12.5], [`${prefix}Sessions.sum`, 2], [`${prefix}TargetType_MCP.sum`, 4]],
  );
  for (const { attributes } of points) {
    assert.equal(attributes["data_stream.dataset"], "aws_bedrock_agentcore.metrics");
    assert.equal(attributes["aws.dimensions.Resource"], resource);
    assert.equal(attributes["aws.bedrock_agentcore.agent_name"], "support");
    assert.equal(attributes["aws.bedrock_agentcore.endpoint_name"], "DEFAULT");
  }
});
