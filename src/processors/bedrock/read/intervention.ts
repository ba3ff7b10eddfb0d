import { type JsonObject, objectOf } from "./json.ts";

const REASON = "guardrail_intervened";

/** Whether a response, or an element of a streamed one, says that a guardrail intervened. */
export function isIntervention(element: JsonObject): boolean {
  const { stopReason, stop_reason, messageStop, delta, "amazon-bedrock-guardrailAction": action } = element;
  return action === "INTERVENED" || stopReason === REASON || stop_reason === REASON ||
    objectOf(messageStop)["stopReason"] === REASON || objectOf(delta)["stop_reason"] === REASON;
}
