/** What guardrails found, by the integration's rules; `bodies` are under the integration's names. */
import { storableKeys } from "../../../../mappings/keys.ts";
import { isNumber, isObject, type JsonObject, listOf, NOTHING, objectOf, textOf } from "../../read/json.ts";
import { sortedJsonOf } from "./sorted_json.ts";

/** Members of `gen_ai` about guardrails. */
export interface GuardrailFindings {
  readonly guardrail_id: readonly string[];
  readonly policy?: JsonObject;
  readonly compliance?: JsonObject;
}

/** Reads the traces on the response, or on the elements of a streamed one. */
export function guardrailFindingsOf(bodies: readonly JsonObject[]): GuardrailFindings {
  const traces = bodies.map((body) => ({
    converse: guardrailOf(body["trace"]),
    invoke: guardrailOf(body["amazon_bedrock_trace"]),
  })).filter(({ converse, invoke }) => converse !== NOTHING || invoke !== NOTHING);
  const inputs = traces.flatMap(({ converse, invoke }) => [converse["inputAssessment"], invoke["input"]]);
  const ids = { guardrail_id: distinct(inputs.filter(isObject).flatMap(Object.keys)) };
  const found = traces.flatMap(({ converse, invoke }) => [
    ...findingsIn(converse["inputAssessment"]),
    ...findingsIn(converse["outputAssessments"]),
    ...findingsIn(invoke["input"]),
    ...findingsIn(invoke["outputs"]),
  ]);
  const codes = distinct(found.map(({ detail }) => detail["type"]));
  const matched = found.filter(({ policy, detail }) =>
    (detail["match"] ?? undefined) !== undefined || policy === "contextual_grounding_policy"
  );
  return {
    ...ids,
    policy: {
      name: distinct(found.map(({ policy }) => policy)),
      action: distinct(found.map(({ detail }) => detail["action"])),
      confidence: distinct(found.map(({ detail }) => detail["confidence"])),
      match_detail: distinctDetails(matched.map(({ detail }) => detail)),
    },
    // What a guardrail only observed is named, and is no violation.
    compliance: {
      violation_code: codes,
      violation_detected: codes.length > 0 && bodies.some(hasIntervened) || undefined,
    },
  };
}

/** `stopReason` was renamed to `stop_reason` before. */
function hasIntervened(body: JsonObject): boolean {
  return body["amazon_bedrock_guardrail_action"] === "INTERVENED" || body["stop_reason"] === "guardrail_intervened";
}

function guardrailOf(trace: unknown): JsonObject {
  return objectOf(objectOf(trace)["guardrail"]);
}

interface Finding {
  readonly policy: string;
  readonly detail: JsonObject;
}

/** Findings in a map of assessments by guardrail, in a list of such maps, or in a map of lists of assessments. */
function findingsIn(assessments: unknown): Finding[] {
  return objectsIn(assessments).flatMap(Object.values).flatMap(objectsIn).flatMap((assessment) =>
    Object.entries(assessment).filter(([name]) => name.endsWith("_policy")).flatMap(([policy, value]) =>
      Object.values(objectOf(value)).flatMap(listOf).filter(isObject).map((detail) => ({ policy, detail }))
    )
  );
}

function objectsIn(value: unknown): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

/** The distinct texts, sorted. */
function distinct(values: readonly unknown[]): string[] {
  return [...new Set(values.map(textOf))].filter((text) => text !== undefined).sort();
}

/** The details' plain values; details that are equal once. */
function distinctDetails(details: readonly JsonObject[]): JsonObject[] {
  const distinct = new Map<string | undefined, JsonObject>();
  for (const detail of details) {
    const values = Object.entries(detail).filter(([, value]) => isNumber(value) || typeof value !== "object");
    const plain = Object.fromEntries(storableKeys(values));
    const key = sortedJsonOf(plain);
    if (!distinct.has(key)) distinct.set(key, plain);
  }
  return [...distinct.values()];
}
