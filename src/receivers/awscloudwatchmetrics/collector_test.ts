import assert from "node:assert/strict";
import { at, every5m, NOW_MS } from "../../../test/world/metrics_stage.ts";
import { diskIsFull } from "../../../test/world/temporary_storage.ts";
import { CollectorStage } from "./testing.ts";

Deno.test("while the state cannot be written nothing is sent, as nothing could tell that it was", async () => {
  await using stage = await CollectorStage.start();
  const { server } = stage;
  const collector = stage.collector();
  server.put(...every5m({ from: at("11:00"), to: at("13:00") }));
  await collector.prepare();
  stage.beforeWrite = diskIsFull;
  for (let attempt = 0; attempt < 3; attempt++) await assert.rejects(collector.collect(), /disk is full/);
  assert.deepEqual(stage.took, []);
  assert.equal(server.of("GetMetricData").length, 1);

  stage.beforeWrite = () => {};
  stage.nowMs = at("12:07");
  assert.equal((await collector.collect()).deferred, undefined);
  assert.deepEqual(stage.took, ["11:55", "12:00"]);
});

Deno.test("what is remembered does not grow: values are forgotten once they are not read again", async () => {
  await using stage = await CollectorStage.start();
  const collector = stage.collector();
  stage.server.put(...every5m({ from: at("00:00"), to: at("23:59") }));
  let most = 0;
  for (let timeMs = NOW_MS; timeMs < at("23:00"); timeMs += 5 * 60_000) {
    stage.nowMs = timeMs;
    await collector.collect();
    most = Math.max(most, stage.entries);
  }
  assert.equal(stage.took.length, 132);
  assert.ok(most > 12 && most < 40, `${most} entries at most`);
});

Deno.test("a long time is read in slices, each with its checkpoint", async () => {
  await using stage = await CollectorStage.start();
  const collector = stage.collector();
  // So many that six hours are more than is read at once.
  for (let model = 0; model < 1500; model++) {
    const dimensions = { ModelId: `model-${model}` };
    stage.server.put({ metric: "Invocations", dimensions, timeMs: at("11:57"), value: 1 });
    stage.server.put({ metric: "Invocations", dimensions, timeMs: at("17:57"), value: 1 });
  }
  await collector.collect();
  assert.equal(stage.server.of("GetMetricData").length, 3);
  stage.nowMs = at("18:02");
  await collector.collect();
  assert.equal(stage.sink.delivered.length, 3000);
  const starts = stage.server.of("GetMetricData").slice(3).map(({ input }) => Number(input["StartTime"]) * 1000);
  assert.equal(new Set(starts).size, 3, "slices of 165 minutes and what remains");
});

Deno.test("a point of an hour that is read again after the second listing is not sent twice", async () => {
  await using stage = await CollectorStage.start({ period: "1h" });
  const collector = stage.collector();
  stage.server.put(...every5m({ from: at("10:00"), to: at("14:00") }));
  for (const time of ["12:05", "13:02", "14:02"]) {
    stage.nowMs = at(time);
    await collector.collect();
  }
  assert.deepEqual(stage.took, ["11:00", "12:00", "13:00"]);
});

Deno.test("a clock that is ahead when the program starts leaves nothing out", async () => {
  await using stage = await CollectorStage.start();
  const collector = stage.collector();
  stage.server.put(...every5m({ from: at("11:00"), to: at("13:00") }));
  stage.server.nowMs = () => NOW_MS;
  stage.nowMs = NOW_MS + 24 * 3_600_000;
  await collector.prepare();
  assert.equal((await collector.collect()).dueInMs, 5 * 60_000);
  assert.deepEqual(stage.took, ["11:55"]);
  stage.server.nowMs = () => at("13:02");
  stage.nowMs = NOW_MS + 25 * 3_600_000;
  await collector.collect();
  assert.equal(stage.took.length, 13);
  assert.equal(stage.server.of("ListMetrics").length, 3);
});

Deno.test("nothing that was read while the clock ran ahead counts as read", async () => {
  await using stage = await CollectorStage.start();
  const collector = stage.collector();
  stage.server.put(...every5m({ from: at("11:00"), to: at("13:00") }));
  await collector.collect();
  stage.server.nowMs = () => at("12:08");
  stage.nowMs = at("12:32");
  await assert.rejects(collector.collect(), /clock/);
  assert.deepEqual(stage.took, ["11:55"]);
  await collector.collect();
  assert.deepEqual(stage.took, ["11:55", "12:00"]);
});

Deno.test("a clock that is set back by some minutes makes nothing be sent twice", async () => {
  await using stage = await CollectorStage.start();
  const collector = stage.collector();
  stage.server.put(...every5m({ from: at("08:00"), to: at("13:00") }));
  stage.nowMs = at("10:07");
  await collector.collect();
  // Four minutes ahead, which the SDK lets be.
  stage.server.nowMs = () => at("12:03");
  stage.nowMs = at("12:07");
  await collector.collect();
  for (const time of ["12:03", "12:12"]) {
    stage.server.nowMs = () => at(time);
    stage.nowMs = at(time);
    await collector.collect();
  }
  assert.equal(stage.took.length, new Set(stage.took).size);
  assert.deepEqual([stage.took[0], stage.took.length, stage.took.at(-1)], ["10:00", 26, "12:05"]);
});

