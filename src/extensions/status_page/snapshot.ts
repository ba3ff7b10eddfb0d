/** What the page is told, once a second: the form of each event's data. Times in ms since 1970, durations in ms. */
import type { InvocationSummary } from "../../component/invocation_summary.ts";

export interface NamedSums {
  readonly invocations: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  /** Errors that are no throttles. */
  readonly errors: number;
  readonly throttled: number;
  /** Invocations in which a guardrail intervened. */
  readonly interventions: number;
}

/** p50, p95, p99; null where nothing was measured. */
export type Percentiles = readonly (number | null)[];

/** What is shown of one invocation; JSON has null for what is unknown. */
export interface InvocationRow
  extends Omit<InvocationSummary, "id" | "timeMs" | "latencyMs" | "firstTokenMs" | "error" | "policies"> {
  readonly timeMs: number | null;
  readonly latencyMs: number | null;
  readonly outcome: string;
  readonly policies: readonly string[];
}

/** The last hour of Bedrock, by the time of each invocation. */
export interface BedrockView {
  /** Start of the first of 60 minutes. */
  readonly startMs: number;
  /** Delivered, but of an earlier hour. */
  readonly older: number;
  readonly totals: NamedSums;
  readonly minutes: readonly NamedSums[];
  /** p50, p95 and p99 of each minute. */
  readonly latency: readonly Percentiles[];
  readonly latencyOfAll: Percentiles;
  readonly firstTokenOfAll: Percentiles;
  /** From an invocation to its delivery. */
  readonly delayOfAll: Percentiles;
  readonly models: readonly ({ readonly name: string } & NamedSums)[];
  readonly identities: readonly ({ readonly name: string } & NamedSums)[];
  readonly errors: readonly { readonly name: string; readonly count: number }[];
  readonly policies: readonly { readonly name: string; readonly count: number }[];
  readonly newest: readonly InvocationRow[];
}

export type State = "starting" | "ok" | "failing" | "stopping";

/** One component, mostly of a pipeline. */
export interface ComponentView {
  readonly kind: "receiver" | "processor" | "exporter" | "service";
  readonly id: string;
  readonly state: State;
  /** What fails, in one word, and since when the state is so. */
  readonly reason: string | null;
  readonly sinceMs: number;
  /** Records or data points of this pipeline's signal since the start: accepted by a receiver, sent by an exporter. */
  readonly total: number | null;
  /** Requests that were tried again. */
  readonly retries: number;
  readonly lastError: { readonly message: string; readonly reason: string | null; readonly timeMs: number } | null;
  readonly queue: { readonly messages: number; readonly ageSeconds: number | null } | null;
}

export interface PipelineView {
  readonly name: string;
  readonly unit: "records" | "data points";
  readonly components: readonly ComponentView[];
}

export interface Snapshot {
  readonly nowMs: number;
  readonly version: string;
  readonly startedMs: number;
  readonly state: State;
  readonly pipelines: readonly PipelineView[];
  readonly deadLetters: number;
  /** What no pipeline has: the exporter of the dead letter, and the state. */
  readonly others: readonly ComponentView[];
  /** What this process's calls of AWS cost since the start, estimated. */
  readonly awsUsd: number;
  readonly awsCalls: number;
  /** Whether a processor reads invocations; without one only deliveries are shown. */
  readonly readsInvocations: boolean;
  readonly bedrock: BedrockView;
}
