/** Data points as the Collector's `elasticsearch` exporter stores them; see `stored_document.ts`. */
import type { Metric, MetricGroup } from "../component/batch.ts";
import { dataStreamOf } from "./data_stream.ts";
import { DottedFields, isoTime } from "./dotted_fields.ts";
import { addResource } from "./ecs_resource.ts";
import { isInt } from "../otlp/values.ts";
import { numberText, objectText, stringText } from "./json_text.ts";
import { attributesText, dataStreamText, epochText, optionalText, resourceText, scopeText } from "./otel_text.ts";

/** A document as JSON in one line. */
export interface StoredMetrics {
  readonly json: string;
  /**
   * By the fields of OpenTelemetry's structure the dynamic template that maps each, which a bulk request names: by the value alone
   * Elasticsearch could not tell a gauge. Counts are the sum of their period, so all are gauges to it.
   */
  readonly dynamicTemplates?: Readonly<Record<string, string>>;
}

/** Points that become one document, under the group of the first. */
interface StoredPoints {
  readonly group: MetricGroup;
  readonly isEcs: boolean;
  readonly values: (readonly [Metric, number])[];
}

/**
 * The documents of one request: in mode `ecs` one for each resource, set of attributes and time; in
 * OpenTelemetry's own structure one for each unit of those too.
 */
export function storedMetrics(groups: readonly MetricGroup[]): StoredMetrics[] {
  const documents = new Map<string, StoredPoints>();
  for (const group of groups) {
    const isEcs = group.instrumentationScope.attributes?.["elastic.mapping.mode"] === "ecs";
    const shared = [sorted(group.resource.attributes), sorted(group.attributes), group.endTime];
    for (const [metric, value] of group.values) {
      // Not stored: it is no number of JSON.
      if (!Number.isFinite(value)) continue;
      const id = JSON.stringify(isEcs ? shared : [...shared, group.startTime, metric.unit]);
      const document = documents.get(id);
      if (document !== undefined) document.values.push([metric, value]);
      else documents.set(id, { group, isEcs, values: [[metric, value]] });
    }
  }
  return Array.from(documents.values(), (points) => points.isEcs ? ecsDocument(points) : otelDocument(points));
}

function sorted(attributes: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(attributes).sort(([a], [b]) => a < b ? -1 : 1);
}

/** Attributes and values at the root, and nothing of the scope. */
function ecsDocument({ group, values }: StoredPoints): StoredMetrics {
  const document = new DottedFields();
  addResource(document, group.resource.attributes, untyped);
  document.add("@timestamp", isoTime(group.endTime));
  document.addAll(group.attributes, untyped);
  document.addAll({ ...dataStreamOf(group.attributes, "metrics") }, untyped);
  for (const [{ name, type }, value] of values) document.add(name, value, { type });
  return { json: document.toJson() ?? "{}" };
}

function otelDocument({ group, values }: StoredPoints): StoredMetrics {
  const fields = values.map(([{ name, type }, value]): MetricField => ({
    name,
    json: numberText(value, type),
    dynamicTemplate: isInt(value, type) ? "gauge_long" : "gauge_double",
  }));
  return otelMetrics({ ...group, unit: values[0]?.[0].unit }, fields);
}

/** A metric's value in a document. */
export interface MetricField {
  readonly name: string;
  readonly json: string;
  readonly dynamicTemplate: string;
}

/** What the values of a document in OpenTelemetry's own structure share. */
export interface MetricContext
  extends Pick<MetricGroup, "resource" | "instrumentationScope" | "attributes" | "startTime" | "endTime"> {
  readonly unit: string | undefined;
}

/** Of several values of one name the first is stored. */
export function otelMetrics(context: MetricContext, fields: readonly MetricField[]): StoredMetrics {
  const { attributes, resource, instrumentationScope, startTime, endTime, unit } = context;
  const values = new Map<string, string>();
  const dynamicTemplates: Record<string, string> = {};
  for (const { name, json, dynamicTemplate } of fields) {
    if (values.has(name)) continue;
    values.set(name, json);
    dynamicTemplates[`metrics.${name}`] = dynamicTemplate;
  }
  const json = objectText([
    ["@timestamp", epochText(endTime)],
    ["start_timestamp", epochText(startTime)],
    ["unit", optionalText(unit)],
    ["data_stream", dataStreamText(attributes, "metrics")],
    ["attributes", attributesText(attributes, untyped)],
    ["resource", resourceText(resource, untyped)],
    ["scope", scopeText(instrumentationScope, untyped)],
    ["metrics", objectText(values)],
    ["_metric_names_hash", stringText(hashOf([...values.keys()].sort().join("")))],
  ]);
  return { json, dynamicTemplates };
}

function untyped(): undefined {
  return undefined;
}

/** FNV-1a of 32 bits, hexadecimal: by it a time series takes documents of other metrics beside this one. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16);
}
