import assert from "node:assert/strict";
import { ACCOUNT, awsError } from "../world/aws_service.ts";
import { NAMESPACE } from "../world/cloudwatch.ts";
import { eventually } from "../world/eventually.ts";
import { at, every5m, lineOf, MetricsStage, MINUTE_MS } from "../world/metrics_stage.ts";
import { ACCEPT, status } from "../world/otlp_endpoint.ts";
import type { DecodedPoint } from "../world/otlp_metrics.ts";
import { loadProgramConfig } from "../../src/commands/load_config.ts";
import type { Config } from "../world/config.ts";

const GUARDRAILS = "AWS/Bedrock/Guardrails";

function pointOf(points: readonly DecodedPoint[], metric: string): DecodedPoint {
  const found = points.filter((point) => point.metric === metric);
  assert.equal(found.length, 1, `points of ${metric}: ${points.map((point) => point.metric).join(", ")}`);
  return found[0] as DecodedPoint;
}

/** One period of an image model, with two latencies. */
async function withModel(): Promise<MetricsStage> {
  const stage = await MetricsStage.start();
  const dimensions = { ModelId: "amazon.titan-image-generator-v2:0", ImageSize: "1024", Quality: "standard" };
  const timeMs = at("11:56");
  stage.cloudWatch.put(
    { metric: "Invocations", dimensions, timeMs, value: 3 },
    { metric: "Invocations", dimensions, timeMs: at("11:58"), value: 4 },
    { metric: "InvocationLatency", dimensions, timeMs, value: 100 },
    { metric: "InvocationLatency", dimensions, timeMs, value: 300.5 },
    { metric: "InputTokenCount", dimensions, timeMs, value: 12 },
  );
  await Promise.resolve();
  return stage;
}

const COMMON = {
  "data_stream.type": "metrics",
  "data_stream.dataset": "aws_bedrock.runtime",
  "aws.cloudwatch.namespace": "AWS/Bedrock",
  "cloud.provider": "aws",
  "cloud.account.id": ACCOUNT,
  "cloud.account.name": ACCOUNT,
  "cloud.region": "us-east-1",
};
const AS_AGENT = {
  ...COMMON,
  "data_stream.namespace": "default",
  "event.dataset": "aws_bedrock.runtime",
  "event.module": "aws",
  "metricset.name": "cloudwatch",
  "metricset.period": 300_000,
  "aws_bedrock.runtime.model_id": "amazon.titan-image-generator-v2:0",
  "aws_bedrock.runtime.image_size": "1024",
  "aws_bedrock.runtime.quality": "standard",
};
const START_NS = `${at("11:55")}000000`;
const END_NS = `${at("12:00")}000000`;

Deno.test("metrics arrive as the table says: names, units, kinds, temporality, times and attributes", async () => {
  await using stage = await withModel();
  const { undelivered, events } = await stage.runOnce({
    receiver: { fields: { team: "search" } },
    service: { telemetry: { resource: { "deployment.environment": "test" } } },
  });
  assert.equal(undelivered, 0);
  assert.equal(stage.endpoint.requests.length, 1);
  const points = stage.endpoint.acceptedPoints;
  const { resource, scope, ...sum } = pointOf(points, "aws_bedrock.runtime.invocations");
  assert.equal(resource["deployment.environment"], "test");
  assert.equal(resource["service.name"], "bedrock-otel");
  assert.deepEqual(scope.attributes, { "elastic.mapping.mode": "ecs" });
  const { attributeTypes, description, ...rest } = sum;
  assert.equal(attributeTypes["metricset.period"], "intValue");
  assert.match(description, /accepted for processing, also those that failed later/);
  assert.deepEqual(rest, {
    metric: "aws_bedrock.runtime.invocations",
    unit: "{invocation}",
    kind: "sum",
    temporality: "delta monotonic",
    attributes: { team: "search", ...AS_AGENT },
    startTimeUnixNano: START_NS,
    timeUnixNano: END_NS,
    value: 7,
    type: "int",
  });
  const { unit, kind, temporality, type, value } = pointOf(points, "aws_bedrock.runtime.invocation_latency");
  assert.deepEqual({ unit, kind, temporality, type, value }, {
    unit: "ms",
    kind: "gauge",
    temporality: "",
    type: "double",
    value: 200.25,
  });
  assert.equal(new Set(points.map(({ attributes }) => JSON.stringify(attributes))).size, 1, "one set of attributes");
  assert.equal(events.count("exporter.delivered_points"), 3);
});

