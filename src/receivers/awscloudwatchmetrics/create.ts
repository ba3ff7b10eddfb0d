import type { ReceiverContext } from "../../component/component.ts";
import { callerAccount, CloudWatchCalls } from "./cloudwatch.ts";
import { Collector } from "./collector.ts";
import { type MetricsConfig, regionsOf, streamsOf } from "./config.ts";
import type { RunLoopOptions } from "../run_loop.ts";
import { metricsLoop } from "./receiver.ts";

/** What the receiver does, with its clients of AWS. */
export function createMetricsReceiver(context: ReceiverContext<MetricsConfig>): RunLoopOptions {
  const { config, events, flowControl, consumers, storage, once, resource = {} } = context;
  const consumer = consumers.metrics;
  if (consumer === undefined) throw new Error("Cannot create awscloudwatchmetrics: no metrics pipeline uses it");
  if (storage === undefined) throw new Error("Cannot create awscloudwatchmetrics: there is no storage");
  const clients = regionsOf(config).map((region) => ({
    region,
    cloudWatch: new CloudWatchCalls(config, { region, events }),
  }));
  return metricsLoop({
    config,
    flowControl,
    events,
    once,
    begin(signals) {
      let asked = 0;
      const account = remembered(() => {
        // A region that is out of order must not keep the others waiting.
        const { region = "us-east-1" } = clients[asked++ % clients.length] ?? {};
        return callerAccount(config, { region, events, signal: signals.stopping });
      });
      const common = { config, account, storage, consumer, flowControl, events, resource, ...signals };
      const collectors = clients.flatMap((client) =>
        streamsOf(config).map((stream) => new Collector({ ...client, ...common, stream }))
      );
      return { account, collectors };
    },
    close: () => clients.forEach(({ cloudWatch }) => cloudWatch.close()),
  });
}

/** Asks until there is an answer, and then never again. */
function remembered<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () =>
    answer ??= ask().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
}
