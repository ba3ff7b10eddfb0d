/**
 * What makes the templates of metrics those of time series. Elasticsearch takes one document for each set of dimensions
 * and each time, and answers 409 to the next: so whatever tells points apart has to be a dimension, also where no table
 * knows it, and a new name must not be refused (`dynamic: true`, with a type for whatever comes).
 */
import { type MetricStream, UNKNOWN_DIMENSION_PREFIX } from "../../src/mappings/metric.ts";
import { fieldsOfMetric } from "./metric_table.ts";
import { DIMENSION, IGNORE_ABOVE, type Properties, type Property } from "./properties.ts";

/** The longest that Elasticsearch takes: how old a point may be when the data stream has just been made. */
const LOOK_BACK_TIME = "7d";

/** Settings of an index, with what a time series adds. */
export function timeSeriesSettings<T extends { mapping: object }>(index: T, properties: Properties) {
  const dimensions = Object.entries(properties).filter(([, property]) => property["time_series_dimension"] === true);
  return {
    ...index,
    mapping: { ...index.mapping, total_fields: { ignore_dynamic_beyond_limit: "true" } },
    mode: "time_series",
    routing_path: dimensions.map(([name]) => name),
    look_back_time: LOOK_BACK_TIME,
  };
}

/** Mappings of metrics and of the `properties` of their attributes. */
export function timeSeriesMappings(properties: Properties, stream: MetricStream) {
  const { metrics, prefix } = stream;
  const known = metrics.flatMap((entry) =>
    fieldsOfMetric(stream, entry).filter(({ isPreset }) => !isPreset).map(({ field }) =>
      [field, metric(entry.type === "int" ? "long" : "double")] as const
    )
  );
  return {
    dynamic: "true",
    subobjects: false,
    date_detection: false,
    dynamic_templates: [
      {
        dimensions: {
          path_match: `${UNKNOWN_DIMENSION_PREFIX}*`,
          match_mapping_type: "string",
          mapping: DIMENSION,
        },
      },
      // Other statistics have the name of their metric with a suffix.
      { metrics: { path_match: `${prefix}*`, match_mapping_type: ["long", "double"], mapping: metric("double") } },
      {
        others: {
          match_mapping_type: ["string", "long", "double", "boolean"],
          mapping: { type: "keyword", ignore_above: IGNORE_ABOVE },
        },
      },
    ],
    properties: Object.fromEntries([...Object.entries(properties), ...known].sort(([a], [b]) => a < b ? -1 : 1)),
  };
}

/** A count is the sum of its period, not one that goes on from point to point: a gauge to Elasticsearch. */
function metric(type: "long" | "double"): Property {
  return { type, time_series_metric: "gauge" };
}