Deno.test("mode integration: a point's time is the start of its period, as in the Agent", async () => {
  await using stage = await withModel();
  await stage.runOnce({ receiver: { mapping: "integration", namespace: "prod" } });
  const point = pointOf(stage.endpoint.acceptedPoints, "aws_bedrock.runtime.invocations");
  assert.deepEqual([point.startTimeUnixNano, point.timeUnixNano], [START_NS, START_NS]);
  assert.deepEqual(point.attributes, { ...AS_AGENT, "data_stream.namespace": "prod" });
  assert.deepEqual(point.scope.attributes, { "elastic.mapping.mode": "ecs" });
});

Deno.test("mode otel: names and attributes of OpenTelemetry, no mapping mode", async () => {
  await using stage = await withModel();
  stage.cloudWatch.put({
    namespace: GUARDRAILS,
    metric: "InvocationsIntervened",
    dimensions: { GuardrailArn: "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123", GuardrailVersion: "2" },
    timeMs: at("11:57"),
    value: 5,
  });
  await stage.runOnce({ receiver: { mapping: "otel", namespaces: [NAMESPACE, GUARDRAILS] } });
  const point = pointOf(stage.endpoint.acceptedPoints, "aws.bedrock.invocations");
  assert.deepEqual(point.scope.attributes, {});
  assert.deepEqual(point.attributes, {
    ...COMMON,
    "data_stream.namespace": "default",
    "gen_ai.request.model": "amazon.titan-image-generator-v2:0",
    "aws.bedrock.image.size": "1024",
    "aws.bedrock.image.quality": "standard",
  });
  assert.equal(pointOf(stage.endpoint.acceptedPoints, "aws.bedrock.token.input").value, 12);
  const guardrail = pointOf(stage.endpoint.acceptedPoints, "aws.bedrock.guardrail.interventions");
  assert.equal(guardrail.attributes["aws.bedrock.guardrail.id"], "abc123");
  assert.equal(guardrail.attributes["data_stream.dataset"], "aws_bedrock.guardrails");
});

Deno.test("guardrails go to their own data stream, with their dimensions", async () => {
  await using stage = await MetricsStage.start();
  const dimensions = {
    Operation: "ApplyGuardrail",
    GuardrailContentSource: "Input",
    GuardrailPolicyType: "ContentPolicy",
    GuardrailArn: "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc",
    GuardrailVersion: "DRAFT",
  };
  stage.cloudWatch.put({ namespace: GUARDRAILS, metric: "TextUnitCount", dimensions, timeMs: at("11:57"), value: 9 });
  await stage.runOnce({ receiver: { namespaces: ["AWS/Bedrock", GUARDRAILS] } });
  const { attributes, value, kind } = pointOf(stage.endpoint.acceptedPoints, "aws_bedrock.guardrails.text_unit_count");
  assert.deepEqual([value, kind], [9, "sum"]);
  for (const [name, wanted] of Object.entries(dimensions)) {
    const field = name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
    assert.equal(attributes[`aws_bedrock.guardrails.${field}`], wanted);
  }
  assert.equal(attributes["event.dataset"], "aws_bedrock.guardrails");
});

Deno.test("an outage of two hours leaves no gap and no point is sent twice", async () => {
  await using stage = await MetricsStage.start();
  stage.cloudWatch.put(...every5m({ from: at("10:00"), to: at("15:00") }));
  stage.cloudWatch.put(...every5m({ from: at("10:00"), to: at("15:00"), model: "model-b", value: 2 }));
  for (const time of ["12:02", "12:07", "14:12", "14:17"]) {
    stage.time.nowMs = at(time);
    const { undelivered } = await stage.runOnce();
    assert.equal(undelivered, 0);
  }
  const expected = every5m({ from: at("11:55"), to: at("14:15") }).flatMap(({ timeMs }) => {
    const start = new Date(timeMs).toISOString().slice(11, 16);
    return [`invocations ${start} model-a 1`, `invocations ${start} model-b 2`];
  });
  assert.deepEqual(stage.took, expected.sort());
});

