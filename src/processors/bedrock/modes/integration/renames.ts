import { isObject } from "../../read/json.ts";

/** Names of Bedrock's that the integration writes its own way; every other name stays as logged. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["modelId", "model_id"],
  ["inputBodyJson", "input_body_json"],
  ["inputContentType", "input_content_type"],
  ["inputTokenCount", "input_token_count"],
  ["outputBodyJson", "output_body_json"],
  ["outputContentType", "output_content_type"],
  ["outputTokenCount", "output_token_count"],
  ["requestId", "request_id"],
  ["schemaType", "schema_type"],
  ["schemaVersion", "schema_version"],
  ["errorCode", "error_code"],
  ["imageGenerationConfig", "image_generation_config"],
  ["cfgScale", "cfg_scale"],
  ["numberOfImages", "number_of_images"],
  ["imageVariationParams", "image_variation_params"],
  ["inputBodyS3Path", "input_body_s3_path"],
  ["outputBodyS3Path", "output_body_s3_path"],
  ["taskType", "task_type"],
  ["finishReason", "finish_reason"],
  ["amazon-bedrock-invocationMetrics", "amazon_bedrock_invocation_metrics"],
  ["firstByteLatency", "first_byte_latency"],
  ["invocationLatency", "invocation_latency"],
  ["amazon-bedrock-guardrailAction", "amazon_bedrock_guardrail_action"],
  ["amazon-bedrock-trace", "amazon_bedrock_trace"],
  ["contentPolicy", "content_policy"],
  ["wordPolicy", "word_policy"],
  ["topicPolicy", "topic_policy"],
  ["customWords", "custom_words"],
  ["sensitiveInformationPolicy", "sensitive_information_policy"],
  ["contextualGroundingPolicy", "contextual_grounding_policy"],
  ["invocationMetrics", "invocation_metrics"],
  ["guardrailCoverage", "guardrail_coverage"],
  ["textCharacters", "text_characters"],
  ["guardrailProcessingLatency", "guardrail_processing_latency"],
  ["contentPolicyUnits", "content_policy_units"],
  ["contextualGroundingPolicyUnits", "contextual_grounding_policy_units"],
  ["sensitiveInformationPolicyFreeUnits", "sensitive_information_policy_free_units"],
  ["sensitiveInformationPolicyUnits", "sensitive_information_policy_units"],
  ["topicPolicyUnits", "topic_policy_units"],
  ["wordPolicyUnits", "word_policy_units"],
  ["piiEntities", "pii_entities"],
  ["normalizeIndex", "normalize_index"],
  ["latencyMs", "latency_ms"],
  ["stopReason", "stop_reason"],
]);

/** Levels of lists and objects that are walked; the stack ends where a hostile record does not. */
export const MAX_LEVELS = 500;

/** A copy of a value with the integration's names in it. */
export function renamed(value: unknown, level = 0): unknown {
  if (level === MAX_LEVELS) return value;
  if (Array.isArray(value)) return value.map((element) => renamed(element, level + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [NAMES.get(name) ?? name, renamed(member, level + 1)]),
  );
}
