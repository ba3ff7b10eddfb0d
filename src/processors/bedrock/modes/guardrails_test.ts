import assert from "node:assert/strict";
import { mapped, sampleWith } from "../../../../test/world/bedrock_records.ts";

const ASSESSMENT = {
  topicPolicy: { topics: [{ name: "Tax", type: "DENY", action: "NONE", detected: false }] },
  contentPolicy: {
    filters: [
      { type: "INSULTS", confidence: "HIGH", filterStrength: "LOW", action: "BLOCKED", detected: true },
      { type: "HATE", confidence: "NONE", filterStrength: "LOW", action: "NONE", detected: false },
      { type: "SEXUAL", confidence: "LOW", action: "NONE" },
      { type: "VIOLENCE", confidence: "MEDIUM", action: "NONE", detected: true },
    ],
  },
  wordPolicy: { customWords: [{ match: "duck", action: "NONE", detected: false }], managedWordLists: [] },
  sensitiveInformationPolicy: { piiEntities: [{ type: "EMAIL", match: "a@b.c", action: "NONE", detected: false }] },
  contextualGroundingPolicy: { filters: [{ type: "GROUNDING", threshold: 0.5, score: 0.9, action: "NONE" }] },
};

const BODIES = {
  converse: { stopReason: "guardrail_intervened", trace: { guardrail: { inputAssessment: { g: ASSESSMENT } } } },
  invoke: {
    "amazon-bedrock-guardrailAction": "INTERVENED",
    "amazon-bedrock-trace": { guardrail: { outputs: [{ g: ASSESSMENT }] } },
  },
};

for (const [name, response] of Object.entries(BODIES)) {
  Deno.test(`only what a guardrail found is a violation (${name})`, async () => {
    const { attributes } = await mapped(sampleWith("converse_text", {}, { response }));
    assert.deepEqual(attributes["gen_ai.compliance.violation_code"], ["INSULTS", "VIOLENCE"]);
    assert.deepEqual(attributes["gen_ai.policy.name"], ["content_policy"]);
    assert.deepEqual(attributes["gen_ai.policy.confidence"], ["HIGH", "MEDIUM"]);
    assert.deepEqual(attributes["gen_ai.policy.action"], ["BLOCKED", "NONE"]);
    assert.equal(attributes["gen_ai.policy.match_detail"], undefined);
  });
}

Deno.test("all units that a guardrail charges for are counted, over all its assessments", async () => {
  const usage = { contentPolicyUnits: 1, contentPolicyImageUnits: 2, automatedReasoningPolicyUnits: 3 };
  const assessment = { invocationMetrics: { usage: { ...usage, automatedReasoningPolicies: 4 } } };
  const response = {
    trace: { guardrail: { inputAssessment: { g: assessment }, outputAssessments: { g: [assessment] } } },
  };
  for (const mapping of ["ecs", "otel"]) {
    const { attributes } = await mapped(sampleWith("converse_text", {}, { response }), { mapping });
    const counted = Object.entries(attributes).filter(([name]) => /guardrail\.(?:units|automated)/.test(name));
    assert.deepEqual(Object.fromEntries(counted), {
      "aws_bedrock.invocation.guardrail.units.content_policy": 2,
      "aws_bedrock.invocation.guardrail.units.content_policy_images": 4,
      "aws_bedrock.invocation.guardrail.units.automated_reasoning_policy": 6,
      "aws_bedrock.invocation.guardrail.automated_reasoning_policies": 8,
    });
  }
});

Deno.test("a guardrail that a request names by its ARN has the id that its metrics have", async () => {
  const guardrailIdentifier = "arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1abcdefgh";
  const { attributes } = await mapped(
    sampleWith("converse_text", {}, { request: { guardrailConfig: { guardrailIdentifier } } }),
  );
  assert.equal(attributes["aws.bedrock.guardrail.id"], "gr1abcdefgh");
  assert.ok(String(attributes["aws_bedrock.invocation.input.body"]).includes(guardrailIdentifier));
});

Deno.test("a claim that automated reasoning found to be valid, or did not look at, is no violation", async () => {
  const topicPolicy = { topics: [{ name: "T", type: "DENY", action: "BLOCKED", detected: true }] };
  const findings: readonly (readonly [finding: object, policies: readonly string[]])[] = [
    [{ valid: { claimsTrueScenario: {} } }, ["topic_policy"]],
    [{ noTranslations: {} }, ["topic_policy"]],
    [{ invalid: { contradictingRules: [] } }, ["automated_reasoning_policy", "topic_policy"]],
    [{ satisfiable: {} }, ["automated_reasoning_policy", "topic_policy"]],
  ];
  for (const [finding, policies] of findings) {
    const assessment = { topicPolicy, automatedReasoningPolicy: { findings: [finding] } };
    const trace = { guardrail: { inputAssessment: { guardrail1: assessment } } };
    const response = { stopReason: "guardrail_intervened", trace };
    const { attributes } = await mapped(sampleWith("converse_text", {}, { response }));
    assert.deepEqual(attributes["gen_ai.policy.name"], policies, JSON.stringify(finding));
  }
});
