// Made from the folders of mappings/ by `deno task generate`.
import { GUARDRAILS } from "./guardrails.ts";
import { RUNTIME } from "./runtime.ts";
import type { MetricStream } from "../metric.ts";

/** All data streams of metrics. */
export const METRIC_STREAMS: readonly MetricStream[] = [
  RUNTIME,
  GUARDRAILS,
];