Deno.test("a window that the endpoint does not take is read again by the next run", async () => {
  await using stage = await MetricsStage.start();
  stage.cloudWatch.put(...every5m({ from: at("11:00"), to: at("13:00") }));
  stage.endpoint.rule = () => status(503);
  const exporter = { retry_on_failure: { max_elapsed_time: "50ms", initial_interval: "10ms" } };
  // The first start of all: what it could not deliver is not forgotten.
  const first = await stage.runOnce({ exporter, receiver: {} });
  assert.equal(first.undelivered, 1);
  assert.deepEqual(stage.took, []);

  stage.endpoint.rule = () => ACCEPT;
  stage.time.nowMs = at("12:12");
  const { undelivered } = await stage.runOnce();
  assert.equal(undelivered, 0);
  assert.deepEqual(stage.took, [
    "invocations 11:55 model-a 1",
    "invocations 12:00 model-a 1",
    "invocations 12:05 model-a 1",
  ]);
});

Deno.test("a series that appears late is added, a changed value is counted and not sent", async () => {
  await using stage = await MetricsStage.start();
  const { cloudWatch } = stage;
  cloudWatch.put(...every5m({ from: at("11:00"), to: at("13:00") }));
  // Of another model, and another metric of the same model.
  cloudWatch.put({
    metric: "Invocations",
    dimensions: { ModelId: "late" },
    timeMs: at("11:57"),
    value: 4,
    visibleMs: at("12:03"),
  });
  cloudWatch.put({
    metric: "InputTokenCount",
    dimensions: { ModelId: "model-a" },
    timeMs: at("11:57"),
    value: 50,
    visibleMs: at("12:03"),
  });
  // Raises a value that was sent.
  cloudWatch.put({
    metric: "Invocations",
    dimensions: { ModelId: "model-a" },
    timeMs: at("11:58"),
    value: 9,
    visibleMs: at("12:04"),
  });

  await stage.runOnce();
  assert.deepEqual(stage.took, ["invocations 11:55 model-a 1"]);
  stage.time.nowMs = at("12:07");
  const { events, log } = await stage.runOnce();

  assert.deepEqual(stage.took, [
    "input_token_count 11:55 model-a 50",
    "invocations 11:55 late 4",
    "invocations 11:55 model-a 1",
    "invocations 12:00 model-a 1",
  ]);
  assert.equal(events.count("receiver.late_points"), 2);
  assert.equal(events.count("receiver.late_changes"), 1);
  assert.ok(log.some((line) => line.includes("awscloudwatchmetrics.changed") && line.includes("raise latency")));

  // The document of model-a at 11:55 is there: what is added stands beside it. That of `late` is new.
  const fingerprints = stage.endpoint.acceptedPoints.map((point) => [
    lineOf(point),
    typeof point.attributes["aws.metrics_names_fingerprint"],
  ]);
  assert.deepEqual(fingerprints.filter(([, type]) => type === "string"), [
    ["input_token_count 11:55 model-a 50", "string"],
  ]);

  // Once more: nothing is new, and the change was counted.
  stage.time.nowMs = at("12:08");
  const again = await stage.runOnce();
  assert.equal(stage.endpoint.acceptedPoints.length, 4);
  assert.equal(again.events.count("receiver.late_changes"), 0);
});

Deno.test("points of one minute each: every complete minute of the period, read at once", async () => {
  await using stage = await MetricsStage.start();
  for (let minute = 0; minute < 15; minute++) {
    const timeMs = at("11:50") + minute * MINUTE_MS;
    stage.cloudWatch.put({ metric: "Invocations", dimensions: { ModelId: "m" }, timeMs, value: minute });
  }
  await stage.runOnce({ receiver: { data_granularity: "1m" } });
  assert.deepEqual(stage.took, [5, 6, 7, 8, 9].map((minute) => `invocations 11:5${minute} m ${minute}`));
  assert.equal(stage.endpoint.acceptedPoints[0]?.attributes["metricset.period"], 60_000);
  assert.equal(stage.cloudWatch.of("GetMetricData").length, 1);
  // The period that has not ended is never read.
  stage.time.nowMs = at("12:04");
  await stage.runOnce({ receiver: { data_granularity: "1m" } });
  assert.equal(stage.took.at(-1), "invocations 12:01 m 11");
});

