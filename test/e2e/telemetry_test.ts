/** What the program tells of itself: health and metrics at ports of its own, metrics and log lines over OTLP. */
import assert from "node:assert/strict";
import { serve } from "../world/serve.ts";
import { permissionFlags } from "../../src/commands/permission_flags.ts";
import { Program, runCli, RunningService } from "../world/program.ts";
import { loadProgramConfig } from "../../src/commands/load_config.ts";
import { eventually } from "../world/eventually.ts";
import { OtlpEndpoint, status } from "../world/otlp_endpoint.ts";
import { freePort } from "../world/ports.ts";
import type { Config, ConfigOptions } from "../world/config.ts";
import { TestFolder } from "../world/folder.ts";
import { parsePrometheus, sumOf } from "../world/prometheus.ts";
import { type Sample, samples } from "../world/samples.ts";
import { QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";

const CANARY = "canary-4711";

interface Watched {
  readonly config: Config;
  /** The answer of `/`, `/ready` or `/metrics`; undefined while nobody listens. */
  ask(path: string, init?: RequestInit): Promise<{ status: number; text: string } | undefined>;
}

/** A configuration with both ports open. */
async function watched(stage: QueueStage, options: ConfigOptions & { unhealthyAfter?: string } = {}): Promise<Watched> {
  const { unhealthyAfter = "5m", ...rest } = options;
  const ports = { health: await freePort(), metrics: await freePort() };
  const reader = { pull: { exporter: { prometheus: { host: "127.0.0.1", port: ports.metrics } } } };
  const config = stage.config({
    ...rest,
    service: {
      extensions: ["health_check"],
      telemetry: { logs: { level: "debug" }, metrics: { readers: [reader] } },
      ...rest.service,
    },
  });
  return {
    config: {
      ...config,
      extensions: { health_check: { endpoint: `127.0.0.1:${ports.health}`, unhealthy_after: unhealthyAfter } },
    },
    async ask(path, init) {
      try {
        const port = path === "/metrics" ? ports.metrics : ports.health;
        const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
        return { status: response.status, text: await response.text() };
      } catch {
        return undefined;
      }
    },
  };
}

/** Waits until a page answers with a status. */
async function answers({ ask }: Watched, path: string, wanted: number): Promise<void> {
  await eventually(async () => (await ask(path))?.status === wanted, {
    what: async () => `${wanted} of ${path}, which answers ${JSON.stringify(await ask(path))}`,
  });
}

Deno.test("the counters at the Prometheus port agree with what was delivered", async () => {
  await using stage = await QueueStage.start();
  const all = samples(40);
  for (let index = 0; index < 4; index++) {
    const some = all.slice(index * 10, index * 10 + 10).map((record) => JSON.stringify(record));
    stage.aws.publish(`${index}.json.gz`, [...some, index === 0 ? "no record" : ""].join("\n"));
  }
  stage.aws.publish("AWSLogs/1/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check", "x");
  stage.aws.sendTestEvent();
  stage.endpoint.script.push(status(503));
  const test = await watched(stage);
  await using service = await RunningService.start(test.config);
  await stage.queueIsEmpty();
  await eventually(() => service.events.count("receiver.done_messages") >= 5, { what: () => "all messages done" });

  const metrics = parsePrometheus((await test.ask("/metrics"))?.text ?? "");
  const taken = stage.endpoint.accepted.length;
  assert.equal(taken, 41, "40 records and one pipeline error");
  const receiver = { receiver: "awss3" };
  const exporter = { exporter: "otlp_http" };
  const expected: [string, Record<string, string>, number][] = [
    ["otelcol_receiver_accepted_log_records_total", { ...receiver, transport: "http" }, taken],
    ["otelcol_receiver_refused_log_records_total", {}, 0],
    ["otelcol_exporter_sent_log_records_total", exporter, taken],
    ["otelcol_exporter_send_failed_log_records_total", {}, 0],
    ["bedrock_otel_exporter_retries_total", { ...exporter, reason: "http_503" }, 1],
    ["bedrock_otel_receiver_ignored_messages_total", { ...receiver, reason: "test_event" }, 1],
    ["bedrock_otel_pipeline_errors_total", { component: "bedrock", reason: "not_json" }, 1],
    ["bedrock_otel_delivery_delay_seconds_count", exporter, taken],
    ["bedrock_otel_delivery_delay_seconds_bucket", { ...exporter, le: "+Inf" }, taken],
  ];
  for (const [name, labels, value] of expected) assert.equal(sumOf(metrics, name, labels), value, name);
  const gets = { service: "S3", operation: "GetObject", outcome: "success" };
  assert.ok(sumOf(metrics, "bedrock_otel_aws_calls_total", gets) >= 4);
  assert.ok(sumOf(metrics, "bedrock_otel_aws_estimated_cost_usd_total") > 0);
  assert.ok(sumOf(metrics, "otelcol_process_memory_rss") > 1e6);
  assert.ok(sumOf(metrics, "otelcol_process_uptime_total") > 0);
  assert.ok(metrics.some(({ name }) => name === "bedrock_otel_receiver_queue_visible_messages"));
  assert.ok(metrics.some(({ name }) => name === "bedrock_otel_receiver_queue_age_seconds"));
});

Deno.test("the live page shows how much waits in the queue, also where no own metrics are asked for", async () => {
  await using stage = await QueueStage.start();
  const port = await freePort();
  await using _service = await RunningService.start({
    ...stage.config({ service: { extensions: ["status_page"] } }),
    extensions: { status_page: { endpoint: `127.0.0.1:${port}` } },
  });
  const events = (await fetch(`http://127.0.0.1:${port}/events`)).body?.pipeThrough(new TextDecoderStream());
  assert.ok(events);
  let text = "";
  for await (const part of events) {
    text += part;
    if (/"queue":\{"messages":\d+,"ageSeconds":/.test(text)) break;
    assert.ok(text.length < 500_000, "no depth of the queue in so many snapshots");
  }
});

Deno.test("health goes with the endpoint: unhealthy while it is at fault, well when it takes requests again", async () => {
  await using stage = await QueueStage.start();
  const test = await watched(stage, { unhealthyAfter: "100ms" });
  await using _service = await RunningService.start(test.config);
  await answers(test, "/", 200);
  stage.endpoint.rule = () => status(401);
  stage.aws.publish("a.json.gz", samples(3));
  await answers(test, "/", 503);
  const { components, error } = JSON.parse((await test.ask("/"))?.text ?? "");
  assert.equal(error, "http_401");
  const parts = components["pipeline:logs"].components;
  assert.equal(parts["exporter:otlp_http"].healthy, false);
  assert.deepEqual([parts["receiver:awss3"].healthy, parts["processor:bedrock"].healthy], [true, true]);
  assert.equal((await test.ask("/ready"))?.status, 200, "ready all the same");
  stage.endpoint.rule = () => ({ kind: "accept" });
  await answers(test, "/", 200);
});

Deno.test("health goes with the bucket: unhealthy while objects cannot be read, well with the next that can", async () => {
  await using stage = await QueueStage.start();
  const test = await watched(stage, { unhealthyAfter: "50ms" });
  await using _service = await RunningService.start(test.config);
  const object = stage.aws.putLogs("a.json.gz", samples(1));
  stage.aws.notify([{ ...object, bucket: "no-such-bucket" }]);
  await answers(test, "/", 503);
  assert.equal(JSON.parse((await test.ask("/"))?.text ?? "").error, "no_bucket");
  stage.aws.notify([object]);
  await answers(test, "/", 200);
});

Deno.test("/ready says 503 until every receiver has started, and from the stop signal on", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  const started = Promise.withResolvers<void>();
  await using aws = serve(async (request) => {
    await started.promise;
    const body = await request.arrayBuffer();
    return await fetch(stage.aws.endpoint + new URL(request.url).pathname, {
      method: request.method,
      headers: request.headers,
      ...(body.byteLength === 0 ? {} : { body }),
    });
  });
  const test = await watched(stage, { receiver: { endpoint: aws.url } });
  await using program = new Program(["run", "--config", await folder.writeConfig(test.config)]);
  await answers(test, "/ready", 503);
  assert.equal(JSON.parse((await test.ask("/ready"))?.text ?? "").status, "StatusStarting");
  started.resolve();
  await answers(test, "/ready", 200);

  const release = Promise.withResolvers<void>();
  stage.endpoint.rule = async () => {
    await release.promise;
    return { kind: "accept" };
  };
  stage.aws.publish("a.json.gz", samples(1));
  await eventually(() => stage.endpoint.arrived > 0, { what: () => "a request" });
  program.signal("SIGTERM");
  await answers(test, "/ready", 503);
  assert.equal(JSON.parse((await test.ask("/ready"))?.text ?? "").status, "StatusStopping");
  release.resolve();
  assert.equal((await program.result()).code, 0, program.stderr);
});

Deno.test("the flags that permissions prints suffice for both ports and for sending", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  await using metrics = await OtlpEndpoint.start();
  stage.aws.publish("a.json.gz", samples(5));
  const pull = { exporter: { prometheus: { port: await freePort() } } };
  const periodic = { exporter: { otlp: { endpoint: metrics.url } } };
  const config = {
    ...stage.config({
      service: { extensions: ["health_check"], telemetry: { metrics: { readers: [{ pull }, { periodic }] } } },
    }),
    extensions: { health_check: { endpoint: `localhost:${await freePort()}` } },
  };
  const file = await folder.writeConfig(config);
  const flags = permissionFlags(await loadProgramConfig([file])).filter((flag) => flag !== "--no-prompt");
  const { code, stderr } = await runCli(["run", "--once", "--config", file], { flags });
  assert.equal(code, 0, stderr);
  assert.ok(metrics.acceptedPoints.some(({ metric, value }) => metric === "otelcol_process_memory_rss" && value > 0));
});

