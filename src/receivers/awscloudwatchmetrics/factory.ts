import type { ReceiverFactory } from "../../component.ts";
import { AwsCloudWatch, callerAccount } from "./cloudwatch.ts";
import { Collector } from "./collector.ts";
import { awscloudwatchmetricsSchema, type MetricsConfig, metricsProblems, regionsOf } from "./config.ts";
import { metricsPermissions } from "./permissions.ts";
import { MetricsReceiver } from "./receiver.ts";

export const awscloudwatchmetricsFactory: ReceiverFactory<MetricsConfig> = {
  type: "awscloudwatchmetrics",
  description: "Reads the metrics of Bedrock and its guardrails from CloudWatch",
  signals: ["metrics"],
  schema: awscloudwatchmetricsSchema,
  check: metricsProblems,
  permissions: metricsPermissions,
  usesStorage: () => true,
  create(context) {
    const { config, events, delivery, consumers, storage, once, resource = {} } = context;
    const consumer = consumers.metrics;
    if (consumer === undefined) throw new Error("Cannot create awscloudwatchmetrics: no metrics pipeline uses it");
    if (storage === undefined) throw new Error("Cannot create awscloudwatchmetrics: there is no storage");
    const [stopReading, giveUp] = [new AbortController(), new AbortController()];
    const regions = regionsOf(config).map((region) => ({
      region,
      cloudWatch: new AwsCloudWatch(config, { region, events }),
    }));
    const account = remembered(() =>
      callerAccount(config, { region: regions[0]?.region ?? "us-east-1", events, signal: stopReading.signal })
    );
    const collectors = regions.flatMap(({ region, cloudWatch }) =>
      config.namespaces.map((namespace) =>
        new Collector({
          region,
          namespace,
          config,
          cloudWatch,
          account,
          checkpoints: storage.checkpoints("metrics"),
          consumer,
          delivery,
          events,
          resource,
          stopReading: stopReading.signal,
          giveUp: giveUp.signal,
        })
      )
    );
    return new MetricsReceiver({
      config,
      collectors,
      account,
      delivery,
      events,
      once,
      stopReading,
      giveUp,
      close: () => regions.forEach(({ cloudWatch }) => cloudWatch.close()),
    });
  },
};

/** Asks until there is an answer, and then never again. */
function remembered<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () =>
    answer ??= ask().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
}
