import { awsAdvice } from "../../aws/settings.ts";
import type { ReceiverFactory } from "../../component/component.ts";
import { RunLoop } from "../run_loop.ts";
import { awscloudwatchmetricsSchema, type MetricsConfig, metricsProblems, regionsOf } from "./config.ts";
import { metricsPermissions } from "./permissions.ts";
import { AWSCLOUDWATCHMETRICS_EVENTS } from "./events.ts";

export const awscloudwatchmetricsFactory: ReceiverFactory<MetricsConfig> = {
  type: "awscloudwatchmetrics",
  description:
    "Reads the metrics of Bedrock from CloudWatch: of its runtime, guardrails, agents and what else it counts",
  signals: ["metrics"],
  events: AWSCLOUDWATCHMETRICS_EVENTS,
  schema: awscloudwatchmetricsSchema,
  check: metricsProblems,
  advice: awsAdvice,
  place: (config) => regionsOf(config).join("+"),
  permissions: metricsPermissions,
  usesStorage: () => true,
  create: (context) => new RunLoop(async () => (await import("./create.ts")).createMetricsReceiver(context)),
};
