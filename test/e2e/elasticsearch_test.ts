/** The exporter `elasticsearch`: what is delivered is stored, once, whatever Elasticsearch says of single documents. */
import assert from "node:assert/strict";
import { Elasticsearch, ITEM_ANSWERS, type ItemAnswer } from "../world/elasticsearch.ts";
import type { Fault } from "../world/http_server.ts";
import { eventually } from "../world/eventually.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { freePort } from "../world/ports.ts";
import { samples } from "../world/samples.ts";
import type { Config } from "../world/config.ts";
import { runCli, RunningService } from "../world/program.ts";

const STREAM = "logs-aws_bedrock.invocation-default";

function settings(stage: QueueStage, elasticsearch: Elasticsearch, { exporter = {}, processor = {} }: {
  exporter?: Config;
  processor?: Config;
} = {}) {
  return {
    processor,
    exporters: {
      elasticsearch: {
        endpoint: elasticsearch.url,
        api_key: "canary-key",
        timeout: "5s",
        retry: { initial_interval: "20ms", max_interval: "100ms" },
        ...exporter,
      },
      "file/dead_letter": { path: stage.folder.file("dead_letter.jsonl") },
    },
    service: {
      dead_letter: "file/dead_letter",
      telemetry: { logs: { level: "debug" } },
      pipelines: { logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["elasticsearch"] } },
    },
  };
}

async function deadLetters(stage: QueueStage): Promise<string[]> {
  const text = await Deno.readTextFile(stage.folder.file("dead_letter.jsonl")).catch(() => "");
  return text.split("\n").filter(Boolean);
}

/** What makes the requestIds of stored documents. */
function storedIds({ documents }: Elasticsearch): string[] {
  return documents.map(({ source }) => {
    const { event } = source as { event: { id: string } };
    return event.id;
  }).sort();
}

for (const mapping of ["ecs", "integration", "otel", "raw"]) {
  Deno.test(`all records are stored once, also when they are delivered again, in mode ${mapping}`, async () => {
    await using elasticsearch = await Elasticsearch.start();
    await using stage = await QueueStage.start();
    const options = settings(stage, elasticsearch, {
      processor: { mapping },
      exporter: mapping === "raw" ? { pipeline: "of-the-integration" } : {},
    });
    const all = samples(30);
    for (let round = 0; round < 2; round++) {
      stage.aws.publish("logs.json.gz", all);
      const { undelivered } = await stage.runOnce(options);
      assert.equal(undelivered, 0);
    }
    const stream = mapping === "otel" ? "logs-aws_bedrock.invocation.otel-default" : STREAM;
    assert.deepEqual([...elasticsearch.stored.keys()], [stream]);
    assert.equal(elasticsearch.documents.length, all.length);
    assert.ok(elasticsearch.documents.every(({ id }) => /^[0-9a-f]{32}-\d{12}$/.test(id ?? "")), "each has its id");
    assert.equal(elasticsearch.requests.at(-1)?.headers.get("authorization"), "ApiKey canary-key");
  });
}

/** Faults of which no document may be blamed: each is tried again, and only what was not taken. */
const FAULTS = [
  "flood",
  "fullQueue",
  "writeBlock",
  "noPrivilege",
  "unavailable",
  "shardLimit",
  "noPipeline",
  "noDataStream",
] as const;

for (const name of FAULTS) {
  Deno.test(`${name} of single documents is waited out, and nothing is sent twice or dead-lettered`, async () => {
    await using elasticsearch = await Elasticsearch.start();
    await using stage = await QueueStage.start();
    const all = samples(40);
    stage.aws.publish("logs.json.gz", all);
    const tries = new Map<string | undefined, number>();
    elasticsearch.item = ({ id }) => {
      tries.set(id, (tries.get(id) ?? 0) + 1);
      // Every other document is refused three times.
      return tries.size % 2 === 0 && (tries.get(id) ?? 0) <= 3 ? ITEM_ANSWERS[name] : undefined;
    };
    const { undelivered } = await stage.runOnce(settings(stage, elasticsearch));
    assert.equal(undelivered, 0);
    assert.deepEqual(storedIds(elasticsearch), all.map(({ requestId }) => requestId).sort());
    assert.deepEqual(await deadLetters(stage), []);
    assert.ok((elasticsearch.bulks[1] ?? 0) < all.length, "only what was refused is sent again");
  });
}

