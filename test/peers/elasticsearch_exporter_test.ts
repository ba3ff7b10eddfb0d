/** The exporter `elasticsearch` in front of a real Elasticsearch: what is delivered is stored, once. */
import assert from "node:assert/strict";
import { indexTemplates } from "../../src/commands/setup/elasticsearch/templates.ts";
import { type Mode, MODES } from "../../src/mappings/field.ts";
import { ALL_SAMPLES, sampleText } from "../world/bedrock_records.ts";
import type { Config } from "../world/config.ts";
import { eventually } from "../world/eventually.ts";
import { runCli, type RunningService } from "../world/program.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { samples } from "../world/samples.ts";
import { type ElasticsearchPeer, elasticsearchTest } from "./elasticsearch.ts";
import type { TypeSwap } from "./type_swap.ts";

/** Texts of any depth, which no mapping should be made of. */
const FLATTENED = Object.fromEntries(
  ["gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.tool.definitions"].map(
    (name) => [name, { type: "flattened", ignore_above: 1024 }],
  ),
);

await elasticsearchTest("what is delivered is stored in a real Elasticsearch", async ({ peer, swap, test, setup }) => {
  await setup();
  await setup("--mode", "integration", "--namespace", "integration");
  await peer.ask("PUT", "/_ingest/pipeline/keep", { processors: [] });

  await peer.ask("PUT", "/_index_template/logs-otel", OTEL_TEMPLATE);
  for (const mapping of MODES) {
    await test.step(`all samples in mode ${mapping}, once, also when they come again`, () => takesAll(peer, mapping));
  }
  for (const mapping of ["ecs", "otel"] as const) {
    const step = (name: string, run: (peer: ElasticsearchPeer, mapping: Mode) => Promise<void>) =>
      test.step(`${name}, in mode ${mapping}`, () => run(peer, mapping));
    await step("a write block is waited out", waitsForBlock);
    await step("a conflict of the mapping goes to the dead letter, and one command replays it", isolates);
    await step("a template of somebody else is waited out", waitsForTemplate);
    await step("a node that is killed in the middle loses nothing", survivesKill);
    await step("an index that is deleted in between is written anew", survivesDeletion);
  }
  await test.step("setup names what needs a rollover", () => namesRollover(peer, swap));
  await test.step("setup keeps an edit, and sets the retention of prompts", () => keepsEdit(peer, swap));
});

/** As Elasticsearch's own for OpenTelemetry, which this build lacks: attributes are found under their own names too. */
const OTEL_TEMPLATE = {
  index_patterns: ["logs-*.otel-*"],
  priority: 120,
  data_stream: {},
  composed_of: ["logs-otel@custom"],
  ignore_missing_component_templates: ["logs-otel@custom"],
  template: {
    mappings: {
      date_detection: false,
      dynamic_templates: [
        { strings: { match_mapping_type: "string", mapping: { type: "keyword", ignore_above: 1024 } } },
      ],
      properties: {
        "@timestamp": { type: "date_nanos" },
        observed_timestamp: { type: "date_nanos" },
        attributes: { type: "passthrough", dynamic: true, priority: 20, properties: FLATTENED },
        resource: { properties: { attributes: { type: "passthrough", dynamic: true, priority: 40 } } },
        scope: { properties: { attributes: { type: "passthrough", dynamic: true, priority: 30 } } },
        body: { properties: { structured: { type: "flattened" }, text: { type: "text" } } },
      },
    },
  },
};

/** The data streams of a test are of its own: their namespace says which. */
interface Options {
  readonly name: string;
  readonly mapping: Mode;
}

function namespaceOf({ name, mapping }: Options): string {
  return mapping === "ecs" || name === mapping ? name : `${name}_${mapping}`;
}

function streamOf(options: Options): string {
  return `logs-aws_bedrock.invocation${options.mapping === "otel" ? ".otel" : ""}-${namespaceOf(options)}`;
}

function options(stage: QueueStage, peer: ElasticsearchPeer, given: Options) {
  const { mapping } = given;
  const namespace = namespaceOf(given);
  const exporter: Config = {
    endpoint: peer.url,
    retry: { initial_interval: "50ms", max_interval: "500ms" },
    ...mapping === "raw" && { pipeline: "keep" },
  };
  return {
    processor: { mapping, namespace },
    exporters: { elasticsearch: exporter, file: { path: stage.folder.file("dead_letter.jsonl") } },
    service: {
      dead_letter: "file",
      telemetry: { logs: { level: "debug" } },
      pipelines: { logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["elasticsearch"] } },
    },
  };
}

