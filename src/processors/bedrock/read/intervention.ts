import { objectOf } from "./json.ts";

const REASON = "guardrail_intervened";

/** Whether a guardrail intervened: on the response, or on any element of a streamed one. */
export function hasIntervened(responseBody: unknown): boolean {
  return Array.isArray(responseBody) ? responseBody.some(isIntervention) : isIntervention(responseBody);
}

/** Direct reads instead of paths: it looks at every element of a stream. */
function isIntervention(value: unknown): boolean {
  const { stopReason, stop_reason, messageStop, delta, "amazon-bedrock-guardrailAction": action } = objectOf(value);
  return action === "INTERVENED" || stopReason === REASON || stop_reason === REASON ||
    objectOf(messageStop)["stopReason"] === REASON || objectOf(delta)["stop_reason"] === REASON;
}
