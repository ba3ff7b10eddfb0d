import { sideValueOf } from "./body_value.ts";
import { failureBeside, failureIn } from "./failure.ts";
import { hasIntervened } from "./intervention.ts";
import { labelOf } from "./json.ts";
import { metricsOf } from "./metrics.ts";
import type { Invocation, Outcome } from "./record.ts";

/** How an invocation went, found once: its severity, its attributes and its summary say it, and a stream is long. */
export function outcomeOf(invocation: Invocation): Outcome {
  return invocation.outcome ??= findOutcome(invocation);
}

function findOutcome(invocation: Invocation): Outcome {
  const responseBody = sideValueOf(invocation, "output");
  return {
    failure: labelOf(invocation.log["errorCode"]) ?? failureIn(responseBody) ?? failureBeside(invocation.log),
    intervened: hasIntervened(responseBody),
    metrics: metricsOf(responseBody),
  };
}