async function countIn(peer: ElasticsearchPeer, given: Options): Promise<number> {
  const stream = streamOf(given);
  await peer.ask("POST", `/${stream}/_refresh`);
  const { count = 0 } = await peer.ask("GET", `/${stream}/_count`) as { count?: number };
  return count;
}

/** Publishes records, an object each ten, and waits until every message is done. */
async function deliver(stage: QueueStage, count: number, meanwhile: () => Promise<void> = async () => {}) {
  const all = samples(count);
  for (let at = 0; at < count; at += 10) stage.aws.publish(`${at}.json.gz`, all.slice(at, at + 10));
  await meanwhile();
  await stage.queueIsEmpty({ timeoutMs: 120_000 });
}

async function retried(service: RunningService, reason: string): Promise<void> {
  await eventually(() => service.events.count("exporter.retries", reason) > 1, {
    what: () => `retries for ${reason}; the log ends with ${service.log.slice(-5).join("")}`,
  });
}

async function takesAll(peer: ElasticsearchPeer, mapping: Mode): Promise<void> {
  await using stage = await QueueStage.start();
  const given = { name: mapping, mapping };
  for (let round = 0; round < 2; round++) {
    stage.aws.publish("samples.json.gz", ALL_SAMPLES.map((name) => JSON.parse(sampleText(name))));
    const { undelivered, log } = await stage.runOnce(options(stage, peer, given));
    assert.equal(undelivered, 0, log.slice(-5).join(""));
    assert.equal(await deadLetters(stage), 0);
    assert.equal(await countIn(peer, given), ALL_SAMPLES.length);
  }
  assert.equal(messageCount(stage.aws.queueState()), 0);
}

async function deadLetters(stage: QueueStage): Promise<number> {
  const text = await Deno.readTextFile(stage.folder.file("dead_letter.jsonl"));
  return text.match(/dead_letter\.reason/g)?.length ?? 0;
}

async function waitsForBlock(peer: ElasticsearchPeer, mapping: Mode): Promise<void> {
  await using stage = await QueueStage.start();
  const given = { name: "blocked", mapping };
  await using service = await stage.run(options(stage, peer, given));
  await deliver(stage, 10);
  await peer.ask("PUT", `/${streamOf(given)}/_settings`, { "index.blocks.write": true });
  await deliver(stage, 30, async () => {
    await retried(service, "http_403");
    await peer.ask("PUT", `/${streamOf(given)}/_settings`, { "index.blocks.write": null });
  });
  // The first object is written again as it was: its records are there already.
  assert.equal(await countIn(peer, given), 30);
}

/** Where users put fields of their own, and what the field of the model is called there. */
const CUSTOM = {
  ecs: { template: "bedrock-otel-invocation@custom", field: "gen_ai.request.model" },
  otel: { template: "logs-otel@custom", field: "attributes.gen_ai.request.model" },
};

async function isolates(peer: ElasticsearchPeer, mapping: Mode): Promise<void> {
  await using stage = await QueueStage.start();
  const given = { name: "conflict", mapping };
  const { template, field } = CUSTOM[mapping as keyof typeof CUSTOM];
  const properties = { [field]: { type: "long", ignore_malformed: false } };
  const custom = `/_component_template/${template}`;
  const made = await peer.ask("PUT", custom, { template: { mappings: { properties } } });
  assert.deepEqual(made, { acknowledged: true });
  const all = samples(20).map((record, at) => at % 5 === 0 ? record : { ...record, modelId: "7" });
  stage.aws.publish("conflict.json.gz", all);
  const run = options(stage, peer, given);
  const { undelivered } = await stage.runOnce(run);
  await peer.ask("PUT", custom, { template: {} });
  assert.equal(undelivered, 0);
  assert.equal(await countIn(peer, given), 16);
  assert.equal(await deadLetters(stage), 4);
  const letters = await Deno.readTextFile(stage.folder.file("dead_letter.jsonl"));
  assert.match(letters, /document_parsing_exception.*gen_ai\.request\.model/);
  // Mended where the documents are: after a rollover those that were stored would be stored once more.
  const mended = { properties: { [field]: { type: "long", ignore_malformed: true } } };
  assert.deepEqual(await peer.ask("PUT", `/${streamOf(given)}/_mapping`, mended), { acknowledged: true });
  const copy = stage.folder.file("copy.jsonl");
  await Deno.copyFile(stage.folder.file("dead_letter.jsonl"), copy);
  const config = await stage.folder.writeConfig(stage.config(run));
  const { code, stderr } = await runCli(["backfill", "--dead-letter", copy, "--config", config]);
  assert.equal(code, 0, stderr);
  assert.equal(await countIn(peer, given), 20);
}