Deno.test("3,000 series take six calls of 500 queries, however many periods are read", async () => {
  await using stage = await MetricsStage.start();
  const metrics = [
    "Invocations",
    "InvocationLatency",
    "InputTokenCount",
    "OutputTokenCount",
    "InvocationThrottles",
    "X",
  ];
  for (let model = 0; model < 500; model++) {
    for (const metric of metrics) {
      stage.cloudWatch.put(...every5m({ from: at("11:55"), to: at("12:10"), model: `model-${model}`, metric }));
    }
  }
  const { events, log } = await stage.runOnce();
  const sizes = () =>
    stage.cloudWatch.of("GetMetricData").map(({ input }) => (input["MetricDataQueries"] as unknown[]).length);
  assert.deepEqual(sizes(), [500, 500, 500, 500, 500, 500]);
  assert.equal(stage.cloudWatch.of("ListMetrics").length, 6);
  assert.equal(stage.endpoint.acceptedPoints.length, 3000);
  assert.equal(events.count("receiver.cloudwatch_metrics_asked"), 3000);
  assert.ok(
    log.some((line) =>
      line.includes("awscloudwatchmetrics.cost") && line.includes("metrics_asked=3000 api_calls=13 estimated_usd=0.03")
    ),
  );

  stage.time.nowMs = at("12:12");
  await stage.runOnce();
  assert.equal(sizes().length, 12, "two more periods and the one before, in six calls");
  assert.equal(stage.endpoint.acceptedPoints.length, 9000);
  for (const { points } of stage.endpoint.requests) {
    const inRequest = Map.groupBy(
      points,
      (point) => `${point.attributes["aws_bedrock.runtime.model_id"]} ${point.timeUnixNano}`,
    );
    for (const [group, { length }] of inRequest) {
      assert.equal(length, metrics.length, `points of ${group} in one request`);
    }
  }
});

Deno.test("account totals are left out, so that sums over models are right; log delivery metrics are not totals", async () => {
  await using stage = await MetricsStage.start();
  const timeMs = at("11:57");
  const values = [["model-a", 3], ["model-b", 4]] as const;
  for (const [model, value] of values) {
    stage.cloudWatch.put({ metric: "Invocations", dimensions: { ModelId: model }, timeMs, value });
    stage.cloudWatch.put({ metric: "Invocations", timeMs, value });
    // The same of a metric that the table does not know.
    stage.cloudWatch.put({ metric: "NewMetric", dimensions: { ModelId: model }, timeMs, value });
    stage.cloudWatch.put({ metric: "NewMetric", timeMs, value });
  }
  stage.cloudWatch.put({ metric: "ModelInvocationLogsS3DeliveryFailure", timeMs, value: 2 });
  stage.cloudWatch.put({ metric: "NewTotalOnly", timeMs, value: 1 });
  await stage.runOnce();
  assert.deepEqual(stage.took, [
    "invocations 11:55 model-a 3",
    "invocations 11:55 model-b 4",
    "log_delivery.s3_failure 11:55 - 2",
    "new_metric 11:55 model-a 3",
    "new_metric 11:55 model-b 4",
    "new_total_only 11:55 - 1",
  ]);

  stage.endpoint.acceptedPoints.length = 0;
  await stage.runOnce({
    receiver: { account_totals: true },
    service: { storage: { directory: stage.folder.file("other") } },
  });
  assert.ok(stage.took.includes("invocations 11:55 - 7"));
});

Deno.test("an unknown metric and dimension pass through, named once in the log", async () => {
  await using stage = await MetricsStage.start();
  for (const model of ["a", "b"]) {
    stage.cloudWatch.put({
      metric: "EstimatedFooTPMUsage",
      dimensions: { ModelId: model, NewDimension: "x" },
      timeMs: at("11:57"),
      value: 1.5,
    });
  }
  const { log, events } = await stage.runOnce();
  const [point] = stage.endpoint.acceptedPoints;
  assert.deepEqual([point?.metric, point?.kind, point?.value], [
    "aws_bedrock.runtime.estimated_foo_tpm_usage",
    "gauge",
    1.5,
  ]);
  assert.equal(point?.attributes["aws.dimensions.NewDimension"], "x");
  assert.equal(log.filter((line) => line.includes("EstimatedFooTPMUsage")).length, 1);
  assert.equal(events.count("receiver.unknown_metrics"), 1);
});