Deno.test("a lasting refusal of one data stream is in its health by name, and stops no other", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  const options = settings(stage, elasticsearch);
  const log = stage.folder.file("blocked.jsonl");
  await Deno.writeTextFile(log, samples(3).map((record) => JSON.stringify(record) + "\n").join(""));
  elasticsearch.item = ({ index }) => index.endsWith("-blocked") ? ITEM_ANSWERS.writeBlock : undefined;
  const config = stage.config(options) as { [section: string]: Config };
  const service = await RunningService.start({
    ...config,
    receivers: { ...config["receivers"], file: { include: [log] } },
    processors: { bedrock: {}, "bedrock/blocked": { namespace: "blocked" } },
    service: {
      ...config["service"],
      storage: { directory: stage.stateDirectory },
      shutdown_timeout: "1s",
      pipelines: {
        logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["elasticsearch"] },
        "logs/blocked": { receivers: ["file"], processors: ["bedrock/blocked"], exporters: ["elasticsearch"] },
      },
    },
  });
  await eventually(() => service.events.count("exporter.retries", "http_403") > 2, { what: () => "retries" });
  const all = samples(12);
  stage.aws.publishEach(all);
  await stage.queueIsEmpty();
  assert.equal(elasticsearch.stored.get(STREAM)?.size, all.length);
  assert.match(service.log.join(""), /export\.retry: .*destination=logs-aws_bedrock\.invocation-blocked/);
  await service.stop();
  assert.equal(elasticsearch.stored.get("logs-aws_bedrock.invocation-blocked")?.size ?? 0, 0);
});

Deno.test("a document that Elasticsearch refuses goes to the dead letter with field and reason, the others are stored", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  const all = samples(50);
  stage.aws.publish("logs.json.gz", all);
  const refused = new Set([all[7]?.requestId, all[31]?.requestId]);
  elasticsearch.item = ({ source }) => {
    const { event } = source as { event: { id: string } };
    return refused.has(event.id) ? ITEM_ANSWERS.badValue : undefined;
  };
  const { undelivered, log } = await stage.runOnce(settings(stage, elasticsearch));
  assert.equal(undelivered, 0);
  assert.equal(elasticsearch.documents.length, all.length - refused.size);
  assert.deepEqual(elasticsearch.bulks, [all.length], "nothing is sent again to find them");
  const letters = (await deadLetters(stage)).join("\n");
  for (const id of refused) assert.ok(letters.includes(id ?? "?"));
  assert.match(letters, /document_parsing_exception/);
  assert.match(letters, /gen_ai\.usage\.input_tokens/);
  assert.doesNotMatch(letters + log.join(""), /canary of a prompt/);
});

Deno.test("one command replays what a conflict with the mapping had sent to the dead letter, and stores nothing twice", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  const all = samples(20);
  stage.aws.publish("logs.json.gz", all);
  const options = settings(stage, elasticsearch);
  elasticsearch.item = ({ source }) =>
    (source as { event: { id: string } }).event.id === all[7]?.requestId ? ITEM_ANSWERS.badValue : undefined;
  await stage.runOnce(options);
  assert.equal((await deadLetters(stage)).length, 1);
  // The mapping is mended.
  elasticsearch.item = () => undefined;
  const copy = stage.folder.file("copy.jsonl");
  await Deno.copyFile(stage.folder.file("dead_letter.jsonl"), copy);
  const config = await stage.folder.writeConfig(stage.config(options));
  const { code, stdout, stderr } = await runCli(["backfill", "--dead-letter", copy, "--config", config]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "Done: 1 object\n");
  assert.deepEqual(storedIds(elasticsearch), all.map(({ requestId }) => requestId).sort());
});

