/**
 * Rules of Kibana's alerting, from `assets/elastic/alerts/*.yml`: each as the body of `POST /api/alerting/rule/ID`, with the id
 * beside it.
 *
 * @see https://www.elastic.co/docs/api/doc/kibana/operation/operation-post-alerting-rule-id
 */
import { parse as parseYaml } from "yaml";
import { z } from "zod";

/** Kibana takes no longer investigation guide. */
const MAX_GUIDE_LENGTH = 1000;

/** `common`: of what no mode changes. */
export const ALERT_MODES = ["ecs", "otel", "common"] as const;
export type AlertMode = typeof ALERT_MODES[number];

const duration = z.string().regex(/^\d+[smhd]$/, "expected a number and s, m, h or d");

/** A query that finds what is wrong: each row is an alert. */
const esqlSchema = z.strictObject({ esql: z.string().min(1) });

/** A number over all documents; a field that no document has yet is no fault, as it is in ES|QL. */
const metricSchema = z.strictObject({
  metric: z.strictObject({
    index: z.array(z.string()).min(1),
    field: z.string().min(1),
    aggregation: z.enum(["avg", "sum", "max"]),
    above: z.number(),
  }),
});

const alertSchema = z.strictObject({
  name: z.string().min(1),
  interval: duration,
  window: duration,
  what: z.string().min(40),
  do: z.string().min(40),
  modes: z.partialRecord(z.enum(ALERT_MODES), z.union([esqlSchema, metricSchema])),
});

/** A file of `assets/elastic/alerts`. */
export type AlertSource = z.infer<typeof alertSchema> & { readonly file: string };

/**
 * The alert in a file's text.
 *
 * @throws {Error} it does not fit; the message names the file and the place
 */
export function parseAlert(text: string, file: string): AlertSource {
  const { data, error } = alertSchema.safeParse(parseYaml(text));
  if (data === undefined) throw new Error(`${file}: ${z.prettifyError(error)}`);
  return { ...data, file };
}

/** The alerts of a mode in Kibana's form. */
export function kibanaAlerts(alerts: readonly AlertSource[], mode: AlertMode): Record<string, unknown>[] {
  return alerts.flatMap((alert) => {
    const condition = alert.modes[mode];
    if (condition === undefined) return [];
    const file = alert.file.replace(/^.*\//, "").replace(/\.yml$/, "");
    return [{
      id: `bedrock-otel-${mode}-${file.replaceAll("_", "-")}`,
      name: mode === "otel" ? `${alert.name} (OTel)` : alert.name,
      rule_type_id: ".es-query",
      consumer: "stackAlerts",
      tags: ["Amazon Bedrock", "bedrock-otel"],
      schedule: { interval: alert.interval },
      params: { ...windowOf(alert.window), ...paramsOf(condition) },
      artifacts: { investigation_guide: { blob: guideOf(alert) } },
    }];
  });
}

function guideOf({ what, do: steps, file }: AlertSource): string {
  const guide = `${flow(what)}\n\n## What to do\n\n${steps.trim()}\n`;
  if (guide.length > MAX_GUIDE_LENGTH) {
    throw new Error(`${file}: expected what and do of ${MAX_GUIDE_LENGTH} characters`);
  }
  return guide;
}

function windowOf(window: string): Record<string, unknown> {
  return { timeWindowSize: Number(window.slice(0, -1)), timeWindowUnit: window.slice(-1), timeField: "@timestamp" };
}

function paramsOf(condition: z.infer<typeof esqlSchema> | z.infer<typeof metricSchema>): Record<string, unknown> {
  const shared = { thresholdComparator: ">", excludeHitsFromPreviousRun: false };
  if ("esql" in condition) {
    const esqlQuery = { esql: condition.esql.trim() };
    return {
      ...shared,
      searchType: "esqlQuery",
      esqlQuery,
      size: 100,
      threshold: [0],
      groupBy: "row",
      aggType: "count",
    };
  }
  const { index, field, aggregation, above } = condition.metric;
  return {
    ...shared,
    searchType: "esQuery",
    index,
    esQuery: JSON.stringify({ query: { exists: { field } } }),
    size: 10,
    threshold: [above],
    aggType: aggregation,
    aggField: field,
    groupBy: "all",
  };
}

/** Lines of a paragraph as one. */
function flow(text: string): string {
  return text.trim().replace(/\n(?!\n)/g, " ");
}