Deno.test("more statistics of a metric: each is asked for, the others have their name as a suffix", async () => {
  await using stage = await MetricsStage.start();
  for (let value = 1; value <= 100; value++) {
    stage.cloudWatch.put({ metric: "InvocationLatency", dimensions: { ModelId: "m" }, timeMs: at("11:57"), value });
    stage.cloudWatch.put({ metric: "Invocations", dimensions: { ModelId: "m" }, timeMs: at("11:57"), value });
  }
  await stage.runOnce({
    receiver: {
      metrics: {
        InvocationLatency: ["Average", "Maximum", "p99", "SampleCount"],
        Invocations: { statistics: ["Maximum", "Average"] },
      },
    },
  });
  assert.deepEqual(
    stage.endpoint.acceptedPoints.map((point) => [point.metric, point.kind, point.type, point.value]).sort(),
    [
      ["aws_bedrock.runtime.invocation_latency", "gauge", "double", 50.5],
      ["aws_bedrock.runtime.invocation_latency_maximum", "gauge", "double", 100],
      ["aws_bedrock.runtime.invocation_latency_p99", "gauge", "double", 99],
      ["aws_bedrock.runtime.invocation_latency_sample_count", "sum", "int", 100],
      ["aws_bedrock.runtime.invocations_average", "gauge", "double", 50.5],
      ["aws_bedrock.runtime.invocations_maximum", "gauge", "int", 100],
    ],
  );
});

Deno.test("pages of GetMetricData are put together, also where a page has a part of a series", async () => {
  await using stage = await MetricsStage.start();
  stage.cloudWatch.maxDatapoints = 7;
  for (const model of ["a", "b", "c"]) stage.cloudWatch.put(...every5m({ from: at("11:00"), to: at("15:00"), model }));
  await stage.runOnce();
  stage.time.nowMs = at("13:02");
  const { undelivered } = await stage.runOnce();
  assert.equal(undelivered, 0);
  assert.equal(stage.took.length, 3 * 13);
  assert.equal(new Set(stage.took).size, 3 * 13);
  assert.ok(stage.cloudWatch.of("GetMetricData").some(({ input }) => input["NextToken"] !== undefined));
});

for (const status of ["PartialData", "InternalError"]) {
  Deno.test(`a series that ends in ${status} holds its own set of dimensions only, and is read again`, async () => {
    await using stage = await MetricsStage.start();
    const { cloudWatch } = stage;
    for (const model of ["good", "bad"]) {
      cloudWatch.put(...every5m({ from: at("11:00"), to: at("13:00"), model }));
      cloudWatch.put(...every5m({ from: at("11:00"), to: at("13:00"), model, metric: "InputTokenCount" }));
    }
    cloudWatch.statusOf = ({ MetricStat: { Metric } }) =>
      Metric.MetricName === "InputTokenCount" && Metric.Dimensions?.[0]?.Value === "bad" ? status : "Complete";
    const first = await stage.runOnce();
    assert.equal(first.undelivered, 1);
    assert.ok(
      first.log.some((line) => line.includes("awscloudwatchmetrics.failed") && line.includes("a part of 1 set")),
    );
    const good = ["input_token_count 11:55 good 1", "invocations 11:55 good 1"];
    assert.deepEqual(stage.took, good);

    cloudWatch.statusOf = () => "Complete";
    const { undelivered } = await stage.runOnce();
    assert.equal(undelivered, 0);
    assert.deepEqual(stage.took, ["input_token_count 11:55 bad 1", good[0], "invocations 11:55 bad 1", good[1]]);
  });
}

Deno.test("a message of CloudWatch about the whole call is told, and the period is read again", async () => {
  await using stage = await MetricsStage.start();
  stage.cloudWatch.put(...every5m({ from: at("11:55"), to: at("12:00") }));
  stage.cloudWatch.messages = [{ Code: "MaxMetricsExceeded", Value: "Maximum number of allowed metrics exceeded" }];
  const { undelivered, log } = await stage.runOnce();
  assert.equal(undelivered, 1);
  assert.ok(log.some((line) => line.includes("CloudWatch says MaxMetricsExceeded")));
  stage.cloudWatch.messages = [];
  assert.equal((await stage.runOnce()).undelivered, 0);
  assert.equal(stage.took.length, 1);
});

