import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { ndjson } from "../world/aws.ts";
import { eventually } from "../world/eventually.ts";
import type { ConfigOptions } from "../world/config.ts";
import { TestFolder } from "../world/folder.ts";
import { Program } from "../world/program.ts";
import { samples } from "../world/samples.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";

function publishEach(stage: QueueStage, count: number) {
  const all = samples(count);
  for (const [index, record] of all.entries()) stage.aws.publish(`${index}.json.gz`, [record]);
  return all;
}

/** Writes the configuration and gives `--config FILE`. */
async function configArgs(folder: TestFolder, stage: QueueStage, options: ConfigOptions = {}): Promise<string[]> {
  return ["--config", await folder.writeConfig(stage.config(options))];
}

Deno.test("run --once delivers every record once, empties the queue and exits 0", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  const all = publishEach(stage, 25);

  await using program = new Program(["run", "--once", ...await configArgs(folder, stage)]);
  const { code, stdout, stderr } = await program.result();

  assert.equal(code, 0, stderr);
  assert.equal(stdout, "");
  assert.deepEqual(stage.tookInvocations, requestIds(all));
  assert.equal(stage.endpoint.duplicates, 0);
  assert.equal(messageCount(stage.aws.queueState()), 0);
  assert.ok(stage.endpoint.requests.every(({ headers }) => headers.get("content-type") === "application/x-protobuf"));
});

Deno.test("run --once takes its endpoint from AWS_ENDPOINT_URL and its credentials from the environment", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  const all = publishEach(stage, 3);
  const config = stage.config({
    receiver: { queue_url: "https://sqs.us-east-1.amazonaws.com/000000000000/invocations" },
  });
  const { awss3 } = config["receivers"] as { awss3: Record<string, unknown> };
  for (const name of ["endpoint", "region", "access_key_id", "secret_access_key"]) delete awss3[name];

  await using program = new Program(["run", "--once", "--config", await folder.writeConfig(config)], {
    env: { AWS_ENDPOINT_URL: stage.aws.endpoint, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
  });
  const { code, stderr } = await program.result();

  assert.equal(code, 0, stderr);
  assert.deepEqual(stage.tookInvocations, requestIds(all));
});

Deno.test("run --once with the endpoint down exits 1, and every message is back in the queue", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  publishEach(stage, 15);
  await stage.endpoint.refuse();

  const args = await configArgs(folder, stage, {
    exporter: { retry_on_failure: { initial_interval: "100ms", max_interval: "200ms", max_elapsed_time: "1s" } },
  });
  await using program = new Program(["run", "--once", ...args]);
  const { code, stderr } = await program.result();

  assert.equal(code, 1, stderr);
  const { visible, inFlight } = stage.aws.queueState();
  assert.deepEqual([visible.length, inFlight.length], [15, 0], stderr);
});

Deno.test("SIGTERM with work in flight: it is finished, the program exits 0, and nothing is left", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  const release = Promise.withResolvers<void>();
  stage.endpoint.rule = async () => {
    await release.promise;
    return { kind: "accept" };
  };
  const all = publishEach(stage, 5);

  await using program = new Program(["run", ...await configArgs(folder, stage)]);
  await eventually(() => stage.endpoint.arrived > 0, { what: () => "a request" });
  program.signal("SIGTERM");
  await program.said("service.stopping");
  release.resolve();
  const { code, stderr } = await program.result();

  assert.equal(code, 0, stderr);
  const took = new Set(stage.tookInvocations);
  assert.ok(took.size > 0, "what was in flight was delivered");
  const { visible, inFlight } = stage.aws.queueState();
  assert.equal(inFlight.length, 0, "nothing is left invisible");
  assert.equal(visible.length + took.size, all.length, "each record is delivered or its message is in the queue");
});

Deno.test("SIGTERM with an endpoint that hangs: everything returns to the queue and the program exits 0", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  stage.endpoint.rule = () => ({ kind: "hang" });
  publishEach(stage, 12);

  const args = await configArgs(folder, stage, {
    receiver: { number_of_workers: 4 },
    service: { shutdown_timeout: "1s", telemetry: { logs: { level: "debug" } } },
  });
  await using program = new Program(["run", ...args]);
  await eventually(() => stage.endpoint.requests.length > 0, { what: () => "a request" });
  const signalledMs = Date.now();
  program.signal("SIGTERM");
  const { code, stderr } = await program.result();

  assert.equal(code, 0, stderr);
  assert.ok(Date.now() - signalledMs < 5000, `it took ${Date.now() - signalledMs} ms`);
  const { visible, inFlight } = stage.aws.queueState();
  assert.deepEqual([visible.length, inFlight.length], [12, 0], stderr);
});

