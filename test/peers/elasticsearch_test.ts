import assert from "node:assert/strict";
import fc from "fast-check";
import { runCli } from "../world/program.ts";
import { type Mode, MODES, typesIn } from "../../src/mappings/field.ts";
import { componentTemplates, indexTemplates } from "../../src/commands/setup/elasticsearch/templates.ts";
import { INVOCATION_FIELDS } from "../../src/mappings/generated/invocation.ts";
import { storedDocument } from "../../src/elasticsearch/stored_document.ts";
import type { LogRecord } from "../../src/component/batch.ts";
import { bedrockFactory } from "../../src/processors/bedrock/factory.ts";
import { ALL_SAMPLES, processed, received, sampleText } from "../world/bedrock_records.ts";
import { mutated, mutation } from "../world/mutations.ts";
import { type BulkItem, type ElasticsearchPeer, elasticsearchTest, rejectionsOf } from "./elasticsearch.ts";

/** Modes whose documents go to the data streams that our templates are for. */
const STORED_MODES = MODES.filter((mapping) =>
  mapping !== "otel" && bedrockFactory.check?.(bedrockFactory.schema.parse({ mapping })).length === 0
);
/** What `setup elasticsearch` installs. */
const TEMPLATES = [
  ...componentTemplates("ecs"),
  ...indexTemplates({ mode: "ecs", overrideIntegration: false }),
];
const MUTATED_RECORDS = 3000;

/** An Elasticsearch, and the command in front of it as a user runs it. */
interface Installed {
  readonly peer: ElasticsearchPeer;
  readonly setup: (...args: string[]) => ReturnType<typeof runCli>;
}

await elasticsearchTest(
  "a real Elasticsearch takes our templates and documents",
  async ({ peer, swap, test }) => {
    const setup = (...args: string[]) =>
      runCli(["setup", "elasticsearch", "--url", swap.url, ...args], { env: { ELASTIC_API_KEY: "canary-key" } });

    await test.step("setup installs the templates once", () => installsOnce({ peer, setup }));
    await test.step("setup says which template is in force", () => saysWhoWins({ peer, setup }));
    await test.step("setup has templates of mode integration for some namespaces", () => limits(setup));
    await test.step("every sample is taken in every mode, a second one of its id is a 409", () => takesSamples(peer));
    await test.step("one query finds documents of both modes", () => findsBothModes(peer));
    await test.step("no mutated record is rejected, whatever stands in it", () => takesMutated(peer, "standard"));
    await peer.ask("PUT", "/_component_template/bedrock-otel-invocation@custom", {
      template: { settings: { index: { mode: "logsdb" } } },
    });
    await test.step("nor in index mode logsdb, as set in @custom", () => takesMutated(peer, "logsdb"));
    await test.step("include_source_on_error keeps no value out of an error's reason", () => quotesValues(peer));
    await test.step("only what this build lacks had stand-ins or was left out", () => {
      assert.deepEqual([...swap.swapped].sort(), ["constant_keyword", "look_back_time", "match_only_text"]);
    });
  },
);

