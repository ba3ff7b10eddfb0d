/** The cases of a rule: logs, and whether it fires on them. */
import { z } from "zod";
import { RULE_MODES } from "./elastic_twin.ts";

const ago = z.string().regex(/^\d+[smhd]$/).default("5m");

const logSchema = z.strictObject({
  /** A record of `test/fixtures/invocation`. */
  sample: z.string(),
  /** Members of the record. */
  with: z.record(z.string(), z.unknown()).default({}),
  /** Bodies. */
  request: z.unknown().optional(),
  response: z.unknown().optional(),
  /** Before the run. */
  ago,
  times: z.number().int().positive().default(1),
});
export type CaseLog = z.infer<typeof logSchema>;

/** What CloudWatch has, for one of its metrics' streams. */
const metricSchema = z.strictObject({
  stream: z.string(),
  dimensions: z.record(z.string(), z.string()),
  values: z.record(z.string(), z.number()),
  ago,
});
export type CaseMetric = z.infer<typeof metricSchema>;

export const caseSchema = z.strictObject({
  name: z.string(),
  fires: z.boolean(),
  logs: z.array(logSchema).default([]),
  metrics: z.array(metricSchema).default([]),
  /** Settings of the processor. */
  settings: z.record(z.string(), z.unknown()).default({}),
  /** Modes in which it is so. */
  modes: z.array(z.enum(RULE_MODES)).default([...RULE_MODES]),
});
export type RuleCase = z.infer<typeof caseSchema>;
