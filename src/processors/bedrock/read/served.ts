import { isObject, listOf, textOf, valueAt } from "./json.ts";

/** Where a record and its bodies may say how a call was served; in a stream any of its elements. */
export interface Served {
  readonly log: unknown;
  readonly request: unknown;
  readonly response: unknown;
}

/** Where a tier stands: Converse's objects, and OpenAI's texts, also in the state of a streamed response. */
const TIERS = ["serviceTier.type", "serviceTier", "service_tier", "response.service_tier", "metadata.serviceTier.type"];
const LATENCIES = ["performanceConfig.latency", "metadata.performanceConfig.latency"];

/** The tier that served a call: of the record, else of the answer, else as asked. */
export function serviceTierOf(served: Served): string | undefined {
  return firstText(served, TIERS);
}

/** The latency option of a call, found in the same way. */
export function performanceLatencyOf(served: Served): string | undefined {
  return firstText(served, LATENCIES);
}

function firstText({ log, request, response }: Served, places: readonly string[]): string | undefined {
  const answered = isObject(response)
    ? textAt(response, places)
    : textAt(listOf(response).findLast((event) => textAt(event, places) !== undefined), places);
  return textAt(log, places) ?? answered ?? textAt(request, places);
}

function textAt(value: unknown, places: readonly string[]): string | undefined {
  for (const place of places) {
    const text = textOf(valueAt(value, place));
    if (text !== undefined) return text;
  }
  return undefined;
}