for (
  const [name, place, reason] of [["failureStore", "failed", "failure_store"], [
    "dropped",
    "dropped",
    "pipeline",
  ]] as const
) {
  Deno.test(`documents that are not in the data stream (${name}) are counted apart, and not as delivered`, async () => {
    await using elasticsearch = await Elasticsearch.start();
    await using stage = await QueueStage.start();
    stage.aws.publish("logs.json.gz", samples(10));
    let count = 0;
    elasticsearch.item = () => ++count <= 3 ? ITEM_ANSWERS[name] : undefined;
    const { undelivered, events, log } = await stage.runOnce(settings(stage, elasticsearch));
    assert.equal(undelivered, 0);
    assert.deepEqual([elasticsearch[place].length, elasticsearch.documents.length], [3, 7]);
    assert.equal(events.count("exporter.set_aside_records", reason), 3);
    assert.equal(events.count("exporter.delivered_records"), 7);
    assert.match(log.join(""), /not in the data stream.*destination=logs-aws_bedrock\.invocation-default/);
    assert.deepEqual(await deadLetters(stage), []);
  });
}

Deno.test("an unknown refusal is nobody's fault until another document passes", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  const all = samples(20);
  stage.aws.publish("logs.json.gz", all);
  let isBroken = true;
  elasticsearch.item = ({ source }) => {
    const { event } = source as { event: { id: string } };
    return isBroken || event.id === all[3]?.requestId ? ITEM_ANSWERS.unknown : undefined;
  };
  const service = await stage.run(settings(stage, elasticsearch));
  await eventually(() => service.events.count("exporter.retries", "refused_all") > 2, { what: () => "retries" });
  assert.deepEqual(await deadLetters(stage), []);
  isBroken = false;
  await stage.queueIsEmpty();
  await service.stop();
  assert.equal(elasticsearch.documents.length, all.length - 1);
  assert.equal((await deadLetters(stage)).length, 1);
});

Deno.test("without a template nothing is written, and health says what to do; with it all is stored", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  stage.aws.publish("logs.json.gz", samples(5));
  elasticsearch.hasTemplates = false;
  const service = await stage.run(settings(stage, elasticsearch));
  await eventually(() => service.events.count("exporter.retries", "no_template") > 1, { what: () => "retries" });
  assert.match(service.log.join(""), /run bedrock-otel setup elasticsearch/);
  assert.deepEqual(elasticsearch.bulks, []);
  elasticsearch.hasTemplates = true;
  await stage.queueIsEmpty();
  await service.stop();
  assert.equal(elasticsearch.documents.length, 5);
});

Deno.test("a key that is refused at first leaves out no check", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  stage.aws.publish("logs.json.gz", samples(5));
  let isRefused = true;
  elasticsearch.fault = () => isRefused ? { kind: "status", status: 401 } : undefined;
  elasticsearch.hasTemplates = false;
  const service = await stage.run(settings(stage, elasticsearch));
  await eventually(() => service.events.count("exporter.retries", "http_401") > 1, { what: () => "retries" });
  isRefused = false;
  await eventually(() => service.events.count("exporter.retries", "no_template") > 1, { what: () => "retries" });
  elasticsearch.hasTemplates = true;
  await stage.queueIsEmpty();
  await service.stop();
  assert.equal(elasticsearch.documents.length, 5);
});

for (const place of ["templateMode", "indexMode"] as const) {
  Deno.test(`nothing is written into a data stream of the other mode (${place}); when it has changed all is stored`, async () => {
    await using elasticsearch = await Elasticsearch.start();
    await using stage = await QueueStage.start();
    stage.aws.publish("logs.json.gz", samples(5));
    elasticsearch[place] = "integration";
    const service = await stage.run(settings(stage, elasticsearch));
    await eventually(() => service.events.count("exporter.retries", "template_of_other_mode") > 1, {
      what: () => "retries",
    });
    const advice = place === "templateMode" ? /setup elasticsearch --mode ecs --change-mode/ : /POST \/\S+\/_rollover/;
    assert.match(service.log.join(""), advice);
    assert.deepEqual(elasticsearch.bulks, []);
    elasticsearch[place] = "ecs";
    await stage.queueIsEmpty();
    await service.stop();
    assert.equal(elasticsearch.documents.length, 5);
  });
}

