import { awsAdvice } from "../../aws/settings.ts";
import type { Receiver, ReceiverContext, ReceiverFactory } from "../../component/component.ts";
import { S3Bucket } from "../../aws/s3/bucket.ts";
import {
  type Awss3Config,
  awss3Problems,
  awss3Schema,
  IGNORED_SETTINGS,
  listedBucket,
  type QueueConfig,
} from "./config.ts";
import type { ObjectContext } from "./try_deliver.ts";
import { listingReceiver } from "./listing/receiver.ts";
import { readObject } from "./object.ts";
import { S3ObjectStore } from "../../aws/s3/object_store.ts";
import { awss3Permissions } from "./permissions.ts";
import { SqsQueue } from "./queue/queue.ts";
import { settleFailures } from "./queue/failed_message.ts";
import { queueReceiver } from "./queue/receiver.ts";
import { type S3Clients, s3Clients } from "../../aws/s3/s3_clients.ts";
import { createSelector } from "./selection.ts";
import { AWSS3_EVENTS } from "./events.ts";

export const awss3Factory: ReceiverFactory<Awss3Config> = {
  type: "awss3",
  description: "Reads objects of S3 that notifications in an SQS queue announce, or that a listing of a bucket finds",
  signals: ["logs"],
  unmapped: ["logs"],
  events: AWSS3_EVENTS,
  schema: awss3Schema,
  ignoredSettings: IGNORED_SETTINGS,
  check: awss3Problems,
  advice: awsAdvice,
  place: (config) => config.queue_url ?? listedBucket(config)?.name ?? "",
  permissions: awss3Permissions,
  usesStorage: (config) => listedBucket(config) !== undefined,
  create(context) {
    const { config, events, storage } = context;
    const clients = s3Clients(config, { pathStyle: config.path_style, counter: events });
    const objects = objectContext(context, clients);
    const bucket = listedBucket(config);
    if (bucket === undefined) return createQueue({ ...context, ...objects, clients });
    if (storage === undefined) throw new Error("Cannot create awss3: listing a bucket needs storage");
    const close = () => clients.close();
    return listingReceiver({ ...context, ...objects, storage, bucket: new S3Bucket(clients, bucket), close });
  },
};

function createQueue(
  { clients, ...context }: ReceiverContext<Awss3Config> & ObjectContext & { clients: S3Clients },
): Receiver {
  const { config, events, id } = context;
  if (config.queue_url === undefined) throw new Error("Cannot create awss3: queue_url is not set");
  const { max_number_of_messages, number_of_workers } = config;
  if (max_number_of_messages !== undefined) {
    const warning = "max_number_of_messages is deprecated: use number_of_workers";
    events.emit("config.warning", { path: `receivers.${id}`, warning });
  }
  const queueConfig: QueueConfig = {
    ...config,
    queue_url: config.queue_url,
    number_of_workers: max_number_of_messages ?? number_of_workers,
  };
  const queue = new SqsQueue(queueConfig, events);
  return queueReceiver({
    ...context,
    queue,
    settle: settleFailures({ ...context, config: queueConfig }),
    config: queueConfig,
    close() {
      queue.close();
      clients.close();
    },
  });
}

/** What work on objects needs, as the settings have it. */
export function objectContext(
  { config, consumers, flowControl, events, once }: ReceiverContext<Awss3Config>,
  clients: S3Clients,
): ObjectContext {
  if (consumers.logs === undefined) throw new Error("Cannot create awss3: no logs pipeline uses it");
  const store = new S3ObjectStore(clients, { bodyTimeoutMs: config.api_timeout });
  return {
    read: (object, { expandField, ...options }) =>
      readObject(store, object, {
        ...options,
        maxBytes: config.max_bytes,
        largeReads: flowControl.largeReads,
        expandEventListFromField: expandField,
        includeS3Metadata: config.include_s3_metadata,
      }),
    select: createSelector(config),
    allowedBuckets: config.allowed_buckets && new Set(config.allowed_buckets),
    consumer: consumers.logs,
    flowControl,
    events,
    once,
  };
}
