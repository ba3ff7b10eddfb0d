/**
 * What guardrails did to an invocation, from the traces in the response.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailAssessment.html
 */
import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { storableKeys } from "../../../mappings/keys.ts";
import { put } from "./attributes.ts";
import type { Exchange } from "../dialects/exchange.ts";
import {
  countOf,
  doubleOf,
  isNumber,
  isObject,
  type JsonObject,
  listOf,
  NOTHING,
  objectOf,
  textOf,
  valueAt,
} from "../read/json.ts";

/** One guardrail's assessment of the input or of an output. */
interface Assessment {
  readonly id: string | undefined;
  readonly direction: "input" | "output";
  readonly value: JsonObject;
}

/** Adds the attributes of an invocation's guardrails. */
export function addGuardrails(
  attributes: InvocationAttributes,
  { requestBody, answered, intervened }: Exchange,
): void {
  const assessments = assessmentsOf(answered);
  const ids = assessments.length === 0 ? undefined : idsOf(assessments);
  put(attributes, "aws.bedrock.guardrail.id", guardrailIdOf(requestBody, ids));
  if (assessments.length === 0) return;
  put(attributes, "gen_ai.guardrail_id", ids);
  addMetrics(attributes, assessments);
  if (intervened) addFindings(attributes, assessments);
}

function idsOf(assessments: readonly Assessment[]): string[] | undefined {
  return sorted(assessments.map(({ id }) => id));
}

function guardrailIdOf(requestBody: JsonObject | undefined, ids: readonly string[] | undefined): string | undefined {
  const named = textOf(valueAt(requestBody, "guardrailConfig.guardrailIdentifier"));
  // An id, or an ARN that ends with it.
  return named?.slice(named.lastIndexOf("/") + 1) ?? ids?.[0];
}

function assessmentsOf(answered: readonly JsonObject[]): Assessment[] {
  const assessments: Assessment[] = [];
  for (const element of answered) {
    const trace = traceOf(element);
    if (trace === NOTHING) continue;
    for (const input of [trace["inputAssessment"], trace["input"]]) {
      collect(input, { direction: "input", id: undefined, assessments });
    }
    for (const output of [trace["outputAssessments"], trace["outputs"]]) {
      collect(output, { direction: "output", id: undefined, assessments });
    }
  }
  return assessments;
}

/** `trace` may be the setting of the request: "ENABLED". */
function traceOf({ trace, "amazon-bedrock-trace": own, metadata }: JsonObject): JsonObject {
  return guardrailIn(trace) ?? guardrailIn(own) ?? guardrailIn(objectOf(metadata)["trace"]) ?? NOTHING;
}

function guardrailIn(trace: unknown): JsonObject | undefined {
  const { guardrail } = objectOf(trace);
  return isObject(guardrail) ? guardrail : undefined;
}

/** Collects from a map of assessments by id, a map of lists of them, or a list of either. */
function collect(
  value: unknown,
  { direction, id, assessments }: Omit<Assessment, "value"> & { assessments: Assessment[] },
): void {
  for (const element of Array.isArray(value) ? value : [value]) {
    if (!isObject(element)) continue;
    if (id !== undefined || isAssessment(element)) assessments.push({ id, direction, value: element });
    else for (const [key, inner] of Object.entries(element)) collect(inner, { direction, id: key, assessments });
  }
}

function isAssessment(value: JsonObject): boolean {
  return Object.keys(value).some((key) => key === "invocationMetrics" || POLICY_NAMES.has(key));
}

/** `topicPolicy` -> `topic_policy`. */
const POLICY_NAMES: ReadonlyMap<string, string> = new Map([
  ["topicPolicy", "topic_policy"],
  ["contentPolicy", "content_policy"],
  ["wordPolicy", "word_policy"],
  ["sensitiveInformationPolicy", "sensitive_information_policy"],
  ["contextualGroundingPolicy", "contextual_grounding_policy"],
  ["automatedReasoningPolicy", "automated_reasoning_policy"],
]);

/** Names of the policies that found something in a response, or in the elements of a stream. */
export function policiesThatFound(answered: readonly JsonObject[]): string[] {
  return sorted(findingsOf(assessmentsOf(answered)).map(({ name }) => name)) ?? [];
}

function findingsOf(assessments: readonly Assessment[]) {
  return assessments.flatMap(({ value, direction }) =>
    Object.entries(value).flatMap(([key, policy]) => {
      const name = POLICY_NAMES.get(key);
      if (name === undefined || !isObject(policy)) return [];
      const details = Object.values(policy).flatMap(listOf).filter(isObject).filter(isFinding);
      return details.map((detail) => ({ name, direction, detail }));
    })
  );
}

