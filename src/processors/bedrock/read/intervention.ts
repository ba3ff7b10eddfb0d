import { isObject, objectOf } from "./json.ts";

/** Whether a guardrail intervened: on the response, or on any element of a streamed one. */
export function hasIntervened(responseBody: unknown): boolean {
  return Array.isArray(responseBody) ? responseBody.some(saysIntervened) : saysIntervened(responseBody);
}

function saysIntervened(value: unknown): boolean {
  if (!isObject(value)) return false;
  return value["amazon-bedrock-guardrailAction"] === "INTERVENED" ||
    value["stopReason"] === "guardrail_intervened" ||
    value["stop_reason"] === "guardrail_intervened" ||
    objectOf(value["messageStop"])["stopReason"] === "guardrail_intervened" ||
    objectOf(value["delta"])["stop_reason"] === "guardrail_intervened";
}
