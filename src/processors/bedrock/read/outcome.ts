import { sideValueOf } from "./body_value.ts";
import { failureBeside, failureIn } from "./failure.ts";
import { isIntervention } from "./intervention.ts";
import { isObject, type JsonObject, labelOf, objectOf } from "./json.ts";
import { metricsOf } from "./metrics.ts";
import type { Invocation, Outcome } from "./record.ts";

/** How an invocation went, found once: its severity, its attributes and its summary say it, and a stream is long. */
export function outcomeOf(invocation: Invocation): Outcome {
  return invocation.outcome ??= findOutcome(invocation);
}

function findOutcome(invocation: Invocation): Outcome {
  const answered = answeredIn(sideValueOf(invocation, "output"));
  return {
    answered,
    failure: labelOf(invocation.log["errorCode"]) ?? failureIn(answered) ?? failureBeside(invocation.log),
    intervened: answered.some(isIntervention),
    metrics: metricsOf(answered),
  };
}

function answeredIn(responseBody: unknown): readonly JsonObject[] {
  if (isObject(responseBody)) return [responseBody];
  const answered: JsonObject[] = [];
  if (!Array.isArray(responseBody)) return answered;
  for (const element of responseBody) if (isObject(element) && !isPiece(element)) answered.push(element);
  return answered;
}

/** Whether an element of a stream is a piece of the answer, as Anthropic and Converse write it, and says nothing else. */
function isPiece(element: JsonObject): boolean {
  const { type, delta } = element;
  if (type !== undefined && type !== "content_block_delta") return false;
  for (const name in element) {
    if (name !== "type" && name !== "index" && name !== "delta" && name !== "contentBlockDelta") return false;
  }
  return objectOf(delta)["stop_reason"] === undefined;
}
