/** What was made for Elastic's own integration finds documents of mode `ecs`, in a real Elasticsearch. */
import assert from "node:assert/strict";
import { componentTemplates } from "../../src/commands/setup/elasticsearch/templates.ts";
import { storedDocument } from "../../src/elasticsearch/stored_document.ts";
import { typesIn } from "../../src/mappings/field.ts";
import { INVOCATION_FIELDS } from "../../src/mappings/generated/invocation.ts";
import { ALL_SAMPLES, mapped, sampleText } from "../world/bedrock_records.ts";
import queried from "../fixtures/elastic/queried_fields.json" with { type: "json" };
import { RULE_CASES, type RuleCase } from "./elastic_rules.ts";
import { type ElasticsearchPeer, elasticsearchTest, rejectionsOf } from "./elasticsearch.ts";

const typeOf = typesIn(INVOCATION_FIELDS);

const STREAMS = { ecs: "logs-aws_bedrock.invocation-default", integration: "logs-aws_bedrock.invocation-legacy" };

interface Property {
  readonly type: string;
  readonly path?: string;
}

/** The aliases of mode ecs, and the types of what they are of. */
function aliasesOf(): { alias: string; path: string; type: string }[] {
  const properties: Record<string, Property> = Object.assign(
    {},
    ...componentTemplates("ecs").filter(({ name }) => name.startsWith("bedrock-otel-invocation")).map(({ body }) =>
      (body["template"] as { mappings?: { properties: Record<string, Property> } }).mappings?.properties
    ),
  );
  return Object.entries(properties).flatMap(([alias, { path }]) =>
    path === undefined ? [] : [{ alias, path, type: properties[path]?.type ?? "" }]
  );
}

await elasticsearchTest(
  "documents of mode ecs answer to the integration's names",
  async ({ peer, test, setup }) => {
    await setup();
    await setup("--mode", "integration", "--namespace", "legacy");
    await test.step("both modes take all samples, side by side", () => takesBoth(peer));
    await test.step("a document of the other mode is refused", () => refusesOther(peer));
    for (const { alias, path, type } of aliasesOf()) {
      await test.step(`${alias} answers as ${path} does`, () => answersAs(peer, { alias, path, type }));
    }
    for (const [id, rule] of Object.entries(RULE_CASES)) {
      await test.step(`Elastic's rule or hunt for ${rule.name} fires`, () => fires(peer, { id, rule }));
    }
  },
);

Deno.test("each of Elastic's rules and hunts fires on a document of ours, or has a reason why it cannot", () => {
  const ids = [...Object.keys(queried.rules), ...Object.keys(queried.hunts)];
  assert.equal(ids.length, 16);
  assert.deepEqual([...Object.keys(RULE_CASES), ...Object.keys(queried.cannot_fire)].sort(), ids.sort());
});

async function store(
  peer: ElasticsearchPeer,
  { mode, texts }: { mode: keyof typeof STREAMS; texts: readonly string[] },
) {
  if (texts.length === 0) return [];
  const records = await Promise.all(texts.map((text) => mapped(text, { mapping: mode })));
  return await peer.create(STREAMS[mode], records.map((record) => ({ document: storedDocument(record, typeOf) })));
}

async function takesBoth(peer: ElasticsearchPeer): Promise<void> {
  for (const mode of ["ecs", "integration"] as const) {
    assert.deepEqual(rejectionsOf(await store(peer, { mode, texts: ALL_SAMPLES.map(sampleText) })), []);
    const count = await countOf(peer, STREAMS[mode], { term: { "gen_ai.request.model.id": "amazon.nova-pro-v1:0" } });
    assert.ok(count > 0, mode);
  }
}

async function refusesOther(peer: ElasticsearchPeer): Promise<void> {
  const record = await mapped(sampleText("converse_text"), { mapping: "integration" });
  const [item] = await peer.create(STREAMS.ecs, [{ document: storedDocument(record, typeOf) }]);
  assert.equal(item?.status, 400);
  assert.match(JSON.stringify(item), /alias/);
}

async function countOf(peer: ElasticsearchPeer, stream: string, query: object): Promise<number> {
  const answer = await peer.ask("POST", `/${stream}/_count`, { query }) as { count?: number };
  if (answer.count === undefined) throw new Error(JSON.stringify(answer).slice(0, 500));
  return answer.count;
}

