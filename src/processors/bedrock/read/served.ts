import { isObject, type JsonObject, listOf, objectOf, textOf } from "./json.ts";

/** Where a record and its bodies may say how a call was served; in a stream any of its elements. */
export interface Served {
  readonly log: unknown;
  readonly request: unknown;
  readonly response: unknown;
}

/** The tier that served a call: of the record, else of the answer, else as asked. */
export function serviceTierOf(served: Served): string | undefined {
  return firstText(served, tierIn);
}

/** The latency option of a call, found in the same way. */
export function performanceLatencyOf(served: Served): string | undefined {
  return firstText(served, latencyIn);
}

type TextIn = (value: JsonObject) => string | undefined;

function firstText({ log, request, response }: Served, textIn: TextIn): string | undefined {
  const answered = isObject(response)
    ? textIn(response)
    : textIn(objectOf(listOf(response).findLast((event) => textIn(objectOf(event)) !== undefined)));
  return textIn(objectOf(log)) ?? answered ?? textIn(objectOf(request));
}

/** Converse's objects, and OpenAI's texts, also in the state of a streamed response. Direct reads: streams have many elements. */
function tierIn({ serviceTier, service_tier, response, metadata }: JsonObject): string | undefined {
  return textOf(objectOf(serviceTier)["type"]) ?? textOf(serviceTier) ?? textOf(service_tier) ??
    textOf(objectOf(response)["service_tier"]) ?? textOf(objectOf(objectOf(metadata)["serviceTier"])["type"]);
}

function latencyIn({ performanceConfig, metadata }: JsonObject): string | undefined {
  return textOf(objectOf(performanceConfig)["latency"]) ??
    textOf(objectOf(objectOf(metadata)["performanceConfig"])["latency"]);
}