Deno.test("in mode raw nothing is written without an ingest pipeline; with the integration's all is stored", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  stage.aws.publish("logs.json.gz", samples(5));
  const service = await stage.run(settings(stage, elasticsearch, { processor: { mapping: "raw" } }));
  await eventually(() => service.events.count("exporter.retries", "template_of_other_mode") > 1, {
    what: () => "retries",
  });
  assert.match(service.log.join(""), /without the ingest pipeline that documents of mode raw need/);
  assert.deepEqual(elasticsearch.bulks, []);
  elasticsearch.hasTemplates = false;
  elasticsearch.pipeline = "logs-aws_bedrock.invocation-1.6.0";
  await stage.queueIsEmpty();
  await service.stop();
  assert.equal(elasticsearch.documents.length, 5);
});

Deno.test("OpenSearch is refused by name, and nothing is written", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  stage.aws.publish("logs.json.gz", samples(5));
  elasticsearch.flavor = { distribution: "opensearch" };
  const options = settings(stage, elasticsearch, { exporter: { check_templates: false } });
  const service = await stage.run({ ...options, service: { ...options.service, shutdown_timeout: "100ms" } });
  await eventually(() => service.events.count("exporter.retries", "not_elasticsearch") > 1, { what: () => "retries" });
  assert.match(service.log.join(""), /what answers is OpenSearch, which is not supported/);
  await service.stop();
  assert.deepEqual(elasticsearch.bulks, []);
  assert.equal(messageCount(stage.aws.queueState()), 1);
});

Deno.test("in mode otel it waits for Elasticsearch's own template", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  stage.aws.publish("logs.json.gz", samples(5));
  elasticsearch.hasTemplates = false;
  const service = await stage.run(settings(stage, elasticsearch, { processor: { mapping: "otel" } }));
  await eventually(() => service.events.count("exporter.retries", "no_template") > 1, { what: () => "retries" });
  assert.match(service.log.join(""), /No template of OpenTelemetry is in force.*from 8\.16 on/);
  elasticsearch.hasTemplates = true;
  await stage.queueIsEmpty();
  await service.stop();
  assert.equal(elasticsearch.documents.length, 5);
});

const OWN_TELEMETRY = {
  logs: { level: "info", processors: [{ batch: { schedule_delay: "50ms", exporter: { elasticsearch: {} } } }] },
  metrics: { readers: [{ periodic: { interval: "200ms", exporter: { elasticsearch: { namespace: "ops" } } } }] },
};

Deno.test("the program's own log lines and metrics go through the exporter too, in OpenTelemetry's structure", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  const all = samples(20);
  stage.aws.publish("logs.json.gz", all);
  const options = settings(stage, elasticsearch);
  const { code, stderr } = await runOnce(stage, {
    ...options,
    service: { ...options.service, telemetry: OWN_TELEMETRY },
  });
  assert.equal(code, 0, stderr);
  const stored = (stream: string) => [...elasticsearch.stored.get(stream)?.values() ?? []].map(({ source }) => source);
  const metrics = () => stored("metrics-bedrock_otel.otel-ops") as unknown as OwnMetrics[];
  const delivered = metrics().filter(({ metrics }) => (metrics["otelcol_exporter_sent_log_records"] ?? 0) > 0);
  const sum = delivered.reduce((sum, { metrics }) => sum + (metrics["otelcol_exporter_sent_log_records"] ?? 0), 0);
  assert.equal(sum, all.length, JSON.stringify(metrics()));
  const lines = stored("logs-bedrock_otel.otel-default") as unknown as OwnLine[];
  const line = lines.find(({ event_name }) => event_name === "service.started");
  assert.deepEqual(line?.body, { text: "Everything is ready" });
  assert.deepEqual(line?.data_stream, { type: "logs", dataset: "bedrock_otel.otel", namespace: "default" });
  assert.equal(delivered[0]?.attributes["exporter"], "elasticsearch");
  const delay = metrics().find(({ metrics }) => "bedrock_otel_delivery_delay_seconds" in metrics);
  const { counts } = delay?.metrics["bedrock_otel_delivery_delay_seconds"] as unknown as { counts: number[] };
  assert.equal(counts.reduce((sum, count) => sum + count, 0), all.length);
  const templates = new Set(elasticsearch.dynamicTemplates);
  for (const one of ["gauge_long", "gauge_double", "histogram"]) assert.ok(templates.has(one), one);
  assert.ok(![...templates].some((one) => one.startsWith("counter")), "sums over counters are refused");
  assert.equal(elasticsearch.stored.get(STREAM)?.size, all.length);
});

