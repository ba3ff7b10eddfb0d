import { valueAt } from "./json.ts";

/** Whether a guardrail intervened: on the response, or on any element of a streamed one. */
export function hasIntervened(responseBody: unknown): boolean {
  return Array.isArray(responseBody) ? responseBody.some(isIntervention) : isIntervention(responseBody);
}

/** Where a body, or an element of a stream, has its reason to stop. */
const REASONS = ["stopReason", "stop_reason", "messageStop.stopReason", "delta.stop_reason"];

function isIntervention(value: unknown): boolean {
  return valueAt(value, "amazon-bedrock-guardrailAction") === "INTERVENED" ||
    REASONS.some((path) => valueAt(value, path) === "guardrail_intervened");
}
