/** Tokens that an invocation used: the places where they are counted, and how the counts become one. */
import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { countOf, isObject, type JsonObject, listOf, objectOf, valueAt } from "../read/json.ts";

/** Tokens as one place counts them. */
export interface Usage {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheWrite: number | undefined;
  readonly reasoning: number | undefined;
  /** Of `cacheWrite`, what is kept for five minutes and for an hour. */
  readonly cacheWrite5m: number | undefined;
  readonly cacheWrite1h: number | undefined;
  /** Of input, output and what was read from the cache: by modality, where the place tells. */
  readonly modalities: ModalityCounts | undefined;
  /** Whether `input` counts the cached tokens too, as far as the place's spelling tells. */
  readonly includesCached: boolean | undefined;
}

/** The counts of each modality, by the attribute's name in OpenTelemetry's conventions. */
export type ModalityCounts = Pick<InvocationAttributes, ModalityName>;
type ModalityName = `gen_ai.usage.${"text" | "image" | "audio"}.${
  | "input_tokens"
  | "output_tokens"
  | "cache_read.input_tokens"}`;

const METRICS = "amazon-bedrock-invocationMetrics";

/**
 * Where a response body has its counts, in the order in which they count: the model's own `usage` (Anthropic and OpenAI's
 * responses; Converse; OpenAI's chat completions; Cohere's newer answers), Cohere's `meta`, Llama, Titan, Nova Sonic, and what
 * Bedrock measured.
 */
const PLACES: Readonly<
  Record<Exclude<keyof Usage, "includesCached" | "cacheWrite5m" | "cacheWrite1h" | "modalities">, readonly string[]>
> = {
  input: [
    ...["usage.input_tokens", "usage.inputTokens", "usage.prompt_tokens"],
    ...["usage.tokens.input_tokens", "usage.billed_units.input_tokens"],
    ...["meta.tokens.input_tokens", "meta.billed_units.input_tokens"],
    ...["prompt_token_count", "inputTextTokenCount", "usageEvent.totalInputTokens", `${METRICS}.inputTokenCount`],
  ],
  output: [
    ...["usage.output_tokens", "usage.outputTokens", "usage.completion_tokens"],
    ...["usage.tokens.output_tokens", "usage.billed_units.output_tokens"],
    ...["meta.tokens.output_tokens", "meta.billed_units.output_tokens"],
    ...["generation_token_count", "usageEvent.totalOutputTokens", `${METRICS}.outputTokenCount`],
  ],
  cacheRead: [
    ...["usage.input_tokens_details.cached_tokens", "usage.prompt_tokens_details.cached_tokens"],
    // Writer; Moonshot AI; DeepSeek.
    ...["usage.prompt_token_details.cached_tokens", "usage.cached_tokens", "usage.prompt_cache_hit_tokens"],
    ...["usage.cache_read_input_tokens", "usage.cacheReadInputTokens", "usage.cacheReadInputTokenCount"],
    `${METRICS}.cacheReadInputTokenCount`,
  ],
  cacheWrite: [
    ...["usage.input_tokens_details.cache_write_tokens", "usage.prompt_tokens_details.cache_write_tokens"],
    ...["usage.cache_creation_input_tokens", "usage.cacheWriteInputTokens", "usage.cacheWriteInputTokenCount"],
    `${METRICS}.cacheWriteInputTokenCount`,
  ],
  reasoning: [
    ...["usage.output_tokens_details.reasoning_tokens", "usage.completion_tokens_details.reasoning_tokens"],
    ...["usage.output_tokens_details.thinking_tokens", "usage.reasoning_tokens"],
  ],
};

/** Paths that begin alike, by the name with which they do: a body lacks most of these names. */
type Places = readonly { readonly name: string; readonly inner: readonly (readonly string[])[] }[];

function placesOf(paths: readonly string[]): Places {
  const places: { name: string; inner: string[][] }[] = [];
  for (const [name = "", ...inner] of paths.map((path) => path.split("."))) {
    const last = places.at(-1);
    if (last?.name === name) last.inner.push(inner);
    else places.push({ name, inner: [inner] });
  }
  return places;
}