/** Why the Collector's examples do not set it: then its exporter drops the reason, whatever Elasticsearch writes. */
async function quotesValues(peer: ElasticsearchPeer): Promise<void> {
  await peer.ask("PUT", "/quoting", { mappings: { properties: { number: { type: "long" } } } });
  for (const parameter of ["", "?include_source_on_error=false", "?include_source_on_error=true"]) {
    const bulk = '{"create":{"_index":"quoting"}}\n{"number":"a secret"}\n';
    const { items } = await peer.ask("POST", `/_bulk${parameter}`, bulk) as { items: { create: BulkItem }[] };
    assert.match(items[0]?.create.error?.reason ?? "", /Preview of field's value: 'a secret'/);
  }
}

async function installsOnce({ peer, setup }: Installed): Promise<void> {
  const dry = await setup("--dry-run");
  assert.match(dry.stdout, /^index template bedrock-otel-guardrails: would be created$[^]*^Nothing was changed/m);
  assert.deepEqual(await peer.ask("GET", "/_index_template"), { index_templates: [] });

  const first = await setup();
  assert.equal(first.code, 0, first.stderr);
  assert.equal(first.stdout.match(/: created$/gm)?.length, TEMPLATES.length, first.stdout);
  const second = await setup();
  assert.equal(second.stdout.match(/: unchanged$/gm)?.length, TEMPLATES.length, second.stdout);
  assert.match(second.stdout, /^Nothing to change$/m);
  assert.match(
    second.stdout,
    /^In force for logs-aws_bedrock\.invocation-\*: bedrock-otel-invocation \(priority 180\)$/m,
  );
  for (const { stdout, stderr } of [dry, first, second]) assert.doesNotMatch(stdout + stderr, /canary/);
}

/** Data streams of mode integration; all others are of mode ecs. */
const INTEGRATION_NAMESPACES = ["integration", "mutated_integration_standard", "mutated_integration_logsdb"];

async function limits(setup: Installed["setup"]): Promise<void> {
  for (const namespace of INTEGRATION_NAMESPACES) {
    const { code, stderr } = await setup("--mode", "integration", "--namespace", namespace, "--override-integration");
    assert.equal(code, 0, stderr);
  }
}

async function saysWhoWins({ peer, setup }: Installed): Promise<void> {
  await peer.ask("PUT", "/_index_template/logs-aws_bedrock.invocation", {
    index_patterns: ["logs-aws_bedrock.invocation-*"],
    priority: 200,
    data_stream: {},
    template: { settings: { index: { default_pipeline: "logs-aws_bedrock.invocation-1.6.0" } } },
    _meta: { package: { name: "aws_bedrock" }, managed_by: "fleet" },
  });
  const below = await setup();
  assert.match(below.stdout, /^In force for \S+: logs-aws_bedrock\.invocation \(priority 200\), not bedrock-otel/m);
  assert.match(below.stderr, /pipeline logs-aws_bedrock\.invocation-1\.6\.0.*mapping: raw.*--override-integration/);

  // As the stack has it: its lifecycle is wanted, its pipeline is not.
  await peer.ask("PUT", "/_component_template/logs@settings", {
    template: { settings: { index: { default_pipeline: "logs@default-pipeline", codec: "best_compression" } } },
  });
  const above = await setup("--override-integration");
  assert.match(above.stdout, /^index template bedrock-otel-invocation: changed$/m);
  assert.match(above.stdout, /^In force for \S+: bedrock-otel-invocation \(priority 280\)$/m);
  assert.equal(above.stderr, "");
  const simulated = await peer.ask("POST", "/_index_template/_simulate_index/logs-aws_bedrock.invocation-default");
  const { settings: { index }, mappings } = (simulated as { template: SimulatedTemplate }).template;
  assert.equal(index["default_pipeline"], "_none");
  assert.equal(index["codec"], "best_compression");
  assert.equal(mappings.properties["gen_ai.usage.input_tokens"]?.type, "long");
}

interface SimulatedTemplate {
  readonly settings: { readonly index: Readonly<Record<string, unknown>> };
  readonly mappings: { readonly properties: Readonly<Record<string, { readonly type: string }>> };
}

async function takesSamples(peer: ElasticsearchPeer): Promise<void> {
  for (const mapping of STORED_MODES) {
    const records = await recordsOf(ALL_SAMPLES.map(sampleText), mapping);
    assert.deepEqual(await rejections(peer, { records, namespace: mapping }), []);
    const { count } = await peer.ask("GET", `/${streamOf(mapping)}/_count`) as { count: number };
    assert.equal(count, ALL_SAMPLES.length);
    const again = await bulk(peer, { records: records.slice(0, 1), namespace: mapping });
    assert.deepEqual(again.map(({ status }) => status), [409]);
  }
  await assertSearchable(peer);
}

/** What is a field in mode integration is an alias in mode ecs. */
async function findsBothModes(peer: ElasticsearchPeer): Promise<void> {
  const query = { term: { "gen_ai.request.model.id": "amazon.nova-pro-v1:0" } };
  const countIn = async (stream: string) =>
    (await peer.ask("POST", `/${stream}/_count`, { query }) as { count: number }).count;
  const counts = await Promise.all([countIn(streamOf("ecs")), countIn(streamOf("integration"))]);
  assert.ok(counts.every((count) => count > 0), String(counts));
  assert.equal(
    await countIn(`${streamOf("ecs")},${streamOf("integration")}`),
    counts[0] as number + (counts[1] as number),
  );
}

/** As much in a document as a configuration can ask for. */
const EVERYTHING = { preserve_original_event: true, tags: ["preserve_duplicate_custom_fields"] };

async function takesMutated(peer: ElasticsearchPeer, indexMode: string): Promise<void> {
  const changes = fc.tuple(fc.constantFrom(...ALL_SAMPLES), fc.array(mutation, { minLength: 1, maxLength: 3 }));
  const texts = fc.sample(changes, { numRuns: MUTATED_RECORDS, seed: 4 })
    .map(([sample, mutations]) => mutated(sampleText(sample), mutations));
  for (const mapping of STORED_MODES) {
    const namespace = `mutated_${mapping}_${indexMode}`;
    for (let start = 0; start < texts.length; start += 100) {
      const records = await recordsOf(texts.slice(start, start + 100), mapping, { firstId: start, ...EVERYTHING });
      assert.deepEqual(await rejections(peer, { records, namespace }), []);
    }
    await assertNoFieldWasAdded(peer, { namespace, indexMode });
  }
}

/** Names that callers choose must not become fields of the index. */
async function assertNoFieldWasAdded(
  peer: ElasticsearchPeer,
  { namespace, indexMode }: { namespace: string; indexMode: string },
): Promise<void> {
  const answer = await peer.ask("GET", `/${streamOf(namespace)}`) as Record<string, {
    settings: { index: { mode?: string } };
    mappings: { properties: object };
  }>;
  const [{ settings, mappings }] = Object.values(answer) as [(typeof answer)[string]];
  assert.equal(settings.index.mode ?? "standard", indexMode);
  const ours = componentTemplates(INTEGRATION_NAMESPACES.includes(namespace) ? "integration" : "ecs").filter((
    { name },
  ) => name.startsWith("bedrock-otel-invocation")).map((
    { body },
  ) => body as { template: { mappings?: { properties: object } } })
    .flatMap(({ template }) => Object.keys(template.mappings?.properties ?? {}));
  assert.deepEqual(Object.keys(mappings.properties).sort(), [...new Set(ours)].sort());
}

/** The records that leave for these texts, each with an id of its own. */
async function recordsOf(
  texts: readonly string[],
  mapping: Mode,
  { firstId = 0, ...settings }: { firstId?: number; [setting: string]: unknown } = {},
): Promise<LogRecord[]> {
  const incoming = texts.map((text, index) => {
    const record = received(text);
    const id = `0123456789abcdef0123456789abcdef-${String(firstId + index).padStart(12, "0")}`;
    return { ...record, origin: { ...record.origin, id } };
  });
  const { records } = await processed(incoming, { mapping, ...settings });
  assert.equal(records.length, texts.length);
  return records;
}

const typeOf = typesIn(INVOCATION_FIELDS);

/** Stores records as the Collector does, in a `_bulk` of creates. */
async function bulk(
  peer: ElasticsearchPeer,
  { records, namespace }: { records: LogRecord[]; namespace: string },
): Promise<BulkItem[]> {
  const documents = records.map((record) => ({
    id: record.attributes["elasticsearch.document_id"],
    document: storedDocument(record, typeOf),
  }));
  const items = await peer.create(streamOf(namespace), documents);
  assert.equal(items.length, records.length);
  return items;
}

/** Why documents were refused. */
async function rejections(
  peer: ElasticsearchPeer,
  options: { records: LogRecord[]; namespace: string },
): Promise<string[]> {
  return rejectionsOf(await bulk(peer, options));
}

function streamOf(namespace: string): string {
  return `logs-aws_bedrock.invocation-${namespace}`;
}

/** Fields are searchable by their types: counts add up, keywords match, prompts are found, dates are ranges. */
async function assertSearchable(peer: ElasticsearchPeer): Promise<void> {
  const answer = await peer.ask("POST", `/${streamOf("ecs")}/_search?filter_path=hits.total.value,aggregations`, {
    size: 0,
    query: {
      bool: {
        filter: [
          { range: { "@timestamp": { gte: "2026-03-01", lt: "2026-04-01" } } },
          { term: { "gen_ai.request.model": "amazon.nova-pro-v1:0" } },
          { term: { "gen_ai.input.messages.parts.content": "Name three colours.\nPlease." } },
          { match: { "aws_bedrock.invocation.output.completion_text": "green" } },
          { term: { "aws_bedrock.invocation.request_metadata.team": "search" } },
        ],
      },
    },
    aggs: { tokens: { sum: { field: "gen_ai.usage.input_tokens" } } },
  });
  assert.deepEqual(answer, { hits: { total: { value: 1 } }, aggregations: { tokens: { value: 21 } } });
}
