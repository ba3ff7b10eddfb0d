import { countOf, valueAt } from "../read/json.ts";

/** Tokens as a response body counts them. */
export interface Usage {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheWrite: number | undefined;
  readonly reasoning: number | undefined;
}

/** Where a `usage` object has its counts, in all spellings. */
const PATHS: Readonly<Record<keyof Usage, readonly string[]>> = {
  input: ["input_tokens", "inputTokens", "prompt_tokens"],
  output: ["output_tokens", "outputTokens", "completion_tokens"],
  cacheRead: ["cache_read_input_tokens", "cacheReadInputTokens", "cacheReadInputTokenCount"],
  cacheWrite: ["cache_creation_input_tokens", "cacheWriteInputTokens", "cacheWriteInputTokenCount"],
  reasoning: ["completion_tokens_details.reasoning_tokens"],
};

export function usageOf(usage: unknown): Usage {
  const countAt = (paths: readonly string[]) => {
    for (const path of paths) {
      const count = countOf(valueAt(usage, path));
      if (count !== undefined) return count;
    }
    return undefined;
  };
  return {
    input: countAt(PATHS.input),
    output: countAt(PATHS.output),
    cacheRead: countAt(PATHS.cacheRead),
    cacheWrite: countAt(PATHS.cacheWrite),
    reasoning: countAt(PATHS.reasoning),
  };
}

/** Where a body counts nothing. */
export const NO_USAGE: Usage = usageOf(undefined);
