import assert from "node:assert/strict";
import { kibanaRules } from "../../tools/generate/elastic_rules.ts";
import { RULE_MODES } from "../../tools/generate/elastic_twin.ts";
import { queriedFields } from "./queried_fields.ts";
import { caseDocuments, milliseconds, RULES, RULES_OF_MODES } from "./rules.ts";

const COMPILED = RULE_MODES.flatMap((mode) => kibanaRules(RULES, mode));

Deno.test("each rule has an id and a name of its own", () => {
  for (const member of ["rule_id", "name"]) {
    const values = COMPILED.map((rule) => rule[member]);
    assert.deepEqual(values.filter((value, at) => values.indexOf(value) !== at), []);
  }
});

/** What severities mean in Kibana: the risk scores that its own rules have. */
const RISK_SCORES = { low: 21, medium: 47, high: 73, critical: 99 };

for (const { rule, mode, own } of RULES_OF_MODES) {
  const it = (what: string, fn: () => void | Promise<void>) =>
    Deno.test(`rule ${rule.file} in mode ${mode} ${what}`, fn);

  it("has a case that fires and one that does not", () => {
    const verdicts = rule.cases.filter(({ modes }) => modes.includes(mode)).map(({ fires }) => fires);
    assert.deepEqual(new Set(verdicts), new Set([true, false]));
  });

  it("looks back over an interval and the delay of logs", () => {
    assert.ok(milliseconds(rule.from) >= milliseconds(rule.interval) + 15 * 60_000);
    assert.equal(rule.risk_score, RISK_SCORES[rule.severity]);
  });

  it("has a twin that asks for fields that the query asks for", () => {
    // A query finds its data streams by itself, and a group by a computed identity is one of its fields.
    const asked = new Set(queriedFields({ ...own, twin: undefined }).map(({ name }) => name));
    const twin = queriedFields({ twin: own.twin }).map(({ name }) => name);
    assert.deepEqual(twin.filter((name) => name !== "@timestamp" && !asked.has(name)), []);
    assert.deepEqual(own.type === "query" ? [...asked].filter((name) => !twin.includes(name)) : [], []);
  });

  it("has a twin with the words that the query has", () => {
    if (own.type === "esql") return;
    const words = [...own.query.matchAll(/"([^"]+)"/g)].map(([, word = ""]) => word);
    const twin = JSON.stringify(own.twin);
    assert.deepEqual(words.filter((word) => !twin.includes(JSON.stringify(word))), []);
  });

  it("has documents for all its cases", async () => {
    for (const ruleCase of rule.cases.filter(({ modes }) => modes.includes(mode))) {
      const documents = await caseDocuments(ruleCase, { mode });
      const logs = ruleCase.logs.reduce((sum, { times }) => sum + times, 0);
      assert.equal(documents.length, logs + ruleCase.metrics.length, ruleCase.name);
      for (const { document } of documents) assert.doesNotMatch(document, /pipeline_error/, ruleCase.name);
    }
  });
}

Deno.test("every mode without a rule says why", () => {
  for (const { modes, not_in, file } of RULES) {
    for (const mode of RULE_MODES) assert.ok((modes[mode] === undefined) === ((not_in[mode] ?? "") !== ""), file);
  }
});
