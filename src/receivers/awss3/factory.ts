import { awsAdvice } from "../../aws/settings.ts";
import type { DeadLetter, Receiver, ReceiverContext, ReceiverFactory } from "../../component/component.ts";
import type { LogRecord } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import { S3Bucket } from "../../aws/s3/bucket.ts";
import {
  type Awss3Config,
  awss3Problems,
  awss3Schema,
  IGNORED_SETTINGS,
  type ListedBucket,
  listedBucket,
  type QueueConfig,
} from "./config.ts";
import type { ReadObject } from "./try_deliver.ts";
import { listingReceiver } from "./listing/receiver.ts";
import { readObject } from "./object.ts";
import { S3ObjectStore } from "../../aws/s3/object_store.ts";
import { awss3Permissions } from "./permissions.ts";
import { SqsQueue } from "./queue/queue.ts";
import { settleFailures } from "./queue/failed_message.ts";
import { queueReceiver } from "./queue/receiver.ts";
import { type S3Clients, s3Clients } from "../../aws/s3/s3_clients.ts";
import { createSelector, type Selector } from "./selection.ts";
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
    const { config, consumers, events } = context;
    if (consumers.logs === undefined) throw new Error("Cannot create awss3: no logs pipeline uses it");
    const clients = s3Clients(config, { pathStyle: config.path_style, counter: events });
    const given = {
      ...context,
      read: objectReader(new S3ObjectStore(clients, { bodyTimeoutMs: config.api_timeout }), config),
      select: createSelector(config),
      consumer: consumers.logs,
      deadLetter: context.deadLetter,
      clients,
    };
    const listed = listedBucket(config);
    return listed === undefined ? createQueue(given) : createListing(given, listed);
  },
};

interface Given extends Omit<ReceiverContext<Awss3Config>, "deadLetter"> {
  readonly read: ReadObject;
  readonly select: Selector;
  readonly consumer: Consumer<LogRecord>;
  readonly deadLetter: DeadLetter | undefined;
  readonly clients: S3Clients;
}

function createQueue({ clients, ...given }: Given): Receiver {
  const { config, events, id } = given;
  if (config.queue_url === undefined) throw new Error("Cannot create awss3: queue_url is not set");
  const { max_number_of_messages, number_of_workers, allowed_buckets } = config;
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
    ...given,
    queue,
    settle: settleFailures({ ...given, config: queueConfig }),
    allowedBuckets: allowed_buckets === undefined ? undefined : new Set(allowed_buckets),
    config: queueConfig,
    close() {
      queue.close();
      clients.close();
    },
  });
}

function createListing({ clients, ...given }: Given, bucket: ListedBucket): Receiver {
  const { storage } = given;
  if (storage === undefined) throw new Error("Cannot create awss3: listing a bucket needs storage");
  return listingReceiver({
    ...given,
    storage,
    bucket: new S3Bucket(clients, bucket),
    close: () => clients.close(),
  });
}

/** Reads objects of a store as the settings say. */
export function objectReader(store: S3ObjectStore, config: Awss3Config): ReadObject {
  return (object, { expandField, ...options }) =>
    readObject(store, object, {
      ...options,
      maxBytes: config.max_bytes,
      expandEventListFromField: expandField,
      includeS3Metadata: config.include_s3_metadata,
    });
}
