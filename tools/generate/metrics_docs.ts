/** The reference page of the program's own metrics, made from the event table and the instruments themselves. */
import type { Meter, MetricOptions } from "@opentelemetry/api";
import { BACKFILL_EVENTS } from "../../src/commands/backfill/events.ts";
import { EVENTS } from "../../src/components.ts";
import { markdownTable } from "./markdown.ts";
import { eventMetrics } from "../../src/telemetry/event_metrics.ts";
import { unitOf } from "../../src/telemetry/metric_names.ts";
import { delayHistogram } from "../../src/telemetry/metrics.ts";
import { observeProcess } from "../../src/telemetry/process_metrics.ts";

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly unit: string;
  readonly attributes: string;
  readonly description: string;
}

export function metricsPage(): string {
  const rows = [...fromEvents(), ...fromInstruments()].sort((a, b) => a.name < b.name ? -1 : 1);
  const cells = rows.map(({ name, kind, unit, attributes, description }) =>
    [`\`${name}\``, kind, unit, attributes, description] as const
  );
  return `<!-- Made from src/telemetry by \`deno task generate\`: change it there. -->

# The program's own metrics

What \`service.telemetry.metrics\` sends or shows ([settings](service.md)). Names that begin with \`otelcol_\` are the
OpenTelemetry Collector's own. Beside the attributes named here each has the id of its component where it is about one:
\`receiver\`, \`exporter\` or \`component\`. At the Prometheus port counters end in \`_total\`.

${markdownTable(["Metric", "Kind", "Unit", "Attributes", ""], cells)}
`;
}

function fromEvents(): Row[] {
  return [...eventMetrics({ ...EVENTS, ...BACKFILL_EVENTS })].map((
    [name, { kind, description, reasons, attributes }],
  ) => ({
    name,
    kind,
    unit: unitOf(name),
    attributes: [
      ...attributes.map((attribute) => `\`${attribute}\``),
      ...(reasons === undefined ? [] : [reasonText(reasons)]),
    ].join(", "),
    description,
  }));
}

function reasonText(reasons: readonly string[] | "configured"): string {
  if (reasons === "configured") return "`reason` (names of the configuration)";
  return reasons.length > 12 ? "`reason`" : `\`reason\` (${reasons.join(", ")})`;
}

/** What the other instruments say of themselves. */
function fromInstruments(): Row[] {
  const rows: Row[] = [];
  const add = (kind: string) => (name: string, { unit = "", description = "" }: MetricOptions = {}) => {
    rows.push({ name, kind, unit, description, attributes: "" });
    return { addCallback() {} };
  };
  const meter = {
    createObservableCounter: add("counter"),
    createObservableGauge: add("gauge"),
    createHistogram: add("histogram"),
  };
  observeProcess(meter as unknown as Meter);
  delayHistogram(meter as unknown as Meter);
  return rows;
}