Deno.test("SIGTERM ends a long poll at once", async () => {
  await using stage = await QueueStage.start({ maxWaitSeconds: 20 });
  using folder = new TestFolder();
  const all = publishEach(stage, 1);
  await using program = new Program(["run", ...await configArgs(folder, stage)]);
  await stage.endpoint.took(all.length);
  await stage.queueIsEmpty();
  const signalledMs = Date.now();
  program.signal("SIGTERM");
  const { code, stderr } = await program.result();
  assert.equal(code, 0, stderr);
  assert.ok(Date.now() - signalledMs < 3000, `it took ${Date.now() - signalledMs} ms`);
});

Deno.test("SIGTERM to run --once exits 1 when something was returned", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  stage.endpoint.rule = () => ({ kind: "hang" });
  publishEach(stage, 3);
  const args = await configArgs(folder, stage, { service: { shutdown_timeout: "500ms" } });
  await using program = new Program(["run", "--once", ...args]);
  await eventually(() => stage.endpoint.requests.length > 0, { what: () => "a request" });
  program.signal("SIGTERM");
  const { code, stderr } = await program.result();
  assert.equal(code, 1, stderr);
  const { visible, inFlight } = stage.aws.queueState();
  assert.deepEqual([visible.length, inFlight.length], [3, 0], stderr);
});

Deno.test("signals at once are one graceful stop, a later one ends the program", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  stage.endpoint.rule = () => ({ kind: "hang" });
  publishEach(stage, 1);
  const args = await configArgs(folder, stage, { exporter: { timeout: "1h" }, service: { shutdown_timeout: "1h" } });
  await using program = new Program(["run", ...args]);
  await eventually(() => stage.endpoint.requests.length > 0, { what: () => "a request" });
  program.signal("SIGINT");
  program.signal("SIGINT");
  await program.said("service.stopping");
  program.signal("SIGINT");
  const ended = program.result();
  // Neither time limit is over: only the signal can end it.
  const again = setInterval(() => {
    try {
      program.signal("SIGTERM");
    } catch {
      // It has ended.
    }
  }, 500);
  const { code, stderr } = await ended.finally(() => clearInterval(again));
  assert.deepEqual([code, stderr.split("service.stopping").length], [1, 2], stderr);
});

Deno.test("SIGKILL and restart: nothing is lost, and what is sent twice has the same ids", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  const options: ConfigOptions = {
    receiver: { visibility_timeout: "2s" },
    exporter: { sending_queue: { batch: { max_size: 3, flush_timeout: "50ms" } } },
  };
  const all = samples(60);
  for (let index = 0; index < 12; index++) {
    stage.aws.publish(`${index}.json.gz`, all.slice(index * 5, index * 5 + 5));
  }
  // From the fifth request on it takes what it gets, and never says so.
  let requests = 0;
  stage.endpoint.rule = () => ++requests <= 4 ? { kind: "accept" } : { kind: "keep_and_hang" };

  await using killed = new Program(["run", ...await configArgs(folder, stage, options)]);
  await eventually(() => stage.endpoint.requests.length >= 6, { what: () => "six requests" });
  killed.signal("SIGKILL");
  await killed.result();
  const before = stage.endpoint.ids.size;
  assert.ok(before > 0 && before < all.length, `${before} records before the kill`);

  stage.endpoint.rule = () => ({ kind: "accept" });
  await using _service = await stage.run(options);
  await stage.endpoint.took(all.length);
  await stage.queueIsEmpty();

  assert.deepEqual([...new Set(stage.tookInvocations)], requestIds(all));
  assert.equal(stage.endpoint.ids.size, all.length, "one id for each record, however often it was sent");
  assert.ok(stage.endpoint.duplicates > 0, "what was not acknowledged was sent again");
});

Deno.test("an object larger than the memory limit of the process is delivered", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  stage.endpoint.idsOnly = true;
  const limitMiB = 64;
  const line = ndjson(samples(1, { sizeBytes: 25_000 }));
  const count = Math.ceil((1.5 * limitMiB * 1024 * 1024) / line.length);
  const object = gzipSync(line.repeat(count));
  stage.aws.notify([stage.aws.putLogs("large.json.gz", object, { gzip: false })]);

  await using program = new Program(["run", "--once", ...await configArgs(folder, stage)], {
    v8Flags: [`--max-old-space-size=${limitMiB}`],
  });
  const { code, stderr } = await program.result();

  assert.equal(code, 0, stderr.slice(-2000));
  assert.equal(stage.endpoint.ids.size, count);
  assert.equal(stage.endpoint.duplicates, 0);
});
