/**
 * Detection rules for Kibana, from `assets/elastic/rules/*.yml` (`assets/elastic/README.md` says what a file holds): a rule for
 * each mode, as Kibana's import of rules takes it.
 *
 * @see https://www.elastic.co/docs/api/doc/kibana/operation/operation-importrules
 */
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { RULE_MODES, type RuleMode, twinSchema } from "./elastic_twin.ts";
import { caseSchema } from "./elastic_cases.ts";
import { TACTICS, TECHNIQUES } from "./mitre.ts";

const duration = z.string().regex(/^\d+[smhd]$/, "expected a number and s, m, h or d");

/** What of the records must leave for a rule to see anything. */
export const NEEDS = ["content", "redacted", "guardrails", "guardrail_trace", "metrics"] as const;
export type Need = typeof NEEDS[number];

const shared = {
  id: z.uuid(),
  /** Undefined: the invocation logs of the mode. */
  index: z.array(z.string()).optional(),
  query: z.string().min(1),
  twin: twinSchema,
};

/** A rule of one mode. */
const modeSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("query"), ...shared }),
  z.strictObject({ type: z.literal("esql"), ...shared, index: z.undefined().optional() }),
  z.strictObject({ type: z.literal("eql"), ...shared }),
  z.strictObject({
    type: z.literal("threshold"),
    ...shared,
    threshold: z.strictObject({
      field: z.array(z.string()),
      value: z.number().int().positive(),
      cardinality: z.array(z.strictObject({ field: z.string(), value: z.number().int().positive() })).optional(),
    }),
  }),
  z.strictObject({
    type: z.literal("new_terms"),
    ...shared,
    new_terms_fields: z.array(z.string()).min(1).max(3),
    /** How far back a term must not have been. */
    history: duration,
  }),
]);
export type RuleOfMode = z.infer<typeof modeSchema>;

const ruleSchema = z.strictObject({
  name: z.string().startsWith("Bedrock: "),
  version: z.number().int().positive(),
  severity: z.enum(["low", "medium", "high", "critical"]),
  risk_score: z.number().int().min(1).max(100),
  description: z.string().min(40),
  triage: z.string().min(40),
  false_positives: z.array(z.string()).min(1),
  attack: z.record(z.string(), z.array(z.string())).default({}),
  atlas: z.array(z.string().regex(/^AML\.T\d{4}(?:\.\d{3})?$/)).default([]),
  needs: z.array(z.enum(NEEDS)).default([]),
  from: duration,
  interval: duration,
  /** Fields by which alerts of one hour are one. */
  suppress: z.array(z.string()).optional(),
  /** Fields that the alert shows first. */
  show: z.array(z.string()).min(1),
  modes: z.strictObject({ ecs: modeSchema.optional(), otel: modeSchema.optional() }),
  /** Why there is no rule of a mode. */
  not_in: z.partialRecord(z.enum(RULE_MODES), z.string()).default({}),
  cases: z.array(caseSchema).min(2),
});

/** A file of `assets/elastic/rules`. */
export type RuleSource = z.infer<typeof ruleSchema> & { readonly file: string };

/**
 * The rule in a file's text.
 *
 * @throws {Error} it does not fit; the message names the file and the place
 */
export function parseRule(text: string, file: string): RuleSource {
  const { data, error } = ruleSchema.safeParse(parseYaml(text));
  if (data === undefined) throw new Error(`${file}: ${z.prettifyError(error)}`);
  const problems = [
    ...RULE_MODES.filter((mode) => (data.modes[mode] === undefined) !== (data.not_in[mode] !== undefined)).map((mode) =>
      `needs either a rule of mode ${mode}, or the reason in not_in`
    ),
    ...Object.entries(data.attack).flatMap(([tactic, techniques]) => [
      ...(TACTICS[tactic] === undefined ? [`${tactic} is not in mitre.ts`] : []),
      ...techniques.filter((id) => TECHNIQUES[id] === undefined).map((id) => `${id} is not in mitre.ts`),
    ]),
  ];
  if (problems.length > 0) throw new Error(`${file}: ${problems.join("; ")}`);
  return { ...data, file };
}

/** The mode's rules in Kibana's form, one for each file that has one. */
export function kibanaRules(rules: readonly RuleSource[], mode: RuleMode): Record<string, unknown>[] {
  return rules.flatMap((rule) => {
    const own = rule.modes[mode];
    return own === undefined ? [] : [kibanaRule(rule, { mode, own })];
  });
}

const LOGS: Readonly<Record<RuleMode, string>> = {
  ecs: "logs-aws_bedrock.invocation-*",
  otel: "logs-aws_bedrock.invocation.otel-*",
};

