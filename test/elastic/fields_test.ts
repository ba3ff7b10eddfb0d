import assert from "node:assert/strict";
import { type Asset, assets, fieldProblems } from "./field_problems.ts";
import { queriedFields } from "./queried_fields.ts";

for (const asset of assets()) {
  Deno.test(`each field that ${asset.path} queries is there, of a fitting type, and filled (mode ${asset.mode})`, async () => {
    assert.ok(queriedFields(asset.content).length > 0, "the file queries nothing");
    assert.deepEqual(await fieldProblems(asset), []);
  });
}

const ESQL = `FROM logs-aws_bedrock.invocation-* METADATA _id // user.idd
| WHERE error.code == "AccessDenied.exception" AND gen_ai.usage.input_tokens > 5
| EVAL Esql.day = DATE_TRUNC(1 day, @timestamp), size = aws_bedrock.invocation.input.body_size / 2
| STATS calls = COUNT(*), most = MAX(size), sum = SUM(gen_ai.usage.output_tokens) BY user.id, Esql.day
| WHERE calls >= 3 AND user.id IS NOT NULL
| SORT calls DESC`;

Deno.test("fields are found in each language that assets are written in", () => {
  const namesIn = (asset: unknown) => [...new Set(queriedFields(asset).map(({ name }) => name))].sort();
  assert.deepEqual(namesIn({ esql: ESQL }), [
    "@timestamp",
    "aws_bedrock.invocation.input.body_size",
    "error.code",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "user.id",
  ]);
  const kql = 'cloud.region : "a: b" and not (error.code : (A or B) or event.duration >= 5)';
  assert.deepEqual(namesIn({ query: kql, language: "kuery" }), ["cloud.region", "error.code", "event.duration"]);
  const eql =
    'sequence by user.id with maxspan=30m [any where error.code in ("A", "B")] with runs=5 [any where event.outcome == "success"]';
  assert.deepEqual(namesIn({ type: "eql", query: eql }), ["error.code", "event.outcome", "user.id"]);
  const dsl = { bool: { filter: [{ term: { "user.id": "x" } }, { exists: { field: "error.code" } }] } };
  const aggs = { by: { terms: { field: "cloud.region" }, aggs: { most: { max: { field: "event.duration" } } } } };
  assert.deepEqual(namesIn({ query: dsl, aggs }), ["cloud.region", "error.code", "event.duration", "user.id"]);
  const panel = {
    panelsJSON: JSON.stringify([{ columns: { a: { sourceField: "user.name" }, b: { sourceField: "___records___" } } }]),
  };
  assert.deepEqual(namesIn(panel), ["user.name"]);
});

const MUTATIONS: readonly (readonly [what: string, content: unknown, problem: RegExp])[] = [
  ["a misspelt field in ES|QL", { esql: ESQL.replace("BY user.id", "BY user.idd") }, /user\.idd is no field/],
  [
    "a field of another mode",
    { esql: ESQL.replace("error.code", "gen_ai.response.time_to_first_chunk") },
    /is no field/,
  ],
  [
    "a data stream that is not there",
    { esql: ESQL.replace("invocation-*", "invocations-*") },
    /is no data stream of ours/,
  ],
  [
    "a text that is summed up",
    { esql: ESQL.replace("SUM(gen_ai.usage.output_tokens)", "SUM(error.code)") },
    /error\.code is keyword/,
  ],
  [
    "a number that is a text",
    { esql: ESQL.replace("gen_ai.usage.input_tokens > 5", 'event.duration == "5"') },
    /event\.duration is number/,
  ],
  [
    "a flattened field in ES|QL",
    { esql: ESQL.replace("BY user.id", "BY gen_ai.input.messages.role") },
    /flattened key/,
  ],
  ["a misspelt field in KQL", { query: "user.idd: x", language: "kuery" }, /user\.idd is no field/],
  ["a misspelt field in EQL", { query: "any where user.idd == 1", type: "eql" }, /user\.idd is no field/],
  ["a misspelt field in a twin", { twin: { query: { term: { "user.idd": "x" } } } }, /user\.idd is no field/],
  [
    "a misspelt field in an aggregation",
    { twin: { metrics: { x: { cardinality: { field: "user.idd" } } } } },
    /is no field/,
  ],
  ["a misspelt field in a panel", { sourceField: "user.idd" }, /user\.idd is no field/],
  ["a text by which nothing can be grouped", { new_terms_fields: ["gen_ai.prompt"] }, /gen_ai\.prompt is text/],
  [
    "a key of a map that no document has",
    { query: { term: { "gen_ai.input.messages.rolle": "x" } } },
    /is filled by no document/,
  ],
];

for (const [what, content, problem] of MUTATIONS) {
  Deno.test(`the check of fields sees ${what}`, async () => {
    const asset = { path: "rules/ecs/mutated.json", mode: "ecs", content } satisfies Asset;
    assert.match((await fieldProblems(asset)).join("\n"), problem);
  });
}

Deno.test("a misspelt field in any of the files is seen", async () => {
  for (const asset of assets()) {
    for (const name of new Set(queriedFields(asset.content).map(({ name }) => name))) {
      const pattern = new RegExp(`(?<![\\w.])${name.replaceAll(".", "\\.")}(?![\\w.])`, "g");
      const content = JSON.parse(JSON.stringify(asset.content).replace(pattern, `${name}x`));
      assert.match(
        (await fieldProblems({ ...asset, content })).join("\n"),
        new RegExp(`${name}x is`),
        `${asset.path}: ${name}`,
      );
    }
  }
});

Deno.test("the check of fields takes the queries that were not changed", async () => {
  for (
    const [index, mode] of [["logs-aws_bedrock.invocation-*", "ecs"], [
      "logs-aws_bedrock.invocation.otel-*",
      "otel",
    ]] as const
  ) {
    const query = 'user.id: "x" and cloud.region: y and gen_ai.input.messages.role: user';
    const asset: Asset = { path: "x", mode, content: { index: [index], query, language: "kuery" } };
    assert.deepEqual(await fieldProblems(asset), []);
  }
  assert.deepEqual(await fieldProblems({ path: "x", mode: "ecs", content: { esql: ESQL } }), []);
});

Deno.test("metrics of CloudWatch and of the program are fields too", async () => {
  const esql = (mode: "ecs" | "otel" | "common", query: string) =>
    fieldProblems({ path: "x", mode, content: { query } });
  assert.deepEqual(
    await esql(
      "ecs",
      "FROM metrics-aws_bedrock.runtime-* | STATS SUM(aws_bedrock.runtime.invocations) BY aws_bedrock.runtime.model_id",
    ),
    [],
  );
  assert.deepEqual(
    await esql(
      "otel",
      "FROM metrics-aws_bedrock.runtime.otel-* | STATS SUM(aws.bedrock.invocations) BY gen_ai.request.model",
    ),
    [],
  );
  assert.deepEqual(
    await esql(
      "common",
      "FROM metrics-generic.otel-* | STATS MAX(bedrock_otel_receiver_queue_age_seconds) BY receiver",
    ),
    [],
  );
  assert.equal(
    (await esql("ecs", "FROM metrics-aws_bedrock.runtime-* | STATS SUM(aws_bedrock.runtime.invocationz)")).length,
    1,
  );
});
