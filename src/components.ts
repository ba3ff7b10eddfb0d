import { AWS_EVENTS } from "./aws/events.ts";
import type { EventTable } from "./component/events.ts";
import { type ComponentTable, KINDS } from "./config/component_table.ts";
import { debugFactory } from "./exporters/debug/factory.ts";
import { elasticsearchFactory } from "./exporters/elasticsearch/factory.ts";
import { fileFactory } from "./exporters/file/factory.ts";
import { otlpHttpFactory } from "./exporters/otlp_http/factory.ts";
import { healthCheckFactory } from "./extensions/health_check/factory.ts";
import { statusPageFactory } from "./extensions/status_page/factory.ts";
import { bedrockFactory } from "./processors/bedrock/factory.ts";
import { awscloudwatchFactory } from "./receivers/awscloudwatch/factory.ts";
import { awscloudwatchmetricsFactory } from "./receivers/awscloudwatchmetrics/factory.ts";
import { awss3Factory } from "./receivers/awss3/factory.ts";
import { fileReceiverFactory } from "./receivers/file/factory.ts";
import { PIPELINE_EVENTS } from "./pipeline/events.ts";
import { SERVICE_EVENTS } from "./service/events.ts";
import { STORAGE_EVENTS } from "./storage/events.ts";
import { TELEMETRY_EVENTS } from "./telemetry/events.ts";

/** All components that a configuration can name. */
export const COMPONENTS: ComponentTable = {
  receivers: [awss3Factory, awscloudwatchFactory, awscloudwatchmetricsFactory, fileReceiverFactory],
  processors: [bedrockFactory],
  exporters: [otlpHttpFactory, elasticsearchFactory, fileFactory, debugFactory],
  extensions: [healthCheckFactory, statusPageFactory],
};

/** All events that a running configuration can report. */
export const EVENTS: EventTable = Object.assign(
  {},
  SERVICE_EVENTS,
  STORAGE_EVENTS,
  PIPELINE_EVENTS,
  TELEMETRY_EVENTS,
  AWS_EVENTS,
  ...KINDS.flatMap((kind) => COMPONENTS[kind].map(({ events }) => events)),
);