Deno.test("one region that fails does not delay the others, and catches up", async () => {
  await using stage = await MetricsStage.start();
  const regions = ["us-east-1", "eu-west-1", "us-west-2"];
  for (const region of regions) {
    stage.cloudWatch.put(...every5m({ from: at("11:00"), to: at("13:00"), model: region, region }));
  }
  let isBroken = true;
  const broken = Promise.withResolvers<void>();
  stage.cloudWatch.fault = async ({ region, operation }) => {
    if (region !== "eu-west-1" || operation === "GetCallerIdentity" || !isBroken) return undefined;
    await broken.promise;
    return awsError("InternalServiceFault", "out of order", { status: 500 });
  };
  {
    await using service = await stage.run({ receiver: { regions } });
    // The answer of eu-west-1 is still out.
    await eventually(() => stage.took.length === 2, { what: () => `two regions, not ${stage.took}` });
    assert.deepEqual(stage.took, ["invocations 11:55 us-east-1 1", "invocations 11:55 us-west-2 1"]);
    broken.resolve();
    await eventually(() => service.log.some((line) => line.includes("awscloudwatchmetrics.failed")), {
      what: () => "a word about eu-west-1",
    });
    const [line] = service.log.filter((text) => text.includes("awscloudwatchmetrics.failed"));
    assert.match(line ?? "", /component=awscloudwatchmetrics region=eu-west-1 namespace=AWS\/Bedrock reason=transient/);
  }
  isBroken = false;
  stage.time.nowMs = at("12:07");
  const { undelivered } = await stage.runOnce({ receiver: { regions } });
  assert.equal(undelivered, 0);
  const expected = ["11:55", "12:00"].flatMap((time) => regions.map((region) => `invocations ${time} ${region} 1`));
  assert.deepEqual(stage.took, expected.sort());
});

Deno.test("a first region that is out of order, STS too, does not keep the others waiting", async () => {
  await using stage = await MetricsStage.start();
  const regions = ["us-east-1", "eu-west-1"];
  stage.cloudWatch.put(...every5m({ from: at("11:00"), to: at("13:00"), model: "model-b", region: "eu-west-1" }));
  stage.cloudWatch.fault = ({ region }) => region === "us-east-1" ? status(500, { body: "out of order" }) : undefined;
  await using _service = await stage.run({ receiver: { regions } });
  await stage.time.until(() => stage.took.length === 1, () => "the other region");
});

Deno.test("throttling in the middle of paging loses nothing", async () => {
  await using stage = await MetricsStage.start();
  stage.cloudWatch.maxDatapoints = 1;
  for (const model of ["a", "b", "c"]) stage.cloudWatch.put(...every5m({ from: at("11:55"), to: at("12:00"), model }));
  let throttled = 0;
  stage.cloudWatch.fault = ({ input }) =>
    input["NextToken"] === "2" && throttled++ < 2 ? awsError("ThrottlingException", "Rate exceeded") : undefined;
  const { undelivered } = await stage.runOnce();
  assert.equal(undelivered, 0);
  assert.equal(throttled, 3);
  assert.deepEqual(stage.took, ["invocations 11:55 a 1", "invocations 11:55 b 1", "invocations 11:55 c 1"]);
});

Deno.test("data points that the endpoint refuses hold their period, others go on; a dead letter takes them", async () => {
  await using stage = await MetricsStage.start();
  for (const model of ["good", "bad"]) stage.cloudWatch.put(...every5m({ from: at("11:00"), to: at("13:00"), model }));
  const isBad = (points: readonly DecodedPoint[]) => points.some((point) => lineOf(point).includes(" bad "));
  stage.endpoint.rule = ({ points }) => isBad(points) ? status(400) : ACCEPT;
  const first = await stage.runOnce();
  assert.equal(first.undelivered, 1);
  assert.deepEqual(stage.took, ["invocations 11:55 good 1"]);

  const path = stage.folder.file("dead_letter.jsonl");
  const second = await stage.runOnce({
    exporters: { file: { path } },
    service: { dead_letter: "file" },
  });
  assert.equal(second.undelivered, 0);
  const letter = JSON.parse(await Deno.readTextFile(path));
  assert.equal(letter.resourceMetrics[0].scopeMetrics[0].metrics[0].name, "aws_bedrock.runtime.invocations");
  assert.equal(second.events.count("dead_letter.points"), 1);
});

Deno.test("linked accounts are read with the monitoring account's credentials, each under its own id", async () => {
  await using stage = await MetricsStage.start();
  const other = "210987654321";
  stage.cloudWatch.linked.add(other);
  stage.cloudWatch.put(...every5m({ from: at("11:55"), to: at("12:00"), value: 1 }));
  stage.cloudWatch.put(...every5m({ from: at("11:55"), to: at("12:00"), value: 2, account: other }));
  await stage.runOnce();
  assert.deepEqual(
    stage.endpoint.acceptedPoints.map(({ attributes, value }) => [attributes["cloud.account.id"], value]).sort(),
    [
      [ACCOUNT, 1],
      [other, 2],
    ],
  );
  const [{ input }] = stage.cloudWatch.of("GetMetricData") as unknown as [
    { input: { MetricDataQueries: { AccountId?: string }[] } },
  ];
  assert.deepEqual(input.MetricDataQueries.map(({ AccountId }) => AccountId).sort(), [other, undefined]);

  stage.endpoint.acceptedPoints.length = 0;
  const storage = { directory: stage.folder.file("other") };
  await stage.runOnce({ receiver: { owning_account: other }, service: { storage } });
  assert.deepEqual(stage.endpoint.acceptedPoints.map(({ value }) => value), [2]);
});