/** In a process of its own, as only that has a log to send. */
async function runOnce(stage: QueueStage, options: Parameters<QueueStage["config"]>[0]) {
  return await runCli(["run", "--once", "--config", await stage.folder.writeConfig(stage.config(options))]);
}

interface OwnMetrics {
  readonly metrics: Readonly<Record<string, number>>;
  readonly attributes: Readonly<Record<string, string>>;
}

interface OwnLine {
  readonly event_name: string;
  readonly body: unknown;
  readonly data_stream: unknown;
}

Deno.test("own telemetry that is not taken is reported once and dropped, and delays no delivery", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  const all = samples(20);
  stage.aws.publish("logs.json.gz", all);
  // It never answers for telemetry, and takes documents all the same.
  elasticsearch.fault = ({ url, body }) => {
    if (url.pathname !== "/_bulk") return undefined;
    return new TextDecoder().decode(body).includes("bedrock_otel.otel") ? { kind: "hang" } : undefined;
  };
  const options = settings(stage, elasticsearch, { exporter: { compression: "none" } });
  const telemetry = JSON.parse(
    JSON.stringify(OWN_TELEMETRY).replaceAll('"elasticsearch":{', '"elasticsearch":{"timeout":"100ms",').replace(
      ",}",
      "}",
    ),
  );
  const { code, stderr } = await runOnce(stage, { ...options, service: { ...options.service, telemetry } });
  assert.equal(code, 0, stderr);
  assert.equal(elasticsearch.stored.get(STREAM)?.size, all.length);
  assert.equal(stderr.match(/telemetry\.failed: .*signal=logs/g)?.length, 1, stderr);
  assert.match(stderr, /telemetry\.failed: .*signal=metrics/);
});

const TELEMETRY_FAULTS: readonly (readonly [fault: Fault, says: RegExp])[] = [
  [{ kind: "status", status: 403 }, /signal=logs error="Elasticsearch answered 403: .*privilege"/],
  [{ kind: "status", status: 200, body: "<html>" }, /signal=logs error=".*no answer to a bulk request"/],
  [
    {
      kind: "status",
      status: 200,
      body: '{"errors":true,"items":[{"create":{}},{"create":{"error":{"type":"index_not_found_exception"}}}]}',
    },
    /signal=logs error=".* of logs-bedrock_otel\.otel-default: index_not_found_exception"/,
  ],
];

for (const [fault, says] of TELEMETRY_FAULTS) {
  Deno.test(`why own telemetry is not taken is said: ${says.source}`, async () => {
    await using elasticsearch = await Elasticsearch.start();
    await using stage = await QueueStage.start();
    stage.aws.publish("logs.json.gz", samples(3));
    elasticsearch.fault = ({ url, body }) =>
      url.pathname === "/_bulk" && new TextDecoder().decode(body).includes("bedrock_otel.otel") ? fault : undefined;
    const options = settings(stage, elasticsearch, { exporter: { compression: "none" } });
    const { code, stderr } = await runOnce(stage, {
      ...options,
      service: { ...options.service, telemetry: OWN_TELEMETRY },
    });
    assert.equal(code, 0, stderr);
    assert.match(stderr, says);
    assert.equal(elasticsearch.stored.get(STREAM)?.size, 3);
  });
}