/** Records whose prompts, answers and metadata hold the canary. */
function canaryRecords(): Sample[] {
  return samples(8).map((record) => {
    const text = JSON.stringify({ ...record, requestMetadata: { [`k-${CANARY}`]: CANARY } });
    return JSON.parse(text.replace(/("text":")(?=[^"])/g, `$1${CANARY} `));
  });
}

Deno.test("who reads the ports learns no secret and no prompt, and can change nothing", async () => {
  await using stage = await QueueStage.start();
  const test = await watched(stage, {
    unhealthyAfter: "0",
    receiver: { secret_access_key: `${CANARY}-secret` },
    exporter: { headers: { Authorization: `ApiKey ${CANARY}`, [`x-${CANARY}`]: "1" } },
  });
  await using _service = await RunningService.start(test.config);
  const lines = canaryRecords().map((record) => JSON.stringify(record));
  // Echoes what it got, as a fault and as a refusal of single records.
  stage.endpoint.rule = ({ records }) =>
    stage.endpoint.requests.length < 2
      ? status(503, { body: JSON.stringify(records[0]?.attributes) })
      : records.length > 1
      ? status(400, { body: CANARY })
      : { kind: "accept" };
  stage.aws.publish(`${CANARY}.json.gz`, [...lines, `{"broken": "${CANARY}`].join("\n"));
  stage.aws.send(JSON.stringify({ Records: CANARY }));
  const pages = ["/", "/?verbose", "/ready", "/metrics"];
  const seen: string[] = [];
  const read = async () => {
    for (const path of pages) seen.push(await test.ask(path).then((answer) => `${path} ${answer?.text}`));
  };
  await answers(test, "/", 503);
  await read();
  await eventually(() => stage.endpoint.accepted.length === lines.length + 1, { what: () => "every record" });
  await answers(test, "/", 200);
  await read();
  assert.deepEqual(seen.filter((text) => text.includes(CANARY)), []);
  assert.deepEqual(seen.filter((text) => text.includes("s3://") || text.includes("http://")), []);

  for (const path of pages) {
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      assert.equal((await test.ask(path, { method, body: CANARY }))?.status, 405, `${method} ${path}`);
    }
  }
});