Deno.test("a series that never comes whole holds others for no longer than max_lookback, and lets nothing grow", async () => {
  await using stage = await CollectorStage.start({ max_lookback: "1h" });
  const collector = stage.collector();
  for (const model of ["a", "b"]) stage.server.put(...every5m({ from: at("11:00"), to: at("23:00"), model }));
  stage.server.statusOf = ({ MetricStat: { Metric } }) =>
    Metric.Dimensions?.[0]?.Value === "b" ? "InternalError" : "Complete";
  for (let timeMs = NOW_MS; timeMs < at("22:00"); timeMs += 5 * 60_000) {
    stage.nowMs = timeMs;
    assert.match((await collector.collect()).deferred ?? "", /1 set/);
  }
  assert.equal(stage.took.length, 120);
  assert.ok(stage.entries < 30, `${stage.entries} entries`);
  const skipped = stage.events.lines.flatMap((line) => /skipped_ms=(\d+)/.exec(line)?.[1] ?? []).map(Number);
  assert.deepEqual([...new Set(skipped)], [300_000], "each time what was not told before");
});

Deno.test("values come in any order and again; what is no number or of another time is no value", async () => {
  await using stage = await CollectorStage.start({ data_granularity: "1m" });
  stage.server.put({ metric: "Invocations", dimensions: { ModelId: "a" }, timeMs: at("11:55"), value: 1 });
  const seconds = (time: string) => at(time) / 1000;
  const result = {
    Id: "q0",
    Timestamps: ["11:57", "11:55", "11:57", "11:58", "11:59", "12:00", "11:54"].map(seconds),
    Values: [3, 1, 3, "NaN", "Infinity", 5, 9],
    StatusCode: "Complete",
  };
  const headers = { "content-type": "application/x-amz-json-1.0" };
  stage.server.fault = ({ operation }) =>
    operation === "GetMetricData"
      ? { kind: "status", status: 200, headers, body: JSON.stringify({ MetricDataResults: [result], Messages: [] }) }
      : undefined;
  assert.equal((await stage.collector().collect()).deferred, undefined);
  assert.deepEqual(stage.took, ["11:55", "11:57"]);
  assert.deepEqual(stage.sink.delivered.flatMap(({ values }) => [...values.values()]), [1, 3]);
});

Deno.test("an empty 200 is no listing without metrics: the watermark stays", async () => {
  await using stage = await CollectorStage.start();
  const { server } = stage;
  const collector = stage.collector();
  server.put(...every5m({ from: at("11:00"), to: at("13:00") }));
  server.fault = ({ operation }) => operation === "ListMetrics" ? { kind: "status", status: 200 } : undefined;
  await assert.rejects(collector.collect(), /the answer has no Metrics: it is not AWS's/);
  server.fault = () => undefined;
  await collector.collect();
  assert.deepEqual(stage.took, ["11:55"]);
});

Deno.test("a namespace without data costs one ListMetrics an hour and no GetMetricData", async () => {
  await using stage = await CollectorStage.start();
  const collector = stage.collector();
  await collector.prepare();
  const endMs = NOW_MS + 24 * 3_600_000;
  for (let timeMs = NOW_MS; timeMs < endMs; timeMs += 5 * 60_000) {
    stage.nowMs = timeMs;
    assert.equal((await collector.collect()).deferred, undefined);
  }
  assert.equal(stage.server.of("ListMetrics").length, 24);
  assert.equal(stage.server.of("GetMetricData").length, 0);

  // It is read from the first data on.
  stage.server.put(...every5m({ from: endMs, to: endMs + 3_600_000 }));
  stage.nowMs = endMs + 3_600_000;
  await collector.collect();
  assert.ok(stage.sink.delivered.length > 0);
});

const STUCK: Readonly<Record<string, Record<string, unknown>>> = {
  ListMetrics: { Metrics: [], NextToken: "same" },
  GetMetricData: { MetricDataResults: [], NextToken: "same" },
  GetResources: { ResourceTagMappingList: [], PaginationToken: "same" },
};

for (const [operation, answer] of Object.entries(STUCK)) {
  Deno.test(`a paging token of ${operation} that does not move ends the reading, which is done again later`, async () => {
    await using stage = await CollectorStage.start({ tags_filter: [{ key: "env", value: "prod" }] });
    const { server } = stage;
    server.tagged.set("env=prod", ["arn:aws:bedrock:us-east-1::foundation-model/model-a"]);
    server.put(...every5m({ from: at("11:00"), to: at("13:00") }));
    const body = JSON.stringify(answer);
    server.fault = (request) => request.operation === operation ? { kind: "status", status: 200, body } : undefined;
    const collector = stage.collector();
    await assert.rejects(collector.collect(), /the paging token does not move on/);
    assert.ok(server.of(operation).length < 10, `${server.of(operation).length} calls`);
    server.fault = () => undefined;
    await collector.collect();
    assert.deepEqual(stage.took, ["11:55"]);
  });
}
