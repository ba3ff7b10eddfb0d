/**
 * One invocation in a few numbers and names, for who watches the program. It holds no prompt and no answer. Texts come
 * from the log: at most 128 characters of whatever the caller chose.
 */
export interface InvocationSummary {
  /** Deterministic id of the record. */
  readonly id: string;
  /** When the model was invoked, in ms since 1970; undefined where the record does not say. */
  readonly timeMs: number | undefined;
  /** IAM user, session of the role, role, or the ARN. */
  readonly identity: string;
  /** Model id, or the last part of an ARN. */
  readonly model: string;
  readonly operation: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Tokens of the prompt that were read from the cache. */
  readonly cachedTokens: number;
  readonly latencyMs: number | undefined;
  readonly firstTokenMs: number | undefined;
  /** The error's code; undefined when the model answered. */
  readonly error: string | undefined;
  /** Policies by which a guardrail intervened; undefined when none did. */
  readonly policies: readonly string[] | undefined;
}
