import { isObject, setMember } from "../../read/json.ts";

/** Names of Bedrock's that the integration writes in snake case; every other name stays as logged. */
const RENAMED = [
  ...["modelId", "inputBodyJson", "inputContentType", "inputTokenCount", "outputBodyJson", "outputContentType"],
  ...["outputTokenCount", "requestId", "schemaType", "schemaVersion", "errorCode", "imageGenerationConfig"],
  ...["cfgScale", "numberOfImages", "imageVariationParams", "inputBodyS3Path", "outputBodyS3Path", "taskType"],
  ...["finishReason", "amazon-bedrock-invocationMetrics", "firstByteLatency", "invocationLatency"],
  ...["amazon-bedrock-guardrailAction", "amazon-bedrock-trace", "contentPolicy", "wordPolicy", "topicPolicy"],
  ...["customWords", "sensitiveInformationPolicy", "contextualGroundingPolicy", "invocationMetrics"],
  ...["guardrailCoverage", "textCharacters", "guardrailProcessingLatency", "contentPolicyUnits"],
  ...["contextualGroundingPolicyUnits", "sensitiveInformationPolicyFreeUnits", "sensitiveInformationPolicyUnits"],
  ...["topicPolicyUnits", "wordPolicyUnits", "piiEntities", "normalizeIndex", "latencyMs", "stopReason"],
];
const NAMES: ReadonlyMap<string, string> = new Map(RENAMED.map((name) => [name, snakeCase(name)]));

/** `amazon-bedrock-guardrailAction` -> `amazon_bedrock_guardrail_action`, `inputBodyS3Path` -> `input_body_s3_path` */
function snakeCase(name: string): string {
  return name.replaceAll("-", "_").replace(/(?<=[a-z0-9])[A-Z]/g, "_$&").toLowerCase();
}

/** A name of Bedrock's as the integration writes it. */
export function renamedKey(name: string): string {
  return NAMES.get(name) ?? name;
}

/** Levels of lists and objects that are walked: a hostile record could overflow the stack. */
export const MAX_LEVELS = 500;

/** A copy of a value with the integration's names in it. */
export function renamed(value: unknown, level = 0): unknown {
  if (level === MAX_LEVELS) return value;
  if (Array.isArray(value)) return value.map((element) => renamed(element, level + 1));
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) setMember(copy, renamedKey(name), renamed(value[name], level + 1));
  return copy;
}
