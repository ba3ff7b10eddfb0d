/**
 * Elastic's detection rules and hunts over invocation logs as queries that any Elasticsearch runs, each with invocations
 * that must make it fire. Their own queries are ES|QL; what stands here are their conditions.
 */
import { sampleText, sampleWith } from "../world/bedrock_records.ts";

export interface RuleCase {
  readonly name: string;
  /** What of a document the rule looks for. */
  readonly filter: readonly object[];
  readonly without?: readonly object[];
  /** Documents are counted by these fields. */
  readonly by: readonly string[];
  /** It fires at this many. */
  readonly count: number;
  /** And where these sums, averages or maxima are above a limit. */
  readonly above?: Readonly<Record<string, { readonly metric: object; readonly limit: number }>>;
  /** A record that counts. */
  readonly record: string;
}

const term = (field: string, value: unknown) => ({ term: { [field]: value } });
const range = (field: string, gt: number) => ({ range: { [field]: { gt } } });

/** A call that a guardrail blocked for what its policies found. */
function blocked(policies: Readonly<Record<string, unknown>>): string {
  const trace = { guardrail: { inputAssessment: { gr1abcdefgh: policies } } };
  const message = { role: "assistant", content: [{ text: "No." }] };
  return sampleWith("converse_guardrail_blocked", {}, {
    response: { output: { message }, stopReason: "guardrail_intervened", trace },
  });
}

function failed(errorCode: string): string {
  return sampleWith("converse_text", { errorCode, output: {} });
}

function asked(text: string): string {
  return sampleWith("converse_text", {}, { request: { messages: [{ role: "user", content: [{ text }] }] } });
}

