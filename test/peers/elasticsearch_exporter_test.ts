/** The exporter `elasticsearch` in front of a real Elasticsearch: what is delivered is stored, once. */
import assert from "node:assert/strict";
import type { Mode } from "../../src/mappings/field.ts";
import { ALL_SAMPLES, sampleText } from "../world/bedrock_records.ts";
import type { Config } from "../world/config.ts";
import { eventually } from "../world/eventually.ts";
import { runCli, type RunningService } from "../world/program.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { samples } from "../world/samples.ts";
import { ElasticsearchPeer, setUpElasticsearchPeer } from "./elasticsearch.ts";
import { TypeSwap } from "./type_swap.ts";

const setUp = await setUpElasticsearchPeer();
const skipped = "skipped" in setUp ? setUp.skipped : undefined;

Deno.test({
  name: `${skipped === undefined ? "" : `skipped: ${skipped}: `}what is delivered is stored in a real Elasticsearch`,
  ignore: skipped !== undefined,
  fn: async (test) => {
    await using peer = await ElasticsearchPeer.start((setUp as { path: string }).path);
    await using swap = new TypeSwap(peer.url);
    for (const args of [[], ["--mode", "integration", "--namespace", "integration"]]) {
      const { code, stderr } = await runCli(["setup", "elasticsearch", "--url", swap.url, ...args]);
      assert.equal(code, 0, stderr);
    }
    await peer.ask("PUT", "/_ingest/pipeline/keep", { processors: [] });

    for (const mapping of ["ecs", "integration", "raw"] as const) {
      await test.step(`all samples in mode ${mapping}, once, also when they come again`, () => takesAll(peer, mapping));
    }
    await test.step("a write block is waited out", () => waitsForBlock(peer));
    await test.step("a conflict of the mapping goes to the dead letter, the others are stored", () => isolates(peer));
    await test.step("a template of somebody else is waited out", () => waitsForTemplate(peer));
    await test.step("a node that is killed in the middle loses nothing", () => survivesKill(peer));
    await test.step("a data stream that is deleted in between is made again", () => survivesDeletion(peer));
  },
});

interface Options {
  readonly namespace: string;
  readonly mapping?: Mode;
}

function options(stage: QueueStage, peer: ElasticsearchPeer, { namespace, mapping = "ecs" }: Options) {
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

async function countIn(peer: ElasticsearchPeer, namespace: string): Promise<number> {
  const stream = `logs-aws_bedrock.invocation-${namespace}`;
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
  const given = options(stage, peer, { namespace: mapping, mapping });
  for (let round = 0; round < 2; round++) {
    stage.aws.publish("samples.json.gz", ALL_SAMPLES.map((name) => JSON.parse(sampleText(name))));
    const { undelivered, log } = await stage.runOnce(given);
    assert.equal(undelivered, 0, log.slice(-5).join(""));
    assert.equal(await countIn(peer, mapping), ALL_SAMPLES.length);
  }
  assert.equal(messageCount(stage.aws.queueState()), 0);
}

async function waitsForBlock(peer: ElasticsearchPeer): Promise<void> {
  await using stage = await QueueStage.start();
  const stream = "logs-aws_bedrock.invocation-blocked";
  await using service = await stage.run(options(stage, peer, { namespace: "blocked" }));
  await deliver(stage, 10);
  await peer.ask("PUT", `/${stream}/_settings`, { "index.blocks.write": true });
  await deliver(stage, 30, async () => {
    await retried(service, "http_403");
    await peer.ask("PUT", `/${stream}/_settings`, { "index.blocks.write": null });
  });
  // The first object is written again as it was: its records are there already.
  assert.equal(await countIn(peer, "blocked"), 30);
}

async function isolates(peer: ElasticsearchPeer): Promise<void> {
  await using stage = await QueueStage.start();
  const custom = "/_component_template/bedrock-otel-invocation@custom";
  const mappings = { properties: { "gen_ai.request.model": { type: "long", ignore_malformed: false } } };
  await peer.ask("PUT", custom, { template: { mappings } });
  const all = samples(20).map((record, at) => at % 5 === 0 ? record : { ...record, modelId: "7" });
  stage.aws.publish("conflict.json.gz", all);
  const { undelivered } = await stage.runOnce(options(stage, peer, { namespace: "conflict" }));
  await peer.ask("DELETE", custom);
  assert.equal(undelivered, 0);
  assert.equal(await countIn(peer, "conflict"), 16);
  const letters = await Deno.readTextFile(stage.folder.file("dead_letter.jsonl"));
  assert.equal(letters.match(/dead_letter\.reason/g)?.length, 4);
  assert.match(letters, /document_parsing_exception.*gen_ai\.request\.model/);
}

async function waitsForTemplate(peer: ElasticsearchPeer): Promise<void> {
  await using stage = await QueueStage.start();
  // A template that data streams use cannot be deleted; one of somebody else goes before it.
  const foreign = "/_index_template/foreign";
  const pattern = "logs-aws_bedrock.invocation-later";
  await peer.ask("PUT", foreign, { index_patterns: [pattern], priority: 900, data_stream: {} });
  await using service = await stage.run(options(stage, peer, { namespace: "later" }));
  await deliver(stage, 20, async () => {
    await retried(service, "no_template");
    await peer.ask("DELETE", foreign);
  });
  assert.equal(await countIn(peer, "later"), 20);
}

async function survivesKill(peer: ElasticsearchPeer): Promise<void> {
  await using stage = await QueueStage.start();
  await using service = await stage.run(options(stage, peer, { namespace: "killed" }));
  await deliver(stage, 600, async () => {
    await eventually(() => service.events.count("exporter.delivered_records") > 0, { what: () => "a first delivery" });
    await peer.kill();
    await peer.restart();
  });
  assert.equal(await countIn(peer, "killed"), 600);
  assert.equal(await Deno.readTextFile(stage.folder.file("dead_letter.jsonl")), "", "no dead letter");
}

async function survivesDeletion(peer: ElasticsearchPeer): Promise<void> {
  await using stage = await QueueStage.start();
  await using _service = await stage.run(options(stage, peer, { namespace: "deleted" }));
  await deliver(stage, 20);
  await peer.ask("DELETE", "/_data_stream/logs-aws_bedrock.invocation-deleted");
  await deliver(stage, 40);
  assert.equal(await countIn(peer, "deleted"), 40);
}