const COUNTS = {
  input: placesOf(PLACES.input),
  output: placesOf(PLACES.output),
  cacheRead: placesOf(PLACES.cacheRead),
  cacheWrite: placesOf(PLACES.cacheWrite),
  reasoning: placesOf(PLACES.reasoning),
};

/** Objects with a count for each modality: in the usage of OpenAI's APIs, and in that of Nova Sonic. */
const DETAILS = {
  input: ["input_tokens_details", "prompt_tokens_details"],
  output: ["output_tokens_details", "completion_tokens_details"],
  cached: "cached_tokens_details",
  event: "details.total",
} as const;

/** Other members of a usage that count cached tokens as part of the input. */
const CACHED_PARTS = ["prompt_token_details", "cached_tokens", "prompt_cache_hit_tokens"];

/** Names of the counts in them. */
const MODALITIES = Object.entries({
  text: ["text_tokens", "textTokens"],
  image: ["image_tokens"],
  audio: ["audio_tokens", "speechTokens"],
});

/** Names of all members with counts, from the tables. */
export const USAGE_NAMES: readonly string[] = [
  ...[...Object.values(PLACES), ...Object.values(DETAILS)].flat().flatMap((path) => path.split(".")),
  ...MODALITIES.flatMap(([, names]) => names),
  ...["cache_creation", "ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens"],
];

/** Where a body counts nothing. */
export const NO_USAGE: Usage = {
  input: undefined,
  output: undefined,
  cacheRead: undefined,
  cacheWrite: undefined,
  reasoning: undefined,
  cacheWrite5m: undefined,
  cacheWrite1h: undefined,
  modalities: undefined,
  includesCached: undefined,
};

/** The counts in a response body, or in what Bedrock measured of it. */
export function usageOf(body: unknown): Usage {
  if (!isObject(body)) return NO_USAGE;
  const details = detailsIn(body);
  const [cacheWrite5m, cacheWrite1h] = [writtenFor("5m", body), writtenFor("1h", body)];
  return {
    input: firstCount(body, COUNTS.input),
    output: firstCount(body, COUNTS.output),
    cacheRead: firstCount(body, COUNTS.cacheRead),
    // Some places count only how long what was written is kept.
    cacheWrite: firstCount(body, COUNTS.cacheWrite) ?? sumOf(cacheWrite5m, cacheWrite1h),
    reasoning: firstCount(body, COUNTS.reasoning),
    cacheWrite5m,
    cacheWrite1h,
    modalities: modalitiesIn(details),
    // What details of the input count is part of it.
    includesCached: details.isOfUsage && (details.input !== undefined || hasCachedPart(body)) ? true : undefined,
  };
}

/** The objects with details; most bodies have none. */
interface Details {
  readonly input: unknown;
  readonly output: unknown;
  readonly isOfUsage: boolean;
}

function detailsIn({ usage, usageEvent }: JsonObject): Details {
  if (isObject(usage)) {
    return { input: eitherOf(usage, DETAILS.input), output: eitherOf(usage, DETAILS.output), isOfUsage: true };
  }
  const { input, output } = objectOf(valueAt(usageEvent, DETAILS.event));
  return { input, output, isOfUsage: false };
}

function hasCachedPart({ usage }: JsonObject): boolean {
  return CACHED_PARTS.some((name) => objectOf(usage)[name] !== undefined);
}

function sumOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}

function eitherOf(object: JsonObject, [one, other]: readonly [string, string]): unknown {
  return object[one] === undefined ? object[other] : object[one];
}

function modalitiesIn({ input, output }: Details): ModalityCounts | undefined {
  if (!isObject(input) && !isObject(output)) return undefined;
  const counts: Record<string, number> = {};
  const kinds = [
    ["input_tokens", input],
    ["output_tokens", output],
    ["cache_read.input_tokens", objectOf(input)[DETAILS.cached]],
  ] as const;
  for (const [kind, details] of kinds) {
    for (const [modality, names] of MODALITIES) {
      const count = names.map((name) => countOf(objectOf(details)[name])).find((found) => found !== undefined);
      if (count !== undefined) counts[`gen_ai.usage.${modality}.${kind}`] = count;
    }
  }
  return counts;
}

