import { type JsonObject, lastText, objectOf, textOf } from "./json.ts";

/** Where a record and its bodies may say how a call was served. */
export interface Served {
  readonly log: JsonObject;
  readonly request: unknown;
  /** The response, or the elements of a stream. */
  readonly answered: readonly JsonObject[];
}

/** The tier that served a call: of the record, else of the answer, else as asked. */
export function serviceTierOf(served: Served): string | undefined {
  return firstText(served, tierIn);
}

/** The latency option of a call, found in the same way. */
export function performanceLatencyOf(served: Served): string | undefined {
  return firstText(served, latencyIn);
}

function firstText(
  { log, request, answered }: Served,
  textIn: (object: JsonObject) => string | undefined,
): string | undefined {
  return textIn(log) ?? lastText(answered, textIn) ?? textIn(objectOf(request));
}

/** Converse's objects, and OpenAI's texts, also in the state of a streamed response. */
function tierIn({ serviceTier, service_tier, response, metadata }: JsonObject): string | undefined {
  return textOf(objectOf(serviceTier)["type"]) ?? textOf(serviceTier) ?? textOf(service_tier) ??
    textOf(objectOf(response)["service_tier"]) ?? textOf(objectOf(objectOf(metadata)["serviceTier"])["type"]);
}

function latencyIn({ performanceConfig, metadata }: JsonObject): string | undefined {
  return textOf(objectOf(performanceConfig)["latency"]) ??
    textOf(objectOf(objectOf(metadata)["performanceConfig"])["latency"]);
}
