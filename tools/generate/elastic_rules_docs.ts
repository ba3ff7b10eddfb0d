/** The page of all detection rules, from their files. */
import { needsText, type RuleOfMode, type RuleSource } from "./elastic_rules.ts";
import { RULE_MODES } from "./elastic_twin.ts";
import { markdownTable } from "./markdown.ts";

const TYPES: Readonly<Record<RuleOfMode["type"], string>> = {
  query: "KQL",
  esql: "ES|QL",
  eql: "EQL",
  threshold: "KQL, threshold",
  new_terms: "KQL, new terms",
};

/** How the query of a type was tested: `query_syntax_test.ts`, `rules_test.ts` and `eql_test.ts` of `test/peers`. */
const SHOWN: Readonly<Record<RuleOfMode["type"], string>> = {
  query: "query run as Lucene's, twin run",
  esql: "query parsed, twin run",
  eql: "query run by EQL's engine in Python, twin run",
  threshold: "query run as Lucene's, twin run",
  new_terms: "query run as Lucene's, twin run",
};

export function rulesPage(rules: readonly RuleSource[]): string {
  const rows = rules.map((rule) => [
    `[${titleOf(rule)}](#${anchorOf(titleOf(rule))})`,
    RULE_MODES.filter((mode) => rule.modes[mode] !== undefined).map((mode) => `\`${mode}\``).join(", "),
    `${rule.severity} (${rule.risk_score})`,
    rule.needs.map((need) => need.replace("_", " ")).join(", "),
    [
      ...Object.entries(rule.attack).flatMap(([tactic, techniques]) => techniques.length > 0 ? techniques : [tactic]),
      ...rule.atlas,
    ]
      .join(", "),
  ]);
  return `<!-- Made from assets/elastic/rules by \`deno task generate\`: change it there. -->

# Detection rules

${rules.length} files make the rules of both modes. [security.md](../security.md) says how to install and try them. "Needs" is what must be in the
logs beyond \`content: metadata_only\`.

${markdownTable(["Rule", "Modes", "Severity (risk)", "Needs", "ATT&CK, ATLAS"], rows)}

${rules.map(section).join("\n\n")}
`;
}

function titleOf({ name }: RuleSource): string {
  const title = name.slice("Bedrock: ".length);
  return title.charAt(0).toUpperCase() + title.slice(1);
}

/** As GitHub makes it of a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

function section(rule: RuleSource): string {
  const cases = rule.cases.map(({ name, fires }) => `${name} (${fires ? "fires" : "quiet"})`).join("; ");
  return [
    `## ${titleOf(rule)}`,
    rule.description.trim(),
    `**Triage**\n\n${rule.triage.trim()}`,
    `**False positives**\n\n${rule.false_positives.map((text) => `- ${text}`).join("\n")}`,
    `**Needs**: ${needsText(rule.needs).replaceAll("\n", " ")} A run looks back ${rule.from}, each ${rule.interval}.`,
    markdownTable(["Mode", "Query", "Id, version", "Shown by"], RULE_MODES.map((mode) => modeRow(rule, mode))),
    `Cases: ${cases}.`,
  ].join("\n\n");
}

function modeRow(rule: RuleSource, mode: typeof RULE_MODES[number]): string[] {
  const own = rule.modes[mode];
  if (own === undefined) return [`\`${mode}\``, `none: ${rule.not_in[mode]}`, "", ""];
  return [`\`${mode}\``, TYPES[own.type], `\`${own.id}\`, ${rule.version}`, SHOWN[own.type]];
}