/** What was written to the cache for so long: in Converse's list, or in Anthropic's object. */
function writtenFor(ttl: "5m" | "1h", { usage }: JsonObject): number | undefined {
  const { cacheDetails, cache_creation } = objectOf(usage);
  if (cacheDetails === undefined && cache_creation === undefined) return undefined;
  const details = listOf(cacheDetails).filter((each) => objectOf(each)["ttl"] === ttl);
  const counts = details.map((each) => countOf(objectOf(each)["inputTokens"])).filter((count) => count !== undefined);
  if (counts.length > 0) return countOf(counts.reduce((sum, count) => sum + count));
  return countOf(objectOf(cache_creation)[`ephemeral_${ttl}_input_tokens`]);
}

/** The first count that is not 0: a place that counts nothing gives way to one that does. */
function firstCount(body: JsonObject, places: Places): number | undefined {
  let zero: number | undefined;
  for (const { name, inner } of places) {
    const outer = body[name];
    if (outer === undefined) continue;
    for (const names of inner) {
      let value: unknown = outer;
      for (const member of names) value = objectOf(value)[member];
      const count = countOf(value);
      if (count !== undefined && count > 0) return count;
      zero ??= count;
    }
  }
  return zero;
}

/** The first of two counts that is not 0. */
function either(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined) return other;
  return one === 0 && other !== undefined ? other : one;
}

/** What an invocation used, in the words of OpenTelemetry's conventions: `input` counts the cached tokens too. */
export type TokenCounts = Omit<Usage, "includesCached">;

export interface UsageSources {
  /** The members `input` and `output` of the record: Bedrock's own totals, which come first. */
  readonly input: JsonObject;
  readonly output: JsonObject;
  /** Of the response body. */
  readonly body: Usage;
  /** As Bedrock measured it. */
  readonly measured: Usage;
  /** Whether the call was a `ConverseStream` of one of OpenAI's models. */
  readonly isOpenAiStream: boolean;
}

/** One count of each kind out of all places. */
export function tokenCountsOf({ input, output, body, measured, isOpenAiStream }: UsageSources): TokenCounts {
  const logged = countOf(input["inputTokenCount"]);
  const cacheRead = either(either(countOf(input["cacheReadInputTokenCount"]), body.cacheRead), measured.cacheRead);
  const cacheWrite = either(either(countOf(input["cacheWriteInputTokenCount"]), body.cacheWrite), measured.cacheWrite);
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const own = either(either(logged, body.input), measured.input);
  const includesCached = own === (body.input ?? measured.input)
    ? includesCachedTokens({ input: own, cached, includesCached: body.includesCached, isOpenAiStream })
    // The log's total is the body's with the cached tokens, or without them.
    : own !== undefined && body.input !== undefined && own === body.input + cached;
  return {
    input: own === undefined ? undefined : countOf(includesCached ? own : own + cached),
    output: either(either(countOf(output["outputTokenCount"]), body.output), measured.output),
    cacheRead,
    cacheWrite,
    reasoning: body.reasoning,
    modalities: body.modalities,
    cacheWrite5m: body.cacheWrite5m,
    cacheWrite1h: body.cacheWrite1h,
  };
}

/**
 * Whether the input counts the cached tokens too, which it cannot if it is smaller. A sum of input and output beside them
 * does not tell: Bedrock writes it with the cached tokens and without.
 */
function includesCachedTokens({ input = 0, cached, includesCached, isOpenAiStream }: {
  input: number | undefined;
  cached: number;
  includesCached: boolean | undefined;
  isOpenAiStream: boolean;
}): boolean {
  // Such a stream counts cached tokens as input too; the same call without a stream does not.
  return input >= cached && (isOpenAiStream || includesCached === true);
}
