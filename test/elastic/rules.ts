/** The detection rules as the tests take them: from their files, with the documents of their cases. */
import { METRIC_STREAMS } from "../../src/mappings/generated/metric_streams.ts";
import type { CaseLog, CaseMetric, RuleCase } from "../../tools/generate/elastic_cases.ts";
import { parseRule, type RuleOfMode, type RuleSource } from "../../tools/generate/elastic_rules.ts";
import { RULE_MODES, type RuleMode } from "../../tools/generate/elastic_twin.ts";
import { metricSampleEvents } from "../../tools/generate/sample_metrics.ts";
import { sampleWith } from "../world/bedrock_records.ts";
import type { JsonObject } from "../../src/processors/bedrock/read/json.ts";
import { documentsOf } from "./known_fields.ts";

const FOLDER = new URL("../../assets/elastic/rules/", import.meta.url);

/** All of `assets/elastic/rules`. */
export const RULES: readonly RuleSource[] = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name)
  .filter((name) => name.endsWith(".yml")).sort()
  .map((name) => parseRule(Deno.readTextFileSync(new URL(name, FOLDER)), name));

/** Each rule in each of its modes. */
export const RULES_OF_MODES: readonly { rule: RuleSource; mode: RuleMode; own: RuleOfMode }[] = RULES.flatMap((rule) =>
  RULE_MODES.flatMap((mode) => {
    const own = rule.modes[mode];
    return own === undefined ? [] : [{ rule, mode, own }];
  })
);

/** When the rules run in the cases, unless a test says otherwise: milliseconds. */
export const RUN_AT = Date.parse("2026-04-01T12:00:00Z");

/** A document, and the data stream that it goes to, up to the namespace: `logs-aws_bedrock.invocation-`. */
export interface CaseDocument {
  readonly stream: string;
  readonly document: string;
}

/** What the program makes of the logs and metrics of a case, for a run at `runAt`. */
export async function caseDocuments(
  { logs, metrics, settings }: RuleCase,
  { mode, runAt = RUN_AT }: { mode: RuleMode; runAt?: number },
): Promise<CaseDocument[]> {
  const suffix = mode === "otel" ? ".otel" : "";
  const documents = await documentsOf(mode, { texts: logs.flatMap((log) => textsOf(log, runAt)), settings });
  return [
    ...documents.map((document) => ({
      stream: `logs-aws_bedrock.invocation${suffix}-`,
      document: JSON.stringify(document),
    })),
    ...metrics.map((metric) => ({
      stream: `metrics-aws_bedrock.${metric.stream}${suffix}-`,
      document: JSON.stringify(metricDocument(metric, { mode, runAt })),
    })),
  ];
}

/** Records a second apart, each with a request id of its own. */
function textsOf({ sample, with: members, request, response, ago, times }: CaseLog, runAt: number): string[] {
  return Array.from({ length: times }, (_, index) => {
    const timestamp = new Date(runAt - milliseconds(ago) + index * 1000).toISOString();
    return sampleWith(sample, { requestId: crypto.randomUUID(), timestamp, ...members } as JsonObject, {
      request,
      response,
    });
  });
}

function metricDocument(
  { stream, dimensions, values, ago }: CaseMetric,
  { mode, runAt }: { mode: RuleMode; runAt: number },
): unknown {
  const definition = METRIC_STREAMS.find(({ dataset }) => dataset === `aws_bedrock.${stream}`);
  if (definition === undefined) throw new Error(`There is no data stream ${stream}`);
  const timeMs = runAt - milliseconds(ago);
  return metricSampleEvents({ dimensions, values }, definition, { timeMs }).get(mode);
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `10m` -> 600000 */
export function milliseconds(duration: string): number {
  return Number(duration.slice(0, -1)) * (UNITS[duration.slice(-1)] ?? NaN);
}
