import assert from "node:assert/strict";
import { permissionFlags, Program, runCli } from "../world/program.ts";
import { eventually } from "../world/eventually.ts";
import { lineOf, MetricsStage } from "../world/metrics_stage.ts";
import { ACCEPT } from "../world/otlp_endpoint.ts";

const PERIOD_MS = 300_000;

/** Three models that CloudWatch has one period of; the program's time is the real one. */
async function withModels(): Promise<MetricsStage> {
  const stage = await MetricsStage.start({ time: "real" });
  // In the last period that has ended, by the receiver's latency, and in the next one: it may end any moment.
  const startMs = Math.floor((Date.now() - 2 * 60_000) / PERIOD_MS) * PERIOD_MS - PERIOD_MS;
  for (const model of ["a", "b", "c"]) {
    for (const timeMs of [startMs, startMs + PERIOD_MS]) {
      stage.cloudWatch.put({ metric: "Invocations", dimensions: { ModelId: model }, timeMs, value: 1 });
    }
  }
  stage.cloudWatch.tagged.set("a=b", ["arn:x/a", "arn:x/b", "arn:x/c"]);
  return stage;
}

/** The stage's configuration, with a filter by tags and a secret to look for. */
function writeConfig(stage: MetricsStage): Promise<string> {
  const receiver = { tags_filter: [{ key: "a", value: "b" }], secret_access_key: "canary-secret" };
  const service = { shutdown_timeout: undefined, telemetry: undefined };
  return stage.folder.writeConfig(stage.config({ receiver, service }));
}

Deno.test("run --once with the permissions that permissions prints delivers, and says what it took", async () => {
  await using stage = await withModels();
  const config = await writeConfig(stage);
  const flags = await permissionFlags(["--config", config]);
  const { code, stderr } = await runCli(["run", "--once", "--config", config], { flags });
  assert.equal(code, 0, stderr);
  assert.equal(stage.endpoint.acceptedPoints.length, 3);
  assert.match(stderr, /awscloudwatchmetrics\.cost: .*metrics_asked=3 api_calls=\d+ estimated_usd=0\.0000/);
  assert.match(stderr, /service\.stopped: .*delivered_points=3/);
  assert.ok(!stderr.includes("canary-secret"));
});

/** Ends the program while the endpoint, which has what was sent, does not answer. */
async function killWhileItDelivers({ endpoint }: MetricsStage, config: string): Promise<void> {
  endpoint.rule = () => ({ kind: "keep_and_hang" });
  await using program = new Program(["run", "--config", config]);
  await eventually(() => endpoint.requests.length > 0, { what: () => `a request: ${program.stderr}` });
  program.signal("SIGKILL");
  await program.result();
  endpoint.rule = () => ACCEPT;
}

Deno.test("a program killed while it delivers goes on where it was: every point arrives", async () => {
  await using stage = await withModels();
  const config = await writeConfig(stage);
  await killWhileItDelivers(stage, config);
  const lost = stage.endpoint.acceptedPoints.splice(0).map(lineOf);
  assert.equal(lost.length, 3);
  const { code, stderr } = await runCli(["run", "--once", "--config", config]);
  assert.equal(code, 0, stderr);
  const took = new Set(stage.endpoint.acceptedPoints.map(lineOf));
  assert.ok(lost.every((line) => took.has(line)), stderr);

  await runCli(["run", "--once", "--config", config]);
  const all = stage.endpoint.acceptedPoints.map(lineOf);
  assert.equal(all.length, new Set(all).size, "nothing is sent twice");
});

/** What a store has that takes one document of each time series and time, as `metric model value`. */
function storedBy(requests: MetricsStage["endpoint"]["requests"]): string[] {
  const stored = new Map<string, string[]>();
  for (const { points } of requests) {
    const documents = Map.groupBy(points, ({ attributes, timeUnixNano }) => JSON.stringify([attributes, timeUnixNano]));
    for (const [series, values] of documents) stored.getOrInsert(series, values.map(lineOf));
  }
  return [...stored.values()].flat();
}

Deno.test("a metric that comes late after a crash is stored beside the document that the crash left", async () => {
  await using stage = await withModels();
  const config = await writeConfig(stage);
  await killWhileItDelivers(stage, config);
  const before = storedBy(stage.endpoint.requests);
  assert.equal(before.length, 3);
  const timeMs = Number(BigInt(stage.endpoint.acceptedPoints[0]?.startTimeUnixNano ?? 0) / 1_000_000n);
  stage.cloudWatch.put({ metric: "InputTokenCount", dimensions: { ModelId: "a" }, timeMs, value: 70 });
  // One more in a document that was delivered: it stays as it was.
  stage.cloudWatch.put({ metric: "Invocations", dimensions: { ModelId: "b" }, timeMs, value: 1 });
  const { code, stderr } = await runCli(["run", "--once", "--config", config]);
  assert.equal(code, 0, stderr);
  const after = storedBy(stage.endpoint.requests);
  assert.deepEqual(before.filter((line) => !after.includes(line)), []);
  assert.equal(
    after.filter((line) => line.startsWith("input_token_count") && line.endsWith(" a 70")).length,
    1,
    after.join(),
  );
  const [sent] = stage.endpoint.requests.slice(1).filter(({ points }) => points.length > 0);
  assert.ok(before.every((line) => sent?.points.map(lineOf).includes(line)), "sent again as it was");
});
