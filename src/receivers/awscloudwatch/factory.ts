import { S3Client } from "@aws-sdk/client-s3";
import { s3ClientConfig } from "../../aws/client_config.ts";
import { countCalls } from "../../aws/count_calls.ts";
import type { ReceiverFactory } from "../../component.ts";
import { S3ObjectStore } from "../awss3/object_store.ts";
import { S3Clients } from "../awss3/s3_clients.ts";
import { type AwscloudwatchConfig, awscloudwatchProblems, awscloudwatchSchema, regionOf } from "./config.ts";
import { CloudWatchLogs } from "./logs.ts";
import { awscloudwatchPermissions } from "./permissions.ts";
import { logsReceiver } from "./receiver.ts";

export const awscloudwatchFactory: ReceiverFactory<AwscloudwatchConfig> = {
  type: "awscloudwatch",
  description: "Reads the events of CloudWatch Logs groups",
  signals: ["logs"],
  schema: awscloudwatchSchema,
  check: awscloudwatchProblems,
  permissions: awscloudwatchPermissions,
  usesStorage: () => true,
  create({ config, events, delivery, consumers, storage, once }) {
    if (consumers.logs === undefined) throw new Error("Cannot create awscloudwatch: no logs pipeline uses it");
    if (storage === undefined) throw new Error("Cannot create awscloudwatch: there is no storage");
    const logs = new CloudWatchLogs(config, events);
    const store = new S3ObjectStore(
      new S3Clients((region = regionOf(config)) =>
        // The names of buckets are no hosts at most other endpoints.
        countCalls(new S3Client(s3ClientConfig(config, { region, pathStyle: config.endpoint !== undefined })), events)
      ),
      { bodyTimeoutMs: config.api_timeout },
    );
    const bucket = config.large_data_bucket;
    return logsReceiver({
      config,
      logs,
      largeData: bucket === undefined ? undefined : { bucket, store },
      storage,
      consumer: consumers.logs,
      delivery,
      events,
      once,
      close() {
        logs.close();
        store.close();
      },
    });
  },
};
