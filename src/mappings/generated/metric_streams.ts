// Made from the tables in mappings/metrics/ by `deno task generate`.
import { AGENTCORE } from "./agentcore.ts";
import { AGENTS } from "./agents.ts";
import { BATCH } from "./batch.ts";
import { GUARDRAILS } from "./guardrails.ts";
import { KNOWLEDGE_BASES } from "./knowledge_bases.ts";
import { MANTLE } from "./mantle.ts";
import { RUNTIME } from "./runtime.ts";
import type { MetricStream } from "../metric.ts";

/** All data streams of metrics. */
export const METRIC_STREAMS: readonly MetricStream[] = [
  AGENTCORE,
  AGENTS,
  BATCH,
  GUARDRAILS,
  KNOWLEDGE_BASES,
  MANTLE,
  RUNTIME,
];