Deno.test("own telemetry has to name an exporter elasticsearch of a pipeline", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  const options = settings(stage, elasticsearch);
  const telemetry = JSON.parse(
    JSON.stringify(OWN_TELEMETRY).replace('"elasticsearch":{}', '"elasticsearch":{"exporter":"file/dead_letter"}'),
  );
  await assert.rejects(
    stage.run({ ...options, service: { ...options.service, telemetry } }),
    /file\/dead_letter is no elasticsearch exporter of a pipeline; defined: elasticsearch/,
  );
});

/** Faults of whole requests. */
const REQUEST_FAULTS = {
  "a proxy's page": {
    kind: "status",
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<html>login</html>",
  },
  "an answer without items": { kind: "status", status: 200, body: '{"errors":true}' },
  "an expired key": { kind: "status", status: 401 },
  "an overload": { kind: "status", status: 429, headers: { "retry-after": "0" } },
  "an answer that is cut": { kind: "truncate" },
  "an answer that is lost": { kind: "keep_and_reset" },
  "a node that is gone": { kind: "reset" },
  "a redirect": { kind: "status", status: 302, headers: { location: "http://elsewhere.example/" } },
} as const;

for (const [what, fault] of Object.entries(REQUEST_FAULTS)) {
  Deno.test(`${what} is tried again, and everything is stored once`, async () => {
    await using elasticsearch = await Elasticsearch.start();
    await using stage = await QueueStage.start();
    const all = samples(20);
    stage.aws.publish("logs.json.gz", all);
    // The first tries of whatever is asked.
    const tries = new Map<string, number>();
    elasticsearch.fault = ({ url: { pathname } }) => {
      tries.set(pathname, (tries.get(pathname) ?? 0) + 1);
      return (tries.get(pathname) ?? 0) <= 3 ? fault : undefined;
    };
    const { undelivered, log } = await stage.runOnce(settings(stage, elasticsearch));
    assert.doesNotMatch(log.join(""), /setup elasticsearch/);
    assert.equal(undelivered, 0);
    assert.deepEqual(storedIds(elasticsearch), all.map(({ requestId }) => requestId).sort());
    assert.deepEqual(await deadLetters(stage), []);
  });
}

Deno.test("a dead node among several costs no try, and is told of", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  const all = samples(200);
  for (let at = 0; at < all.length; at += 10) stage.aws.publish(`${at}.json.gz`, all.slice(at, at + 10));
  const dead = `http://127.0.0.1:${await freePort()}`;
  const exporter = { endpoint: null, endpoints: [dead, elasticsearch.url] };
  const { undelivered, events, log } = await stage.runOnce(settings(stage, elasticsearch, { exporter }));
  assert.equal(undelivered, 0);
  assert.equal(elasticsearch.documents.length, all.length);
  assert.equal(events.count("exporter.retries"), 0);
  assert.match(log.join(""), new RegExp(`elasticsearch\\.node_unreachable: .*node=${dead}`));
});

Deno.test("a request that is too large is split, a document that is too large alone leaves without its bodies", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  const all = [...samples(30), ...samples(1, { sizeBytes: 300_000 }).map((one) => ({ ...one, requestId: "large" }))];
  stage.aws.publish("logs.json.gz", all);
  elasticsearch.fault = ({ url, body }) =>
    url.pathname === "/_bulk" && body.length > 100_000 ? { kind: "status", status: 413 } : undefined;
  const { undelivered } = await stage.runOnce(settings(stage, elasticsearch));
  assert.equal(undelivered, 0);
  assert.equal(elasticsearch.documents.length, all.length);
});