/** What the policies found, over all assessments. */
function addFindings(attributes: InvocationAttributes, assessments: readonly Assessment[]): void {
  const found = findingsOf(assessments);
  const codes = sorted(found.map(({ detail }) => textOf(detail["type"])));
  put(attributes, "gen_ai.policy.name", sorted(found.map(({ name }) => name)));
  put(attributes, "gen_ai.policy.action", sorted(found.map(({ detail }) => textOf(detail["action"]))));
  put(attributes, "gen_ai.policy.confidence", sorted(found.map(({ detail }) => textOf(detail["confidence"]))));
  put(attributes, "gen_ai.policy.direction", sorted(found.map(({ direction }) => direction)));
  put(attributes, "gen_ai.compliance.violation_code", codes);
  if (codes !== undefined) attributes["gen_ai.compliance.violation_detected"] = true;
  const matches = found.filter(({ name, detail }) =>
    textOf(detail["match"]) !== undefined || name === "contextual_grounding_policy"
  );
  put(attributes, "gen_ai.policy.match_detail", distinctDetails(matches.map(({ detail }) => detail)));
}

/**
 * An assessment also lists filters that found nothing, and claims that automated reasoning found to be valid or could not
 * look at. A filter that only observes finds without acting.
 */
function isFinding({ detected, action, valid, noTranslations }: JsonObject): boolean {
  if (isObject(valid) || isObject(noTranslations)) return false;
  return detected === undefined || detected === null ? action !== "NONE" : detected !== false;
}

/** The details' plain values; details that are equal once. */
function distinctDetails(details: readonly JsonObject[]): unknown[] | undefined {
  if (details.length === 0) return undefined;
  const distinct = new Map<string, unknown>();
  for (const detail of details) {
    const plain = Object.fromEntries(
      storableKeys(
        Object.entries(detail).filter(([, value]) => isNumber(value) || (value !== null && typeof value !== "object")),
      ),
    );
    distinct.set(JSON.stringify(plain), plain);
  }
  return [...distinct.values()];
}

const PREFIX = "aws_bedrock.invocation.guardrail";
/** What an assessment measures, by its path in `invocationMetrics`. */
const COUNTS = {
  "usage.topicPolicyUnits": `${PREFIX}.units.topic_policy`,
  "usage.contentPolicyUnits": `${PREFIX}.units.content_policy`,
  "usage.wordPolicyUnits": `${PREFIX}.units.word_policy`,
  "usage.sensitiveInformationPolicyUnits": `${PREFIX}.units.sensitive_information_policy`,
  "usage.sensitiveInformationPolicyFreeUnits": `${PREFIX}.units.sensitive_information_policy_free`,
  "usage.contextualGroundingPolicyUnits": `${PREFIX}.units.contextual_grounding_policy`,
  "usage.contentPolicyImageUnits": `${PREFIX}.units.content_policy_images`,
  "usage.automatedReasoningPolicyUnits": `${PREFIX}.units.automated_reasoning_policy`,
  "usage.automatedReasoningPolicies": `${PREFIX}.automated_reasoning_policies`,
  "guardrailCoverage.textCharacters.guarded": `${PREFIX}.coverage.text_characters.guarded`,
  "guardrailCoverage.textCharacters.total": `${PREFIX}.coverage.text_characters.total`,
  "guardrailCoverage.images.guarded": `${PREFIX}.coverage.images.guarded`,
  "guardrailCoverage.images.total": `${PREFIX}.coverage.images.total`,
} as const;

/** Time and units of all assessments together. */
function addMetrics(attributes: InvocationAttributes, assessments: readonly Assessment[]): void {
  for (const { invocationMetrics } of assessments.map(({ value }) => value)) {
    const latency = doubleOf(valueAt(invocationMetrics, "guardrailProcessingLatency"));
    add(attributes, `${PREFIX}.latency_ms`, Math.round(latency ?? NaN));
    for (const [path, attribute] of Object.entries(COUNTS)) {
      add(attributes, attribute, valueAt(invocationMetrics, path));
    }
  }
}

type CountName = Extract<
  keyof InvocationAttributes,
  `${typeof PREFIX}.${"latency_ms" | "automated_reasoning_policies" | `units.${string}` | `coverage.${string}`}`
>;

function add(attributes: InvocationAttributes, name: CountName, value: unknown): void {
  put(attributes, name, countOf((attributes[name] ?? 0) + (countOf(value) ?? NaN)));
}

/** The distinct strings, sorted; undefined when there are none. */
function sorted(values: readonly (string | undefined)[]): string[] | undefined {
  const distinct = [...new Set(values)].filter((value) => value !== undefined).sort();
  return distinct.length > 0 ? distinct : undefined;
}
