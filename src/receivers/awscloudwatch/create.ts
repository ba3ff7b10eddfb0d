import type { ReceiverContext } from "../../component/component.ts";
import { S3ObjectStore } from "../../aws/s3/object_store.ts";
import { s3Clients } from "../../aws/s3/s3_clients.ts";
import { type AwscloudwatchConfig, regionOf } from "./config.ts";
import { CloudWatchLogs } from "./logs.ts";
import type { RunLoopOptions } from "../run_loop.ts";
import { logsLoop } from "./receiver.ts";

/** What the receiver does, with its clients of AWS. */
export function createAwscloudwatch(
  { config, events, flowControl, consumers, storage, once }: ReceiverContext<AwscloudwatchConfig>,
): RunLoopOptions {
  if (consumers.logs === undefined) throw new Error("Cannot create awscloudwatch: no logs pipeline uses it");
  if (storage === undefined) throw new Error("Cannot create awscloudwatch: there is no storage");
  const logs = new CloudWatchLogs(config, events);
  const clients = s3Clients(config, {
    // The names of buckets are no hosts at most other endpoints.
    pathStyle: config.endpoint !== undefined,
    counter: events,
    region: regionOf(config),
  });
  const store = new S3ObjectStore(clients, { bodyTimeoutMs: config.api_timeout });
  const bucket = config.large_data_bucket;
  return logsLoop({
    config,
    logs,
    largeData: bucket === undefined ? undefined : { bucket, store },
    storage,
    consumer: consumers.logs,
    flowControl,
    events,
    once,
    close() {
      logs.close();
      clients.close();
    },
  });
}