/** Each kind of question is asked for both names. */
async function answersAs(
  peer: ElasticsearchPeer,
  { alias, path, type }: { alias: string; path: string; type: string },
): Promise<void> {
  const caps = await peer.ask("GET", `/${STREAMS.ecs}/_field_caps?fields=${alias},${path}`) as {
    fields: Record<string, Record<string, { searchable: boolean; aggregatable: boolean }>>;
  };
  const capsOf = (field: string) =>
    Object.values(caps.fields[field] ?? {}).map(({ searchable, aggregatable }) => ({ searchable, aggregatable }));
  assert.deepEqual(capsOf(alias), capsOf(path));
  assert.equal(capsOf(alias)[0]?.searchable, true);

  const same = async (query: (field: string) => object) => {
    const [expected, actual] = [
      await countOf(peer, STREAMS.ecs, query(path)),
      await countOf(peer, STREAMS.ecs, query(alias)),
    ];
    assert.equal(actual, expected);
    assert.ok(actual > 0, JSON.stringify(query(alias)));
  };
  await same((field) => ({ exists: { field } }));
  const value = await valueOf(peer, { alias, type });
  const sub = type === "flattened" ? ".team" : "";
  await same((field) =>
    type === "match_only_text" ? { match: { [field]: value } } : { term: { [field + sub]: value } }
  );
  if (type === "long" || type === "date") await same((field) => ({ range: { [field]: { gte: value } } }));
  if (type === "match_only_text") return;
  const termsOf = async (field: string) =>
    await peer.ask("POST", `/${STREAMS.ecs}/_search?filter_path=aggregations`, {
      size: 0,
      aggs: { all: { terms: { field: field + sub, size: 100 } } },
    });
  const terms = await termsOf(alias) as { aggregations: { all: { buckets: unknown[] } } };
  assert.deepEqual(terms, await termsOf(path));
  assert.ok(terms.aggregations.all.buckets.length > 0);
}

/** A value that a document has under the alias, as `fields` gives it. */
async function valueOf(peer: ElasticsearchPeer, { alias, type }: { alias: string; type: string }): Promise<unknown> {
  if (type === "flattened") return "search";
  const { hits: { hits: [hit] } } = await peer.ask("POST", `/${STREAMS.ecs}/_search`, {
    size: 1,
    query: { exists: { field: alias } },
    fields: [alias],
    _source: false,
  }) as { hits: { hits: { fields: Record<string, unknown[]> }[] } };
  return hit?.fields[alias]?.[0];
}

async function fires(peer: ElasticsearchPeer, { id, rule }: { id: string; rule: RuleCase }): Promise<void> {
  const user = `arn:aws:sts::123456789012:assumed-role/Rule/${id}`;
  const text = JSON.stringify({ ...JSON.parse(rule.record), identity: { arn: user } });
  const bucketsFor = async () => {
    const answer = await peer.ask("POST", `/${STREAMS.ecs}/_search?filter_path=aggregations,error`, {
      size: 0,
      query: { bool: { filter: [...rule.filter, { term: { "user.id": user } }], must_not: rule.without ?? [] } },
      aggs: {
        by: {
          composite: { sources: rule.by.map((field, at) => ({ [`source${at}`]: { terms: { field } } })) },
          aggs: Object.fromEntries(Object.entries(rule.above ?? {}).map(([name, { metric }]) => [name, metric])),
        },
      },
    }) as { aggregations?: { by: { buckets: Bucket[] } } };
    if (answer.aggregations === undefined) throw new Error(JSON.stringify(answer).slice(0, 500));
    return answer.aggregations.by.buckets.filter((bucket) =>
      bucket.doc_count >= rule.count &&
      Object.entries(rule.above ?? {}).every(([name, { limit }]) => (bucket[name] as { value: number }).value > limit)
    );
  };
  assert.deepEqual(rejectionsOf(await store(peer, { mode: "ecs", texts: Array(rule.count - 1).fill(text) })), []);
  assert.equal((await bucketsFor()).length, 0, "one less is not enough");
  assert.deepEqual(rejectionsOf(await store(peer, { mode: "ecs", texts: [text] })), []);
  assert.equal((await bucketsFor()).length, 1);
}

interface Bucket {
  readonly doc_count: number;
  readonly [metric: string]: unknown;
}
