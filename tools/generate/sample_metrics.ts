/** The sample events of the documentation of metrics: what the receiver makes of values, as Elasticsearch stores it. */
import { storedMetrics } from "../../src/elasticsearch/stored_metrics.ts";
import { Catalogue } from "../../src/receivers/awscloudwatchmetrics/catalogue.ts";
import { awscloudwatchmetricsSchema } from "../../src/receivers/awscloudwatchmetrics/config.ts";
import { GroupMaker } from "../../src/receivers/awscloudwatchmetrics/group_maker.ts";
import { EventReporter } from "../../src/telemetry/event_reporter.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { METRIC_MODES, type MetricStream } from "../../src/mappings/metric.ts";
import { type SampleEvents, STRICT_LOG } from "./sample_events.ts";
import { EVENTS } from "../../src/components.ts";

/** What CloudWatch has for one set of dimensions and one period. */
export interface MetricSample {
  readonly dimensions: Readonly<Record<string, string>>;
  /** By the names of the metrics. */
  readonly values: Readonly<Record<string, number>>;
}

/** Start of the period. */
const TIME_MS = Date.parse("2026-03-04T03:10:00Z");

/** The document of each mode, of the period that begins at `timeMs`. */
export function metricSampleEvents(
  sample: MetricSample,
  stream: MetricStream,
  { timeMs = TIME_MS }: { timeMs?: number } = {},
): SampleEvents {
  const events = new EventReporter(createLog(STRICT_LOG), EVENTS);
  const dimensions = Object.entries(sample.dimensions).map(([name, value]) => ({ name, value }));
  return new Map(METRIC_MODES.map((mapping) => {
    const config = awscloudwatchmetricsSchema.parse({ mapping, regions: ["us-east-1"] });
    const options = { stream, region: "us-east-1", config, resource: {}, events };
    const catalogue = new Catalogue(options);
    const values = new Map(
      Object.entries(sample.values).flatMap(([metric, value]) =>
        catalogue.measuresOf(metric).map((measure) => [measure, value] as const)
      ),
    );
    const set = { account: "123456789012", dimensions };
    const group = new GroupMaker(options).groupOf(set, {
      timeMs,
      periodMs: config.period,
      values,
      isAddition: false,
    });
    // In OpenTelemetry's structure each unit has a document: the first stands for all.
    return [mapping, JSON.parse(storedMetrics([group])[0]?.json as string)];
  }));
}
