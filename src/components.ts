import type { ComponentTable } from "./config/component_table.ts";
import { debugFactory } from "./exporters/debug/factory.ts";
import { fileFactory } from "./exporters/file/factory.ts";
import { otlpHttpFactory } from "./exporters/otlp_http/factory.ts";
import { healthCheckFactory } from "./extensions/health_check/factory.ts";
import { bedrockFactory } from "./processors/bedrock/factory.ts";
import { awscloudwatchFactory } from "./receivers/awscloudwatch/factory.ts";
import { awscloudwatchmetricsFactory } from "./receivers/awscloudwatchmetrics/factory.ts";
import { awss3Factory } from "./receivers/awss3/factory.ts";
import { fileReceiverFactory } from "./receivers/file/factory.ts";

/** All components that a configuration can name. */
export const COMPONENTS: ComponentTable = {
  receivers: [awss3Factory, awscloudwatchFactory, awscloudwatchmetricsFactory, fileReceiverFactory],
  processors: [bedrockFactory],
  exporters: [otlpHttpFactory, fileFactory, debugFactory],
  extensions: [healthCheckFactory],
};
