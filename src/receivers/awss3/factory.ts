import { S3Client } from "@aws-sdk/client-s3";
import { s3ClientConfig } from "../../aws/client_config.ts";
import type { ReceiverFactory } from "../../component.ts";
import { type Awss3Config, awss3Problems, awss3Schema, IGNORED_SETTINGS, type QueueConfig } from "./config.ts";
import type { ReadObject } from "./deliver_objects.ts";
import { readObject } from "./object.ts";
import { S3ObjectStore } from "./object_store.ts";
import { awss3Permissions } from "./permissions.ts";
import { SqsQueue } from "./queue.ts";
import { QueueReceiver } from "./receiver.ts";
import { S3Clients } from "./s3_clients.ts";
import { createSelector } from "./selection.ts";

export const awss3Factory: ReceiverFactory<Awss3Config> = {
  type: "awss3",
  description: "Reads objects of S3 that notifications in an SQS queue announce",
  signals: ["logs"],
  schema: awss3Schema,
  ignoredSettings: IGNORED_SETTINGS,
  check: awss3Problems,
  permissions: awss3Permissions,
  create(context) {
    const { config, events, delivery, consumers, deadLetter, once } = context;
    if (config.queue_url === undefined) throw new Error("Cannot create awss3: queue_url is not set");
    if (consumers.logs === undefined) throw new Error("Cannot create awss3: no logs pipeline uses it");
    const { max_number_of_messages, number_of_workers, allowed_buckets } = config;
    if (max_number_of_messages !== undefined) {
      const warning = "max_number_of_messages is deprecated: use number_of_workers";
      events.emit("config.warning", { path: `receivers.${context.id}`, warning });
    }
    const queueConfig: QueueConfig = {
      ...config,
      queue_url: config.queue_url,
      number_of_workers: max_number_of_messages ?? number_of_workers,
    };
    const queue = new SqsQueue(queueConfig);
    const store = new S3ObjectStore(
      new S3Clients((region) => new S3Client(s3ClientConfig(config, { region, pathStyle: config.path_style }))),
      { bodyTimeoutMs: config.api_timeout },
    );
    return new QueueReceiver({
      queue,
      read: objectReader(store, config),
      select: createSelector(config),
      allowedBuckets: allowed_buckets === undefined ? undefined : new Set(allowed_buckets),
      consumer: consumers.logs,
      delivery,
      events,
      deadLetter,
      once,
      config: queueConfig,
      close() {
        queue.close();
        store.close();
      },
    });
  },
};

function objectReader(store: S3ObjectStore, config: Awss3Config): ReadObject {
  return (object, { expandField, ...options }) =>
    readObject(store, object, {
      ...options,
      maxBytes: config.max_bytes,
      expandEventListFromField: expandField,
      includeS3Metadata: config.include_s3_metadata,
    });
}
