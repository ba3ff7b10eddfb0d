/** The twin of a rule's query: the same question in Query DSL, which the Elasticsearch of the tests can answer. */
import { z } from "zod";

/** Modes that have rules of ours. */
export const RULE_MODES = ["ecs", "otel"] as const;
export type RuleMode = typeof RULE_MODES[number];

const clause = z.record(z.string(), z.unknown());

/** What a group of documents must reach: at least a number, or at most one. `count`: its documents. */
const fires = z.record(z.string(), z.union([z.number(), z.strictObject({ most: z.number() })])).default({ count: 1 });

export const twinSchema = z.strictObject({
  query: clause,
  /** Fields that documents are grouped by; empty: all are one group. */
  by: z.array(z.string()).default([]),
  /** Aggregations by name. */
  metrics: z.record(z.string(), clause).default({}),
  fires,
  /** What must have come before in the group: it fires for a document of `query` that is later than so many of these. */
  after: z.strictObject({ query: clause, count: z.number().int().positive() }).optional(),
  /** The group must not be there in the time before the run as far back as this. */
  never_before: z.string().optional(),
});
export type Twin = z.infer<typeof twinSchema>;
