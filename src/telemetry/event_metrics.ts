/** What the event table counts, as instruments of the OpenTelemetry SDK. */
import { type Meter, ValueType } from "@opentelemetry/api";
import { type Attributes, keyOf } from "./counts.ts";
import type { EventDefinition, EventTable } from "../component/events.ts";
import type { EventReporter } from "./event_reporter.ts";
import { metricHelp } from "./metric_help.ts";
import { exportedName, unitOf } from "./metric_names.ts";

/** Units whose values are not whole numbers; all others are counts, and integers as the Collector's. */
const WITH_FRACTIONS: ReadonlySet<string> = new Set(["s", "USD"]);

/** Counters that are there from the start, as 0: who watches for what is rare needs to know that nothing of it happened. */
const FROM_THE_START: ReadonlySet<string> = new Set([
  "bedrock_otel_dead_letter_failures",
  "bedrock_otel_dead_letter_records",
  "bedrock_otel_exporter_duplicate_records",
  "bedrock_otel_exporter_retries",
  "bedrock_otel_pipeline_errors",
  "otelcol_receiver_accepted_log_records",
  "otelcol_receiver_refused_log_records",
  "otelcol_exporter_sent_log_records",
]);

/** A metric as it is exported. */
export interface EventMetric {
  readonly kind: "counter" | "gauge";
  readonly description: string;
  /** Counters or gauges of the table that have this name outside; they add up. */
  readonly sources: Set<string>;
  /** Values of its attribute `reason`, where it has one. */
  readonly reasons: EventDefinition["reasons"];
  /** Attributes beside the component and the reason. */
  readonly attributes: readonly string[];
}

/** Observes every counter and gauge of the event table whenever the metrics are collected; counting costs no more. */
export function observeEvents(meter: Meter, events: EventReporter): void {
  for (const [name, { kind, description, sources }] of eventMetrics(events.definitions)) {
    const unit = unitOf(name);
    const valueType = WITH_FRACTIONS.has(unit) ? ValueType.DOUBLE : ValueType.INT;
    const options = { description, unit, valueType };
    const instrument = kind === "counter"
      ? meter.createObservableCounter(name, options)
      : meter.createObservableGauge(name, options);
    instrument.addCallback((result) => {
      const series = [...added(events, sources)];
      for (const { attributes, value } of series) result.observe(value, attributes);
      if (series.length === 0 && FROM_THE_START.has(name)) result.observe(0);
    });
  }
}

/** All metrics that the event table makes, by their exported names. */
export function eventMetrics(definitions: EventTable): Map<string, EventMetric> {
  const metrics = new Map<string, EventMetric>();
  const add = (source: string, kind: EventMetric["kind"], { message, reasons, attributes = [] }: EventDefinition) => {
    const name = exportedName(source);
    const description = metricHelp(name, message);
    metrics.getOrInsert(name, { kind, description, sources: new Set(), reasons, attributes }).sources.add(source);
  };
  for (const definition of Object.values(definitions)) {
    const { counter, sums = {}, gauges = {} } = definition;
    if (counter !== undefined) add(counter, "counter", definition);
    for (const name of Object.keys(sums)) add(name, "counter", definition);
    for (const name of Object.keys(gauges)) add(name, "gauge", definition);
  }
  return metrics;
}

function added(events: EventReporter, sources: Iterable<string>): Iterable<{ attributes: Attributes; value: number }> {
  const sums = new Map<string, { attributes: Attributes; value: number }>();
  for (const source of sources) {
    for (const { attributes, value } of events.series(source)) {
      const key = keyOf(attributes);
      sums.set(key, { attributes, value: (sums.get(key)?.value ?? 0) + value });
    }
  }
  return sums.values();
}
