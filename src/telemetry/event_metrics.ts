/** What the event table counts, as instruments of the OpenTelemetry SDK. */
import type { Meter } from "@opentelemetry/api";
import { type Attributes, keyOf } from "./counts.ts";
import { type EventDefinition, EVENTS, type Events } from "./events.ts";
import { exportedName, unitOf } from "./metric_names.ts";

interface Exported {
  readonly kind: "counter" | "gauge";
  readonly description: string;
  /** Counters or gauges of the table that have this name outside; they add up. */
  readonly sources: Set<string>;
}

/** Observes every counter and gauge of the event table whenever the metrics are collected; counting costs no more. */
export function observeEvents(meter: Meter, events: Events): void {
  for (const [name, { kind, description, sources }] of exported()) {
    const options = { description, unit: unitOf(name) };
    const instrument = kind === "counter"
      ? meter.createObservableCounter(name, options)
      : meter.createObservableGauge(name, options);
    instrument.addCallback((result) => {
      for (const { attributes, value } of added(events, sources)) result.observe(value, attributes);
    });
  }
}

function exported(): Map<string, Exported> {
  const metrics = new Map<string, Exported>();
  const add = (source: string, kind: Exported["kind"], description: string) => {
    const name = exportedName(source);
    const metric = metrics.get(name);
    if (metric === undefined) metrics.set(name, { kind, description, sources: new Set([source]) });
    else metric.sources.add(source);
  };
  for (const definition of Object.values<EventDefinition>(EVENTS)) {
    const { counter, sums = {}, gauges = {}, message } = definition;
    if (counter !== undefined) add(counter, "counter", message);
    for (const [name, field] of Object.entries(sums)) add(name, "counter", `${message}: ${field}`);
    for (const [name, field] of Object.entries(gauges)) add(name, "gauge", `${message}: ${field}`);
  }
  return metrics;
}

function added(events: Events, sources: Iterable<string>): Iterable<{ attributes: Attributes; value: number }> {
  const sums = new Map<string, { attributes: Attributes; value: number }>();
  for (const source of sources) {
    for (const { attributes, value } of events.series(source)) {
      const key = keyOf(attributes);
      sums.set(key, { attributes, value: (sums.get(key)?.value ?? 0) + value });
    }
  }
  return sums.values();
}
