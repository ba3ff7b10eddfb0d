import { awsAdvice } from "../../aws/settings.ts";
import type { ReceiverFactory } from "../../component/component.ts";
import { RunLoop } from "../run_loop.ts";
import { type AwscloudwatchConfig, awscloudwatchProblems, awscloudwatchSchema } from "./config.ts";
import { awscloudwatchPermissions } from "./permissions.ts";
import { AWSCLOUDWATCH_EVENTS } from "./events.ts";

export const awscloudwatchFactory: ReceiverFactory<AwscloudwatchConfig> = {
  type: "awscloudwatch",
  description: "Reads the events of CloudWatch Logs groups",
  signals: ["logs"],
  unmapped: ["logs"],
  events: AWSCLOUDWATCH_EVENTS,
  schema: awscloudwatchSchema,
  check: awscloudwatchProblems,
  advice: awsAdvice,
  place: ({ log_group_arn, log_group_name, log_group_name_prefix }) =>
    log_group_arn ?? log_group_name ?? `${log_group_name_prefix}*`,
  permissions: awscloudwatchPermissions,
  usesStorage: () => true,
  create: (context) => new RunLoop(async () => (await import("./create.ts")).createAwscloudwatch(context)),
};