for (const name of ["tooLarge", "overMemory"] as const) {
  Deno.test(`a document that alone is too large (${name}) leaves without its bodies, and stops no other`, async () => {
    await using elasticsearch = await Elasticsearch.start();
    await using stage = await QueueStage.start();
    const all = [...samples(30), ...samples(1, { sizeBytes: 300_000 }).map((one) => ({ ...one, requestId: "large" }))];
    stage.aws.publish("logs.json.gz", all);
    elasticsearch.item = ({ source }) => JSON.stringify(source).length > 100_000 ? ITEM_ANSWERS[name] : undefined;
    const { undelivered, events } = await stage.runOnce(settings(stage, elasticsearch));
    assert.equal(undelivered, 0);
    assert.deepEqual(storedIds(elasticsearch), all.map(({ requestId }) => requestId).sort());
    assert.equal(events.count("exporter.shrunk_records"), 1);
    assert.deepEqual(await deadLetters(stage), []);
  });
}

Deno.test("a request that no idle node has memory for is split", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  const all = samples(60);
  stage.aws.publish("logs.json.gz", all);
  const body = JSON.stringify({ error: ITEM_ANSWERS.overMemory, status: 429 });
  elasticsearch.fault = ({ url, body: { length } }) =>
    url.pathname === "/_bulk" && length > 30_000 ? { kind: "status", status: 429, body } : undefined;
  const { undelivered, events } = await stage.runOnce(settings(stage, elasticsearch));
  assert.equal(undelivered, 0);
  assert.equal(elasticsearch.documents.length, all.length);
  assert.ok(events.count("exporter.isolations", "too_large") > 0);
});

/** So many records go through in turn with each fault; `ES_RECORDS=20000` for the long form. */
const RECORDS = Number(Deno.env.get("ES_RECORDS") ?? 2000);
const OBJECT_RECORDS = 100;

Deno.test("stored, dead-lettered and still queued records add up to those put in, with each fault in turn", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using stage = await QueueStage.start();
  const all = samples(RECORDS);
  for (let at = 0; at < all.length; at += OBJECT_RECORDS) {
    stage.aws.publish(`${at}.json.gz`, all.slice(at, at + OBJECT_RECORDS));
  }
  const items: readonly ItemAnswer[] = Object.values(ITEM_ANSWERS);
  const transient = new Set<string>(FAULTS.map((name) => ITEM_ANSWERS[name].type));
  /** What Elasticsearch says of a document, which is the same whenever it comes; what is transient passes at the second try. */
  const answers = new Map<string | undefined, ItemAnswer | undefined>();
  elasticsearch.item = ({ id }) => {
    if (!answers.has(id)) answers.set(id, items[answers.size % (items.length * 3)]);
    const answer = answers.get(id);
    if (answer?.type !== undefined && transient.has(answer.type)) answers.set(id, undefined);
    return answer;
  };
  let requests = 0;
  const whole = Object.values(REQUEST_FAULTS);
  elasticsearch.fault = ({ url }) =>
    url.pathname === "/_bulk" && ++requests % 4 === 0 ? whole[requests / 4 % whole.length] : undefined;
  const service = await stage.run(settings(stage, elasticsearch));
  await stage.queueIsEmpty({ timeoutMs: 120_000 });
  await service.stop();
  const letters = (await deadLetters(stage)).reduce(
    (sum, line) => sum + (line.match(/dead_letter\.reason/g)?.length ?? 0),
    0,
  );
  const queued = messageCount(stage.aws.queueState()) * OBJECT_RECORDS;
  const stored = elasticsearch.documents.length;
  // A failure store takes a document again whose answer was lost.
  const distinct = (documents: readonly { id: string | undefined }[]) => new Set(documents.map(({ id }) => id)).size;
  const [setAside, dropped] = [distinct(elasticsearch.failed), distinct(elasticsearch.dropped)];
  // deno-lint-ignore no-console
  console.info(
    `put in ${RECORDS} = stored ${stored} + failure store ${setAside} + dropped ${dropped} + dead letter ${letters} + queued ${queued}`,
  );
  assert.equal(stored + setAside + dropped + letters + queued, RECORDS);
  assert.equal(queued, 0);
  assert.ok(letters > 0 && setAside > 0 && dropped > 0);
});
