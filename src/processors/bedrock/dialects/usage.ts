import { countOf, type JsonObject, objectOf } from "../read/json.ts";

/** Tokens as a response body counts them. */
export interface Usage {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheWrite: number | undefined;
  readonly reasoning: number | undefined;
}

/** Where a body counts nothing. */
export const NO_USAGE: Usage = {
  input: undefined,
  output: undefined,
  cacheRead: undefined,
  cacheWrite: undefined,
  reasoning: undefined,
};

/** Reads a `usage` object in any of the spellings in use. */
export function usageOf(value: unknown): Usage {
  const usage = objectOf(value);
  return {
    input: first(usage, ["input_tokens", "inputTokens", "prompt_tokens"]),
    output: first(usage, ["output_tokens", "outputTokens", "completion_tokens"]),
    cacheRead: first(usage, ["cache_read_input_tokens", "cacheReadInputTokens", "cacheReadInputTokenCount"]),
    cacheWrite: first(usage, ["cache_creation_input_tokens", "cacheWriteInputTokens", "cacheWriteInputTokenCount"]),
    reasoning: countOf(objectOf(usage["completion_tokens_details"])["reasoning_tokens"]),
  };
}

function first(usage: JsonObject, names: readonly string[]): number | undefined {
  for (const name of names) {
    const count = countOf(usage[name]);
    if (count !== undefined) return count;
  }
  return undefined;
}