async function waitsForTemplate(peer: ElasticsearchPeer, mapping: Mode): Promise<void> {
  await using stage = await QueueStage.start();
  const given = { name: "later", mapping };
  // A template that data streams use cannot be deleted; one of somebody else goes before it.
  const foreign = `/_index_template/foreign_${mapping}`;
  await peer.ask("PUT", foreign, { index_patterns: [streamOf(given)], priority: 900, data_stream: {} });
  await using service = await stage.run(options(stage, peer, given));
  await deliver(stage, 20, async () => {
    await retried(service, "no_template");
    await peer.ask("DELETE", foreign);
  });
  assert.equal(await countIn(peer, given), 20);
}

async function survivesKill(peer: ElasticsearchPeer, mapping: Mode): Promise<void> {
  await using stage = await QueueStage.start();
  const given = { name: "killed", mapping };
  await using service = await stage.run(options(stage, peer, given));
  await deliver(stage, 600, async () => {
    await eventually(() => service.events.count("exporter.delivered_records") > 0, { what: () => "a first delivery" });
    await peer.kill();
    await peer.restart();
  });
  assert.equal(await countIn(peer, given), 600);
  assert.equal(await deadLetters(stage), 0);
}

/** This build deletes no data streams; of one that was rolled over the indices before can be deleted. */
async function survivesDeletion(peer: ElasticsearchPeer, mapping: Mode): Promise<void> {
  await using stage = await QueueStage.start();
  const given = { name: "deleted", mapping };
  await using _service = await stage.run(options(stage, peer, given));
  await deliver(stage, 20);
  assert.equal(await countIn(peer, given), 20);
  const { old_index } = await peer.ask("POST", `/${streamOf(given)}/_rollover`) as { old_index: string };
  assert.deepEqual(await peer.ask("DELETE", `/${old_index}`), { acknowledged: true });
  assert.equal(await countIn(peer, given), 0);
  await deliver(stage, 40);
  assert.equal(await countIn(peer, given), 40);
}

function setup(swap: TypeSwap, ...args: string[]) {
  return runCli(["setup", "elasticsearch", "--url", swap.url, ...args]);
}

async function namesRollover(peer: ElasticsearchPeer, swap: TypeSwap): Promise<void> {
  const before = await setup(swap);
  assert.equal(before.code, 0, before.stderr);
  assert.doesNotMatch(before.stdout, /next rollover|rollover is not known/);
  // As another version shipped it.
  const mappings = { _meta: { content: "of another version" } };
  const [index] = indexTemplates({ mode: "ecs", namespace: "older", overrideIntegration: false });
  await peer.ask("PUT", "/_index_template/bedrock-otel-invocation-older", { ...index?.body, template: { mappings } });
  const [item] = await peer.create("logs-aws_bedrock.invocation-older", [{ document: '{"@timestamp":"2026-03-02"}' }]);
  assert.equal(item?.status, 201);
  const { stdout } = await setup(swap, "--namespace", "older", "--force");
  assert.deepEqual(stdout.match(/^\S+ takes this with its next rollover/gm), [
    "logs-aws_bedrock.invocation-older takes this with its next rollover",
  ]);
}

async function keepsEdit(peer: ElasticsearchPeer, swap: TypeSwap): Promise<void> {
  const path = "/_component_template/bedrock-otel-runtime@settings";
  await peer.ask("PUT", path, { template: { settings: { index: { refresh_interval: "30s" } } } });
  const edited = await setup(swap, "--retention", "30d");
  assert.equal(edited.code, 1);
  assert.match(
    edited.stderr,
    /bedrock-otel-runtime@settings is left alone: somebody edited it \([^)]*refresh_interval/,
  );
  assert.match(
    edited.stdout,
    /^Prompts in logs-aws_bedrock\.invocation-\* will be kept for 30d \(data stream lifecycle\)$/m,
  );
  assert.equal((await setup(swap, "--force")).code, 0);
  assert.match((await setup(swap)).stdout, /^Nothing to change$/m);
}