function used({ inputTokens, outputTokens }: { inputTokens: number; outputTokens: number }): string {
  const record = JSON.parse(sampleText("converse_text"));
  record.input.inputTokenCount = inputTokens;
  record.output.outputTokenCount = outputTokens;
  record.output.outputBodyJson.usage = { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
  return JSON.stringify(record);
}

const violation = (policy: string) => [
  term("gen_ai.policy.action", "BLOCKED"),
  term("gen_ai.compliance.violation_detected", "true"),
  term("gen_ai.policy.name", policy),
];
const byModel = ["user.id", "gen_ai.request.model.id", "cloud.account.id"];
const topics = { topics: [{ name: "Burglary", type: "DENY", action: "BLOCKED" }] };
const filters = { filters: [{ type: "MISCONDUCT", confidence: "HIGH", action: "BLOCKED" }] };

/** By the rule's or hunt's id. */
export const RULE_CASES: Readonly<Record<string, RuleCase>> = {
  "f2c653b7-7daf-4774-86f2-34cdbd1fc528": {
    name: "invocations without guardrails",
    filter: [{ exists: { field: "user.id" } }],
    without: [{ exists: { field: "gen_ai.guardrail_id" } }],
    by: ["user.id"],
    count: 6,
    record: sampleText("converse_text"),
  },
  "0cd2f3e6-41da-40e6-b28b-466f688f00a6": {
    name: "violations by one user",
    filter: [term("gen_ai.compliance.violation_detected", true)],
    by: byModel,
    count: 2,
    record: sampleText("converse_guardrail_blocked"),
  },
  "f4c2515a-18bb-47ce-a768-1dc4e7b0fe6c": {
    name: "violations in one request",
    filter: [
      term("gen_ai.policy.action", "BLOCKED"),
      term("gen_ai.policy.name", "content_policy"),
      term("gen_ai.policy.name", "topic_policy"),
    ],
    by: byModel,
    count: 1,
    record: blocked({ topicPolicy: topics, contentPolicy: filters }),
  },
  "4f855297-c8e0-4097-9d97-d653f7e471c4": {
    name: "content filters that are sure",
    filter: [
      term("gen_ai.policy.action", "BLOCKED"),
      term("gen_ai.policy.name", "content_policy"),
      term("gen_ai.policy.confidence", "HIGH"),
      {
        terms: {
          "gen_ai.compliance.violation_code": ["HATE", "MISCONDUCT", "SEXUAL", "INSULTS", "PROMPT_ATTACK", "VIOLENCE"],
        },
      },
    ],
    by: ["user.id"],
    count: 6,
    record: blocked({ contentPolicy: filters }),
  },
  "b1773d05-f349-45fb-9850-287b8f92f02d": {
    name: "high consumption",
    filter: [],
    by: ["user.id"],
    count: 11,
    above: {
      asked: { metric: { max: { field: "gen_ai.usage.prompt_tokens" } }, limit: 5000 },
      answered: { metric: { avg: { field: "gen_ai.usage.completion_tokens" } }, limit: 500 },
    },
    record: used({ inputTokens: 6000, outputTokens: 600 }),
  },
  "17261da3-a6d0-463c-aac8-ea1718afcd20": {
    name: "denied models",
    filter: [term("gen_ai.response.error_code", "AccessDeniedException")],
    by: byModel,
    count: 4,
    record: failed("AccessDeniedException"),
  },
  "0e1af929-42ed-4262-a846-55a7c54e7c84": {
    name: "sensitive information",
    filter: violation("sensitive_information_policy"),
    by: ["user.id"],
    count: 6,
    record: blocked({
      sensitiveInformationPolicy: { piiEntities: [{ type: "EMAIL", match: "m", action: "BLOCKED" }] },
    }),
  },
  "266bbea8-fcf9-4b0e-ba7b-fc00f6b1dc73": {
    name: "topics",
    filter: violation("topic_policy"),
    by: ["user.id"],
    count: 6,
    record: blocked({ topicPolicy: topics }),
  },
  "725a048a-88c5-4fc7-8677-a44fc0031822": {
    name: "validation errors",
    filter: [term("gen_ai.response.error_code", "ValidationException")],
    by: ["user.id", "cloud.account.id"],
    count: 4,
    record: failed("ValidationException"),
  },
  "3216949c-9300-4c53-b57a-221e364c6457": {
    name: "words",
    filter: violation("word_policy"),
    by: ["user.id"],
    count: 6,
    record: blocked({ wordPolicy: { managedWordLists: [{ type: "PROFANITY", match: "m", action: "BLOCKED" }] } }),
  },
  "68521f99-9b4f-40ef-a4e7-4d74794852b2": {
    name: "credentials in prompts",
    filter: [
      { terms: { "event.action": ["Converse", "ConverseStream"] } },
      { regexp: { "gen_ai.prompt": "(akia|asia)[a-z0-9]{16}" } },
    ],
    by: ["user.id"],
    count: 1,
    record: asked(`Use ${"AKIA"}${"IOSFODNN7EXAMPLE"} for it.`),
  },
  "51d50385-aa3d-448c-bc48-7d6bc39108a3": {
    name: "tools of high risk",
    filter: [{ match_phrase: { "gen_ai.prompt": "/bin/bash" } }],
    by: byModel,
    count: 1,
    record: sampleWith("converse_text", {}, {
      request: {
        messages: [
          { role: "user", content: [{ text: "Tidy up." }] },
          {
            role: "assistant",
            content: [{ toolUse: { toolUseId: "1", name: "run", input: { command: "/bin/bash -c ls" } } }],
          },
          { role: "user", content: [{ toolResult: { toolUseId: "1", content: [{ text: "done" }] } }] },
        ],
      },
    }),
  },
  "00023411-192e-4472-90aa-da7562bc3f2a": {
    name: "exhaustion of resources",
    filter: [{
      bool: {
        should: ["gen_ai.usage.prompt_tokens", "gen_ai.usage.completion_tokens", "gen_ai.performance.request_size"]
          .map((field) => range(field, 8000)),
      },
    }],
    by: ["cloud.account.id"],
    count: 2,
    record: used({ inputTokens: 9000, outputTokens: 10 }),
  },
  "991b55c3-6327-4af6-8e0c-5d4870748369": {
    name: "latency",
    filter: [range("gen_ai.performance.start_response_time", 5999)],
    by: ["gen_ai.user.id"],
    count: 4,
    record: sampleText("anthropic_stream_thinking").replaceAll(/"firstByteLatency":\d+/g, '"firstByteLatency":6000'),
  },
};
