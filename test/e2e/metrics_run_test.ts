import assert from "node:assert/strict";
import type { RunningService } from "../world/program.ts";
import { ACCEPT, type Answer, status } from "../world/otlp_endpoint.ts";
import { awsError } from "../world/aws_service.ts";
import { at, every5m, MetricsStage, MINUTE_MS } from "../world/metrics_stage.ts";

/** How many points were delivered; then nothing is under way. */
const delivered = ({ events }: RunningService) => events.count("exporter.delivered_points");
const said = (log: readonly string[], event: string) => log.filter((line) => line.includes(` ${event}:`));

Deno.test("a period is read as soon as it is complete, and the list of metrics once an hour", async () => {
  await using stage = await MetricsStage.start({ time: "date_and_timers" });
  stage.cloudWatch.put(...every5m({ from: at("11:00"), to: at("16:00") }));
  await using service = await stage.run();
  await stage.time.until(() => delivered(service) === 1, () => "the first period");
  await stage.time.pass(4 * MINUTE_MS);
  assert.equal(stage.cloudWatch.of("GetMetricData").length, 1, "nothing to read yet");
  for (let period = 2; period <= 14; period++) {
    await stage.time.pass((period === 2 ? 1 : 5) * MINUTE_MS);
    await stage.time.until(() => delivered(service) === period, () => `${period} periods, not ${stage.took}`);
  }
  assert.equal(stage.took.at(-1), "invocations 13:00 model-a 1");
  assert.equal(stage.cloudWatch.of("GetMetricData").length, 14);
  assert.equal(stage.cloudWatch.of("ListMetrics").length, 2);
  assert.equal(stage.cloudWatch.of("GetCallerIdentity").length, 1);
});

Deno.test("a metric that begins between two listings is read from its beginning", async () => {
  await using stage = await MetricsStage.start({ time: "date_and_timers" });
  stage.cloudWatch.put(...every5m({ from: at("11:00"), to: at("16:00") }));
  stage.cloudWatch.put(...every5m({ from: at("12:10"), to: at("16:00"), model: "new" }));
  await using service = await stage.run();
  for (let period = 1; period <= 12; period++) {
    await stage.time.until(() => delivered(service) === period, () => `period ${period}`);
    await stage.time.pass(5 * MINUTE_MS);
  }
  const added = every5m({ from: at("12:10"), to: at("13:00") }).map(({ timeMs }) =>
    `invocations ${new Date(timeMs).toISOString().slice(11, 16)} new 1`
  );
  await stage.time.until(() => delivered(service) === 13 + added.length, () => `${added.length} more of ${stage.took}`);
  assert.deepEqual(stage.took.filter((line) => line.includes("new")), added);
  assert.equal(service.events.count("receiver.late_points"), added.length - 1);
});

Deno.test("a failure is said once for each reason, and that all is well when every region is", async () => {
  await using stage = await MetricsStage.start({ time: "date_and_timers" });
  const regions = ["us-east-1", "eu-west-1"];
  for (const region of regions) stage.cloudWatch.put(...every5m({ from: at("11:00"), to: at("16:00"), region }));
  const broken = new Set(regions);
  stage.cloudWatch.fault = ({ region, operation }) =>
    operation === "GetMetricData" && broken.has(region) ? awsError("AccessDenied", "no", { status: 403 }) : undefined;
  await using service = await stage.run({ receiver: { regions } });
  const calls = () => stage.cloudWatch.of("GetMetricData").length;
  const step = { stepMs: 100 };
  const failures = () => said(service.log, "awscloudwatchmetrics.failed").length;
  await stage.time.until(() => failures() === 2, () => `2 failures, not ${service.log.join("")}`, step);
  await stage.time.until(() => calls() >= 6, () => "more tries", step);
  assert.equal(failures(), 2, "not said again");

  broken.delete("us-east-1");
  await stage.time.until(() => delivered(service) >= 1, () => "the period of us-east-1", step);
  assert.equal(said(service.log, "awscloudwatchmetrics.recovered").length, 0);
  broken.delete("eu-west-1");
  await stage.time.until(
    () => said(service.log, "awscloudwatchmetrics.recovered").length === 1,
    () => service.log.join(""),
    step,
  );
  const held = stage.endpoint.acceptedPoints.filter(({ attributes }) => attributes["cloud.region"] === "eu-west-1");
  assert.ok(held.length >= 1 && held[0]?.startTimeUnixNano === `${at("11:55")}000000`, "from where it failed");
});

