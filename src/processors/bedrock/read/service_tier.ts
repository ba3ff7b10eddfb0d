import { isObject, listOf, textOf, valueAt } from "./json.ts";

/** Where a tier stands: Converse's objects, and OpenAI's texts, also in the state of a streamed response. */
const PLACES = [
  "serviceTier.type",
  "serviceTier",
  "service_tier",
  "response.service_tier",
  "metadata.serviceTier.type",
];

/** The tier that served a call: of the record, else of the answer (in a stream the last that says it), else as asked. */
export function serviceTierOf(
  { log, request, response }: { log: unknown; request: unknown; response: unknown },
): string | undefined {
  return tierIn(log) ?? (isObject(response) ? tierIn(response) : tierOfStream(listOf(response))) ?? tierIn(request);
}

function tierOfStream(events: readonly unknown[]): string | undefined {
  return tierIn(events.findLast((event) => tierIn(event) !== undefined));
}

function tierIn(value: unknown): string | undefined {
  for (const place of PLACES) {
    const tier = textOf(valueAt(value, place));
    if (tier !== undefined) return tier;
  }
  return undefined;
}