Deno.test("tags_filter leaves the metrics of resources that have all tags", async () => {
  await using stage = await MetricsStage.start();
  const { cloudWatch } = stage;
  const arn = (id: string) => `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/${id}`;
  for (const model of ["one", "two", arn("three"), "anthropic.claude"]) {
    cloudWatch.put(...every5m({ from: at("11:55"), to: at("12:00"), model }));
  }
  cloudWatch.tagged.set("env=prod", [arn("one"), arn("three")]);
  cloudWatch.tagged.set("env=test", [arn("two")]);
  cloudWatch.tagged.set("team=a", [arn("one"), arn("two"), arn("three")]);
  await stage.runOnce({
    receiver: { tags_filter: [{ key: "env", value: ["prod"] }, { key: "team", value: "a" }] },
  });
  assert.deepEqual(stage.took, [`invocations 11:55 ${arn("three")} 1`, "invocations 11:55 one 1"]);
  assert.deepEqual(cloudWatch.of("GetResources")[0]?.input["ResourceTypeFilters"], ["bedrock"]);

  const sample = { namespace: "AWS/Bedrock-AgentCore", metric: "Invocations", timeMs: at("11:57"), value: 1 };
  cloudWatch.put({ ...sample, dimensions: { Resource: "arn:aws:bedrock-agentcore:us-east-1:1:runtime/a" } });
  await stage.runOnce({ receiver: { namespaces: ["agentcore"], tags_filter: [{ key: "env", value: "prod" }] } });
  assert.deepEqual(cloudWatch.of("GetResources").at(-1)?.input["ResourceTypeFilters"], ["bedrock-agentcore"]);
});

Deno.test("the list is of metrics with recent data only when the window is recent", async () => {
  await using stage = await MetricsStage.start();
  stage.cloudWatch.put(...every5m({ from: at("08:00"), to: at("18:00") }));
  stage.cloudWatch.put(...every5m({ from: at("11:00"), to: at("12:30"), model: "ended" }));
  await stage.runOnce();
  stage.time.nowMs = at("16:02");
  await stage.runOnce();
  assert.deepEqual(stage.cloudWatch.of("ListMetrics").map(({ input }) => input["RecentlyActive"]), ["PT3H", undefined]);
  assert.ok(stage.took.includes("invocations 12:25 ended 1"), "a series that ended in the outage");
});

Deno.test("all regions: those that are not enabled for the account are left out with one line", async () => {
  await using stage = await MetricsStage.start();
  for (const region of ["us-east-1", "ap-south-1"]) {
    stage.cloudWatch.put(...every5m({ from: at("11:55"), to: at("12:00"), model: region, region }));
  }
  stage.cloudWatch.fault = ({ region }) =>
    ["af-south-1", "me-south-1"].includes(region)
      ? awsError("UnrecognizedClientException", "The security token included in the request is invalid", {
        status: 403,
      })
      : undefined;
  const { undelivered, log } = await stage.runOnce({ receiver: { regions: ["all"] } });
  assert.equal(undelivered, 0);
  assert.deepEqual(stage.took, ["invocations 11:55 ap-south-1 1", "invocations 11:55 us-east-1 1"]);
  const lines = log.filter((line) => /af-south-1|me-south-1/.test(line));
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /regions=af-south-1,me-south-1/);
});

const FORBIDDEN = "User: arn:aws:iam::123456789012:user/reader is not authorized to perform: cloudwatch:ListMetrics";

Deno.test("a start without permission, or with unknown credentials, fails with AWS's reason", async () => {
  await using stage = await MetricsStage.start();
  stage.cloudWatch.fault = ({ operation }) =>
    operation === "ListMetrics" ? awsError("AccessDeniedException", FORBIDDEN, { status: 403 }) : undefined;
  await assert.rejects(stage.runOnce(), (error: Error) => {
    assert.match(error.message, /^Cannot read metrics of AWS\/Bedrock in us-east-1: AccessDenied.*not authorized/);
    return true;
  });
  stage.cloudWatch.fault = ({ operation }) =>
    operation === "ListMetrics"
      ? awsError("UnrecognizedClientException", "The security token included in the request is invalid", {
        status: 403,
      })
      : undefined;
  await assert.rejects(stage.runOnce(), /the region is not enabled for the account/);
});