const TRANSPORTS = [
  { protocol: "http/protobuf", temporality: "cumulative" },
  { protocol: "http/json", temporality: "delta", temporality_preference: "delta" },
];

for (const { protocol, temporality, ...preference } of TRANSPORTS) {
  Deno.test(`the program's own metrics (${temporality}) and log lines arrive as ${protocol}, the last ones with its end`, async () => {
    await using stage = await QueueStage.start();
    using folder = new TestFolder();
    await using metrics = await OtlpEndpoint.start();
    await using logs = await OtlpEndpoint.start();
    const all = samples(30);
    stage.aws.publish("a.json.gz", all);
    const config = stage.config({
      service: {
        telemetry: {
          resource: { "deployment.environment.name": "test" },
          logs: {
            level: "info",
            processors: [{
              batch: { exporter: { otlp: { protocol, endpoint: logs.url, headers: { "x-key": "k" } } } },
            }],
          },
          metrics: {
            readers: [{
              periodic: { interval: 60000, exporter: { otlp: { protocol, endpoint: metrics.url, ...preference } } },
            }],
          },
        },
      },
    });
    await using program = new Program(["run", "--once", "--config", await folder.writeConfig(config)]);
    const { code, stderr } = await program.result();
    assert.equal(code, 0, stderr);

    assert.deepEqual(stage.tookInvocations, requestIds(all));
    const sent = metrics.acceptedPoints.filter(({ metric }) => metric === "otelcol_exporter_sent_log_records");
    assert.deepEqual(sent.map(({ value, attributes, kind }) => [value, attributes, kind]), [
      [30, { exporter: "otlp_http" }, "sum"],
    ]);
    assert.equal(sent[0]?.temporality, `${temporality} monotonic`);
    assert.equal(sent[0]?.type, "int");
    const letters = metrics.acceptedPoints.filter(({ metric }) => metric === "bedrock_otel_dead_letter_records");
    assert.deepEqual(letters.map(({ value, attributes }) => [value, attributes]), [[0, {}]]);
    const costs = metrics.acceptedPoints.filter(({ metric }) => metric === "bedrock_otel_aws_estimated_cost_usd");
    assert.ok(costs.some(({ type, value }) => type === "double" && value > 0));
    assert.equal(sent[0]?.resource["service.name"], "bedrock-otel");
    assert.equal(sent[0]?.resource["deployment.environment.name"], "test");
    assert.ok(metrics.requests.every(({ path }) => path === "/v1/metrics"));

    const [first] = logs.requests;
    assert.equal(first?.headers.get("x-key"), "k");
    const lines = logs.accepted.map(({ eventName, severityText, body }) => [eventName, severityText, body]);
    assert.deepEqual(lines[0], ["service.starting", "INFO", "Starting"]);
    const starting = logs.accepted[0]?.attributes;
    assert.match(String(starting?.["sources"]), /^awss3 http.*\/invocations$/);
    assert.deepEqual([starting?.["mode"], starting?.["content"]], ["ecs", "full"]);
    assert.deepEqual(lines[1], ["service.started", "INFO", "Everything is ready"]);
    assert.deepEqual(lines.at(-1), ["service.stopped", "INFO", "Stopped"]);
    assert.equal(logs.accepted.at(-1)?.attributes["delivered_records"], 30);
    assert.equal(logs.accepted.at(-1)?.resource["service.name"], "bedrock-otel");
  });
}

