/** The cases of rules in EQL, run by EQL's own engine in Python over the documents of the real mapper. */
import assert from "node:assert/strict";
import { caseDocuments, RULES_OF_MODES, RUN_AT } from "../elastic/rules.ts";
import type { RuleMode } from "../../tools/generate/elastic_twin.ts";
import { peerTest } from "./peer.ts";
import { runPython, setUpQueryParsers } from "./query_parsers.ts";

const peer = await setUpQueryParsers();

peerTest("rules in EQL fire on their cases, and on no others", [peer], async (_, path) => {
  const cases = RULES_OF_MODES.filter(({ own }) => own.type === "eql").flatMap(({ rule, mode, own }) =>
    rule.cases.filter(({ modes }) => modes.includes(mode)).map((ruleCase) => ({ mode, ruleCase, query: own.query }))
  );
  const input = await Promise.all(cases.map(async ({ mode, ruleCase, query }) => ({
    query,
    events: (await caseDocuments(ruleCase, { mode })).map(({ document }) => eventOf(document, mode)),
  })));
  const counts = await runPython({ path }, { script: "run_eql.py", input }) as number[];
  const verdicts = (fires: readonly boolean[]) =>
    cases.map(({ mode, ruleCase }, at) => `${ruleCase.name} (${mode}): ${fires[at] ? "fires" : "quiet"}`);
  assert.ok(cases.length > 0);
  assert.deepEqual(verdicts(counts.map((count) => count > 0)), verdicts(cases.map(({ ruleCase }) => ruleCase.fires)));
});

/** A document as the engine wants it: without dots in names, and without what mode otel has around attributes. */
function eventOf(document: string, mode: RuleMode): { milliseconds: number; data: Record<string, unknown> } {
  const stored = JSON.parse(document);
  const time = mode === "otel" ? Number(stored["@timestamp"]) : Date.parse(stored["@timestamp"]);
  assert.ok(Math.abs(time - RUN_AT) < 86_400_000);
  const data: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(mode === "otel" ? stored.attributes : stored)) {
    const path = name.split(".");
    const parent = path.slice(0, -1).reduce<Record<string, unknown>>(
      (object, part) => (object[part] ??= {}) as Record<string, unknown>,
      data,
    );
    parent[path.at(-1) as string] = value;
  }
  return { milliseconds: time, data };
}