Deno.test("what is missing is missing: no zeros are made up", async () => {
  await using stage = await MetricsStage.start();
  stage.cloudWatch.put(...every5m({ from: at("11:50"), to: at("11:55") }));
  stage.cloudWatch.put(...every5m({ from: at("11:55"), to: at("12:00"), model: "other" }));
  await stage.runOnce();
  assert.deepEqual(stage.took, ["invocations 11:55 other 1"]);
});

/** Mistakes of a configuration, each in a line. */
async function mistakesOf(stage: MetricsStage, receiver: Config, exporter: Config = {}): Promise<string[]> {
  try {
    await loadProgramConfig([await stage.folder.writeConfig(stage.config({ receiver, exporter }))]);
  } catch (error) {
    return (error as Error).message.split("\n").map((line) => line.replace("receivers.awscloudwatchmetrics", "…"));
  }
  return [];
}

const MISTAKES: Readonly<Record<string, { receiver: Config; exporter?: Config; message: string }>> = {
  "a period that CloudWatch does not have": {
    receiver: { period: "90s" },
    message: "….period: expected a multiple of 1m, as CloudWatch has it, got 1m30s",
  },
  "a period that is too long": {
    receiver: { period: "2h" },
    message: '….period: expected at most 1h, got "2h"',
  },
  "a granularity that does not divide the period": {
    receiver: { period: "5m", data_granularity: "2m" },
    message: "….data_granularity: expected a duration that divides period (5m), got 2m",
  },
  "an unknown statistic": {
    receiver: { metrics: { InvocationLatency: ["Median"] } },
    message: "….metrics.InvocationLatency",
  },
  "an unknown region": {
    receiver: { regions: ["us-esat-1"], endpoint: null },
    message: "….regions: expected a region of AWS, got us-esat-1; did you mean us-east-1",
  },
  "no region": {
    receiver: { regions: null, default_region: null },
    message: "….regions: expected at least one region, here or as default_region",
  },
  "an unknown namespace": {
    receiver: { namespaces: ["AWS/EC2"] },
    message: "….namespaces[0]: expected agentcore, AWS/Bedrock-AgentCore, agents, AWS/Bedrock/Agents, batch,",
  },
  "a level of a namespace that has none such": {
    receiver: { levels: { mantle: ["project", "team"] } },
    message: "….levels.mantle: expected levels of AWS/BedrockMantle (project_model, model, project, account), got team",
  },
  "levels of an unknown namespace": {
    receiver: { levels: { "AWS/EC2": ["model"] } },
    message: "….levels.AWS/EC2: expected a namespace: agentcore, AWS/Bedrock-AgentCore, agents,",
  },
  "a mode that the target cannot keep": {
    receiver: { mapping: "ecs" },
    exporter: { target: "elastic" },
    message: "….mapping: target elastic of exporters.otlp_http cannot keep mode ecs; it keeps otel",
  },
  "a max_lookback in which no period would ever be read": {
    receiver: { period: "1h", latency: "5m", max_lookback: "1h30m" },
    message: "….max_lookback: expected at least period, data_granularity and latency together (2h5m), got 1h30m",
  },
  "a max_lookback for which Elasticsearch's time series are closed": {
    receiver: { max_lookback: "169h" },
    message: '….max_lookback: expected at most 168h, got "169h"',
  },
  "one linked account without linked accounts": {
    receiver: { owning_account: "123456789012", include_linked_accounts: false },
    message: "….owning_account: needs include_linked_accounts: true",
  },
};

for (const [name, { receiver, exporter, message }] of Object.entries(MISTAKES)) {
  Deno.test(`${name} is named when the configuration is read`, async () => {
    await using stage = await MetricsStage.start();
    const mistakes = await mistakesOf(stage, receiver, exporter);
    assert.equal(mistakes.length, 1, mistakes.join("\n"));
    assert.ok(mistakes[0]?.startsWith(message), `${mistakes[0]}`);
  });
}

Deno.test("Elastic's own endpoint takes metrics in mode otel, APM Server in any", async () => {
  await using stage = await MetricsStage.start();
  assert.deepEqual(await mistakesOf(stage, { mapping: "otel" }, { target: "elastic" }), []);
  assert.deepEqual(await mistakesOf(stage, { mapping: "ecs" }, { target: "apm" }), []);
});