function kibanaRule(rule: RuleSource, { mode, own }: { mode: RuleMode; own: RuleOfMode }): Record<string, unknown> {
  return {
    rule_id: own.id,
    version: rule.version,
    name: mode === "ecs" ? rule.name : `${rule.name} (OTel)`,
    description: flow(rule.description),
    severity: rule.severity,
    risk_score: rule.risk_score,
    ...queryOf(own, mode),
    from: `now-${rule.from}`,
    to: "now",
    interval: rule.interval,
    ...suppressionOf(rule, own),
    enabled: false,
    max_signals: 100,
    author: ["bedrock-otel"],
    license: "Apache-2.0",
    tags: tagsOf(rule, mode),
    threat: Object.entries(rule.attack).map(([tactic, techniques]) => threatOf(tactic, techniques)),
    references: rule.atlas.map((id) => `https://atlas.mitre.org/techniques/${id}`),
    false_positives: rule.false_positives.map(flow),
    note: `## Triage\n\n${rule.triage.trim()}`,
    setup: `## Setup\n\n${needsText(rule.needs)}`,
    investigation_fields: { field_names: rule.show },
    actions: [],
    exceptions_list: [],
  };
}

/** What differs by type. */
function queryOf(own: RuleOfMode, mode: RuleMode): Record<string, unknown> {
  const query = own.query.trim();
  const index = own.index ?? [LOGS[mode]];
  switch (own.type) {
    case "esql":
      return { type: "esql", language: "esql", query };
    case "eql":
      return { type: "eql", language: "eql", index, query };
    case "threshold":
      return {
        type: "threshold",
        language: "kuery",
        index,
        query: flow(query),
        threshold: { cardinality: [], ...own.threshold },
      };
    case "new_terms":
      return {
        type: "new_terms",
        language: "kuery",
        index,
        query: flow(query),
        new_terms_fields: own.new_terms_fields,
        history_window_start: `now-${own.history}`,
      };
    case "query":
      return { type: "query", language: "kuery", index, query: flow(query) };
  }
}

/** A threshold rule groups by its own fields; Kibana takes none for a sequence. */
function suppressionOf({ suppress }: RuleSource, { type }: RuleOfMode): Record<string, unknown> {
  if (suppress === undefined || type === "eql") return {};
  const duration = { value: 1, unit: "h" };
  if (type === "threshold") return { alert_suppression: { duration } };
  return { alert_suppression: { group_by: suppress, duration, missing_fields_strategy: "suppress" } };
}

function tagsOf({ atlas, needs }: RuleSource, mode: RuleMode): string[] {
  return [
    "Domain: LLM",
    "Data Source: AWS",
    "Data Source: Amazon Bedrock",
    "Collector: bedrock-otel",
    `Mode: ${mode}`,
    ...atlas.map((id) => `Mitre Atlas: ${id.slice("AML.".length)}`),
    ...needs.map((need) => `Needs: ${need.replace("_", " ")}`),
  ];
}

function threatOf(tactic: string, techniques: readonly string[]): Record<string, unknown> {
  const base = "https://attack.mitre.org";
  const of = (id: string) => ({
    id,
    name: TECHNIQUES[id],
    reference: `${base}/techniques/${id.replace(".", "/")}/`,
  });
  return {
    framework: "MITRE ATT&CK",
    tactic: { id: tactic, name: TACTICS[tactic], reference: `${base}/tactics/${tactic}/` },
    technique: [...new Set(techniques.map((id) => id.split(".")[0] ?? id))].map((id) => {
      const below = techniques.filter((sub) => sub.startsWith(`${id}.`)).map(of);
      return { ...of(id), ...below.length > 0 && { subtechnique: below } };
    }),
  };
}

const NEED_TEXTS: Readonly<Record<Need, string>> = {
  content: "`content: full` of the processor `bedrock`: the rule reads texts of prompts or answers.",
  redacted: "`content: full` or `content: redacted`: with `redacted` it finds the replacements of what was redacted.",
  guardrails: "Calls that name a guardrail in their body (Converse), or whose answer has a trace of it.",
  guardrail_trace: "Guardrails, called with `trace: enabled`: without it the log does not say what a policy found.",
  metrics: "The receiver `awscloudwatchmetrics` with the namespace `AWS/Bedrock`, in the same mode.",
};

export function needsText(needs: readonly Need[]): string {
  const texts = needs.map((need) => NEED_TEXTS[need]);
  return texts.length > 0 ? texts.join("\n") : "Invocation logs; `content: metadata_only` is enough.";
}

/** Lines of a paragraph as one. */
function flow(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}
