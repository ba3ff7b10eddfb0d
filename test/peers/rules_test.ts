/** The detection rules' cases: logs in, documents of the real mapper in a real Elasticsearch, and the verdict of the twin. */
import assert from "node:assert/strict";
import { esqlFields } from "../elastic/query_languages.ts";
import { type CaseDocument, caseDocuments, RULES_OF_MODES, RUN_AT } from "../elastic/rules.ts";
import { type ElasticsearchPeer, elasticsearchTest, rejectionsOf } from "./elasticsearch.ts";
import { addStackTemplates, luceneOf } from "./elastic_stack.ts";
import { groupsThatFire } from "./twin.ts";

await elasticsearchTest(
  "rules fire on the cases that they are for, and on no others",
  async ({ peer, test, setup }) => {
    await setup();
    await addStackTemplates(peer);
    await test.step("patterns of credentials match what they are for", () => matchesCredentials(peer));
    let runAt = RUN_AT;
    for (const { rule, mode, own } of RULES_OF_MODES) {
      for (const ruleCase of rule.cases.filter(({ modes }) => modes.includes(mode))) {
        const { name, fires } = ruleCase;
        // No rule looks back as far as the case before.
        runAt += 60 * DAY_MS;
        await test.step(`${rule.file} (${mode}): ${name}: ${fires ? "fires" : "quiet"}`, async () => {
          await store(peer, await caseDocuments(ruleCase, { mode, runAt }));
          await asksTheSame({ peer, rule, mode, own, runAt });
          const groups = await groupsOf({ peer, rule, mode, own, runAt });
          assert.equal(groups.length > 0, fires, JSON.stringify(groups));
        });
        if (!fires) continue;
        runAt += 60 * DAY_MS;
        const readsContent = rule.needs.some((need) => need === "content" || need === "redacted");
        await test.step(`${rule.file} (${mode}): ${name}: ${readsContent ? "quiet" : "fires"} without content`, async () => {
          const settings = { ...ruleCase.settings, content: "metadata_only" };
          await store(peer, await caseDocuments({ ...ruleCase, settings }, { mode, runAt }));
          assert.equal((await groupsOf({ peer, rule, mode, own, runAt })).length > 0, !readsContent);
        });
      }
    }
  },
);

/** A run of a rule. */
type Run = typeof RULES_OF_MODES[number] & { readonly peer: ElasticsearchPeer; readonly runAt: number };

async function groupsOf({ peer, rule, mode, own, runAt }: Run) {
  return await groupsThatFire(peer, { twin: own.twin, index: indexOf({ own, mode }), from: rule.from, runAt });
}

const NAMESPACE = "default";
const DAY_MS = 86_400_000;

async function store(peer: ElasticsearchPeer, documents: readonly CaseDocument[]): Promise<void> {
  for (const [stream, own = []] of Map.groupBy(documents, ({ stream }) => stream)) {
    assert.deepEqual(rejectionsOf(await peer.create(stream + NAMESPACE, own)), []);
  }
}

/** Texts with a credential, and texts that only look so. No whole credential stands in this file. */
const CREDENTIALS: readonly string[] = [
  `Use ${"AKIA"}IOSFODNN7EXAMPLE\nfor the upload`,
  `${"ASIA"}IOSFODNN7EXAMPLE`,
  `a key of Bedrock: ${"ABSK"}${"QmVkcm9ja0FQSUtleS1".repeat(3)}=`,
  `a short one: ${"bedrock-api-"}key-${"YmVkcm9jay5hbWF6b25hd3MuY29t"}`,
  `${"-----BEGIN"} PRIVATE KEY-----\nMIIE`,
  `${"-----BEGIN"} RSA PRIVATE KEY-----\nMIIE`,
  `token ${"ghp"}_${"a1B2".repeat(9)}`,
  `token ${"github"}_pat_${"a1B2".repeat(8)}`,
  `token ${"glpat"}-${"a1B2-".repeat(5)}`,
  `token ${"xoxb"}-${"1234-".repeat(4)}abc`,
  "redacted: <AWS_ACCESS_KEY>",
  "redacted: <PRIVATE_KEY:6b1f0c>\nand more",
];
const NO_CREDENTIALS: readonly string[] = [
  "What does AKIA stand for?",
  "akiaiosfodnn7example",
  "Begin with your private key",
  "ghp_short",
  "<EMAIL>",
  "if (a <AWS_ACCESS_KEY_COUNT) return",
];

/** `RLIKE` of ES|QL is the query `regexp` on the whole value: so the rule's patterns are run, if not the rule. */
async function matchesCredentials(peer: ElasticsearchPeer): Promise<void> {
  const rule = RULES_OF_MODES.find(({ rule }) => rule.file === "credentials_in_text.yml");
  const patterns = Array.from(rule?.own.query.matchAll(/RLIKE """(.*?)"""/g) ?? [], ([, pattern = ""]) => pattern);
  assert.ok(patterns.length > 5);
  await peer.ask("PUT", "/texts", { mappings: { properties: { text: { type: "keyword" } } } });
  const texts = [...CREDENTIALS, ...NO_CREDENTIALS];
  const documents = texts.map((text) => ({ id: text, document: JSON.stringify({ text }) }));
  assert.deepEqual(rejectionsOf(await peer.create("texts", documents)), []);
  const found = new Set<string>();
  for (const text of patterns) {
    const query = { regexp: { text } };
    const answer = await peer.ask("POST", "/texts/_search", { size: 100, query }) as {
      hits?: { hits: { _id: string }[] };
    };
    // A pattern can be too much for Lucene, too.
    assert.ok(answer.hits !== undefined, JSON.stringify(answer).slice(0, 500));
    assert.ok(answer.hits.hits.length > 0, `${text} matches nothing`);
    for (const { _id } of answer.hits.hits) found.add(_id);
  }
  assert.deepEqual([...found].sort(), [...CREDENTIALS].sort());
}

/**
 * A query in KQL finds the documents that its twin finds. Elasticsearch has no KQL, but what rules use of it is Lucene's
 * language with other letters.
 */
async function asksTheSame({ peer, mode, own, runAt }: Run): Promise<void> {
  if (own.type === "esql" || own.type === "eql") return;
  const time = { range: { "@timestamp": { gte: runAt - 40 * DAY_MS, lte: runAt, format: "epoch_millis" } } };
  const idsOf = async (query: object) => {
    const body = { size: 100, _source: false, query: { bool: { filter: [query, time] } } };
    const { hits: { hits } } = await peer.ask("POST", `/${indexOf({ own, mode })}/_search`, body) as {
      hits: { hits: { _id: string }[] };
    };
    return hits.map(({ _id }) => _id).sort();
  };
  assert.deepEqual(await idsOf({ query_string: { query: luceneOf(own.query) } }), await idsOf(own.twin.query));
}

function indexOf({ own, mode }: Pick<Run, "own" | "mode">): string {
  const logs = `logs-aws_bedrock.invocation${mode === "otel" ? ".otel" : ""}-*`;
  const patterns = own.type === "esql" ? esqlFields(own.query).streams : own.index ?? [logs];
  return patterns.map((pattern) => pattern.replace(/\*$/, NAMESPACE)).join(",");
}
