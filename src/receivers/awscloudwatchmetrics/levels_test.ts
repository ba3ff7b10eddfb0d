import assert from "node:assert/strict";
import { METRIC_STREAMS } from "../../mappings/generated/metric_streams.ts";
import { streamOf } from "../../mappings/metric_streams.ts";
import { Levels, type LevelsOptions } from "./levels.ts";
import { type DimensionSet, setKey, setOf } from "./dimension_set.ts";

type Dimensions = Readonly<Record<string, string>>;

function setWith(dimensions: Dimensions, account = "1"): DimensionSet {
  const sorted = Object.entries(dimensions).map(([name, value]) => ({ name, value })).sort((a, b) =>
    a.name < b.name ? -1 : 1
  );
  return { account, dimensions: sorted };
}

function levelsOf(name: string, config: Partial<LevelsOptions["config"]> = {}): Levels {
  const stream = streamOf(name) ?? assert.fail(name);
  return new Levels({ stream, config: { levels: {}, account_totals: false, ...config } });
}

function chosen(levels: Levels, metric: string, sets: readonly Dimensions[]): Dimensions[] {
  const series = levels.choose(sets.map((set) => ({ metric, set: setWith(set) })));
  return series.map(({ set }) => Object.fromEntries(set.dimensions.map(({ name, value }) => [name, value])));
}

const CHOICES: Readonly<
  Record<string, {
    readonly of: string;
    readonly metric?: string;
    readonly listed: readonly Dimensions[];
    /** Which of them are read. */
    readonly read: readonly number[];
    readonly config?: Partial<LevelsOptions["config"]>;
  }>
> = {
  "a finer level that only some series have": {
    of: "runtime",
    listed: [{}, { ModelId: "a" }, { ModelId: "b" }, {
      ModelId: "a",
      ServiceTier: "priority",
      ResolvedServiceTier: "default",
    }],
    read: [1, 2],
  },
  "a dimension that no table knows, beside the level and alone": {
    of: "runtime",
    listed: [{ ModelId: "a", New: "x" }, { ModelId: "a" }, { ModelId: "b", New: "x" }, { ModelId: "b", New: "y" }],
    read: [1, 2, 3],
  },
  "two finer levels of what the level lacks": {
    of: "runtime",
    listed: [{ ModelId: "a", ServiceTier: "x" }, { ModelId: "a", ContextWindow: "y" }],
    read: [0],
  },
  "images by their dimensions alone": {
    of: "runtime",
    metric: "OutputImageCount",
    listed: [{ ModelId: "a", ImageSize: "1", BucketedStepSize: "s" }, {
      ModelId: "a",
      ImageSize: "2",
      BucketedStepSize: "s",
    }],
    read: [0, 1],
  },
  "what has no dimensions at all": {
    of: "runtime",
    metric: "ModelInvocationLogsS3DeliveryFailure",
    listed: [{}],
    read: [0],
  },
  "four levels of one request": {
    of: "mantle",
    listed: [{}, { Project: "p" }, { Model: "a" }, { Project: "p", Model: "a" }, { Project: "q", Model: "a" }, {
      Project: "q",
    }],
    read: [3, 4],
  },
  "a model whose requests have no project": {
    of: "mantle",
    listed: [{}, { Project: "p", Model: "a" }, { Project: "p" }, { Model: "a" }, { Model: "b" }],
    read: [1, 4],
  },
  "a metric that is not published at the level": {
    of: "mantle",
    metric: "TotalInputTokens",
    listed: [{}, { Project: "p" }, { Model: "a" }, { Model: "b" }],
    read: [2, 3],
  },
  "operations with and without a knowledge base": {
    of: "knowledge_bases",
    listed: [
      { Operation: "AgenticRetrieveStream" },
      { Operation: "Retrieve", KnowledgeBaseId: "a" },
      { Operation: "Retrieve", KnowledgeBaseId: "b" },
    ],
    read: [0, 1, 2],
  },
  "a metric with a level of its own": {
    of: "guardrails",
    metric: "TotalFindings",
    listed: [{ GuardrailArn: "g", GuardrailVersion: "1" }, { PolicyArn: "p", PolicyVersion: "1" }],
    read: [1],
  },
  "a value that stands for all": {
    of: "agentcore",
    listed: [{ Resource: "All" }, { Resource: "a" }, { Resource: "b" }, { Resource: "a", Operation: "o", Name: "n" }],
    read: [1, 2],
  },
  "another level first": {
    of: "mantle",
    listed: [{}, { Project: "p" }, { Model: "a" }, { Project: "p", Model: "a" }],
    read: [1],
    config: { levels: { mantle: ["project"] } },
  },
  "another level beside the first, by CloudWatch's name of the namespace": {
    of: "mantle",
    listed: [{}, { Project: "p" }, { Model: "a" }, { Project: "p", Model: "a" }],
    read: [1, 3],
    config: { levels: { "AWS/BedrockMantle": ["project_model", "project"] } },
  },
  "the account alone": {
    of: "runtime",
    listed: [{}, { ModelId: "a" }, { ModelId: "b" }],
    read: [0],
    config: { levels: { runtime: ["account"] } },
  },
  "the account's total beside the level": {
    of: "runtime",
    listed: [{}, { ModelId: "a" }],
    read: [0, 1],
    config: { account_totals: true },
  },
};

for (const [name, { of, metric = "Invocations", listed, read, config }] of Object.entries(CHOICES)) {
  Deno.test(`of ${of}, ${name}: what is read adds up`, () => {
    const key = (set: Dimensions) => JSON.stringify(Object.entries(set).sort());
    assert.deepEqual(
      chosen(levelsOf(of, config), metric, listed).map(key).sort(),
      read.map((index) => key(listed[index] ?? {})).sort(),
    );
  });
}

Deno.test("every account has levels of its own", () => {
  const series = [{ metric: "Invocations", set: setWith({}, "2") }, {
    metric: "Invocations",
    set: setWith({ ModelId: "a" }),
  }];
  assert.equal(levelsOf("runtime").choose(series).length, 2);
});

Deno.test("what another level has counted is known again, whatever is in a value", () => {
  const levels = levelsOf("runtime", { account_totals: true });
  const set = setWith({ ModelId: "a|b=c%", Tier: "x" });
  assert.deepEqual(setOf(setKey(set)), set);
  const isCounted = (other: DimensionSet, key = "Invocations Sum") =>
    levels.countedIn(new Map([[setKey(other), { [key]: 1 }]]))(set, "Invocations Sum");
  assert.equal(isCounted(setWith({ ModelId: "a|b=c%" })), true);
  assert.equal(isCounted(setWith({ ModelId: "a|b=c%" }), "InputTokenCount Sum"), false, "another metric");
  assert.equal(isCounted(setWith({ ModelId: "a" })), false);
  assert.equal(isCounted(setWith({ ModelId: "a|b=c%" }, "2")), false, "another account");
  assert.equal(isCounted(set), false, "itself");
  assert.equal(isCounted(setWith({})), false, "what was asked for beside it");
});

Deno.test("the first level of a namespace is the one that its table explains", () => {
  assert.deepEqual(Object.fromEntries(METRIC_STREAMS.map(({ name, levels }) => [name, levels[0]?.dimensions])), {
    agentcore: ["Resource"],
    agents: ["Operation"],
    batch: ["ModelId"],
    guardrails: ["GuardrailArn", "GuardrailVersion"],
    knowledge_bases: ["Operation"],
    mantle: ["Model", "Project"],
    runtime: ["ModelId"],
  });
});