Deno.test("own telemetry that nobody takes holds up neither deliveries nor the end, and is told of once", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  await using silentLogs = await OtlpEndpoint.start();
  silentLogs.rule = () => ({ kind: "hang" });
  const never = Promise.withResolvers<Response>();
  await using silentMetrics = serve(() => never.promise);
  const refusing = `http://127.0.0.1:${await freePort()}`;
  const all = samples(30);
  stage.aws.publish("a.json.gz", all);
  const readers = [refusing, silentMetrics.url].map((endpoint) => ({
    periodic: { interval: "100ms", exporter: { otlp: { endpoint, timeout: "100ms" } } },
  }));
  const processors = [{
    batch: { schedule_delay: "50ms", exporter: { otlp: { endpoint: silentLogs.url, timeout: "60s" } } },
  }];
  const config = stage.config({
    service: { telemetry: { logs: { level: "info", processors }, metrics: { readers } } },
  });
  await using program = new Program(["run", "--config", await folder.writeConfig(config)]);
  await stage.endpoint.took(all.length);
  await stage.queueIsEmpty();
  await program.said("telemetry.failed");
  const signalledMs = Date.now();
  program.signal("SIGTERM");
  const { code, stderr } = await program.result();
  never.resolve(new Response());
  assert.equal(code, 0, stderr);
  assert.ok(Date.now() - signalledMs < 10_000, `it took ${Date.now() - signalledMs} ms`);
  assert.deepEqual(stage.tookInvocations, requestIds(all));
  const told = stderr.match(/telemetry\.failed/g)?.length ?? 0;
  assert.ok(told >= 1 && told <= 3, `${told} lines\n${stderr}`);
  assert.match(stderr, /telemetry\.failed: .* error=/);
});