Deno.test("the program is not ready before any metric can be read", async () => {
  await using stage = await MetricsStage.start({ time: "date_and_timers" });
  stage.cloudWatch.put(...every5m({ from: at("11:00"), to: at("16:00") }));
  let isDown = true;
  stage.cloudWatch.fault = () => isDown ? awsError("ServiceUnavailable", "no", { status: 503 }) : undefined;
  const starting = stage.run();
  const step = { stepMs: 100 };
  let service: RunningService | undefined;
  starting.then((running) => service = running);
  await stage.time.until(() => service !== undefined, () => "the start", step);
  await using running = await starting;
  assert.equal(said(running.log, "awscloudwatchmetrics.failed").length, 1, running.log.join(""));
  assert.equal(said(running.log, "service.started").length, 0);
  isDown = false;
  await stage.time.until(() => said(running.log, "service.started").length === 1, () => running.log.join(""), step);
  assert.equal(said(running.log, "awscloudwatchmetrics.recovered").length, 1);
});

Deno.test("stop ends a call to CloudWatch at once, and waits for what is being delivered", async () => {
  await using stage = await MetricsStage.start();
  stage.cloudWatch.put(...every5m({ from: at("11:00"), to: at("13:00") }));
  stage.cloudWatch.fault = ({ operation }) => operation === "GetMetricData" ? { kind: "hang" } : undefined;
  const reading = await stage.run();
  await stage.time.until(() => stage.cloudWatch.of("GetMetricData").length === 1, () => "a call");
  await reading.stop();
  assert.equal(await reading.finished(), 0);

  stage.cloudWatch.fault = () => undefined;
  const answer = Promise.withResolvers<Answer>();
  stage.endpoint.rule = () => answer.promise;
  const delivering = await stage.run();
  await stage.time.until(() => stage.endpoint.arrived === 1, () => "a request");
  const stopped = delivering.stop();
  answer.resolve(ACCEPT);
  await stopped;
  assert.deepEqual(stage.took, ["invocations 11:55 model-a 1"]);

  const { undelivered } = await stage.runOnce();
  assert.equal(undelivered, 0);
  assert.equal(stage.took.length, 1, "it was remembered as delivered");
});

Deno.test("while the endpoint is down nothing more is asked of CloudWatch; afterwards there is no gap", async () => {
  await using stage = await MetricsStage.start({ time: "date_and_timers" });
  stage.cloudWatch.put(...every5m({ from: at("11:00"), to: at("16:00") }));
  await using service = await stage.run();
  await stage.time.until(() => delivered(service) === 1, () => "the first period");
  stage.endpoint.rule = () => status(503);
  await stage.time.pass(5 * MINUTE_MS);
  for (let tries = 1; tries <= 3; tries++) {
    await stage.time.until(() => service.events.count("exporter.retries") === tries, () => `try ${tries}`);
    if (tries < 3) await stage.time.pass(100);
  }
  assert.equal(stage.cloudWatch.of("GetMetricData").length, 2);
  stage.time.nowMs = at("14:02");
  stage.endpoint.rule = () => ACCEPT;
  await stage.time.pass(100);
  await stage.time.until(() => delivered(service) === 2, () => "the period that was refused");
  await stage.time.pass(1);
  await stage.time.until(() => delivered(service) === 25, () => `25 periods, not ${stage.took}`);
  assert.equal(new Set(stage.took).size, 25);
  assert.equal(stage.took.at(-1), "invocations 13:55 model-a 1");
});
