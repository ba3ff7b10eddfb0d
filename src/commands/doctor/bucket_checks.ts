import { S3Bucket } from "../../aws/s3/bucket.ts";
import { type ObjectRef, S3ObjectStore } from "../../aws/s3/object_store.ts";
import { isNeverLogObject } from "../../aws/s3/never_log_objects.ts";
import { s3Clients } from "../../aws/s3/s3_clients.ts";
import { batchOf } from "../../component/batch.ts";
import type { Events } from "../../component/events.ts";
import { createFlowControl } from "../../component/flow_control.ts";
import { EVENTS } from "../../components.ts";
import { ObjectUnreadableError } from "../../decode/object_error.ts";
import { bedrockFactory } from "../../processors/bedrock/factory.ts";
import type { Awss3Config, ListedBucket } from "../../receivers/awss3/config.ts";
import { readObject } from "../../receivers/awss3/object.ts";
import { EventReporter } from "../../telemetry/event_reporter.ts";
import { askAws, failed, type Finding, ok, TIMEOUT_MS, unknown } from "./check.ts";

const MAX_BYTES = 64 * 1024 * 1024;
/** So much of a listing is looked at to find a log. */
const MAX_KEYS = 100;

/**
 * A listing finds objects, and one of them can be read and holds an invocation. Nothing is remembered. `onlyDoctor`: the
 * bucket is not listed by the program.
 */
export async function bucketChecks(
  id: string,
  { bucket, config, events, onlyDoctor }: {
    bucket: ListedBucket;
    config: Awss3Config;
    events: Events;
    onlyDoctor: boolean;
  },
): Promise<readonly Finding[]> {
  const check = `${id}: bucket`;
  const { name } = bucket;
  const clients = s3Clients(config, { pathStyle: config.path_style, counter: events });
  try {
    return await askAws(check, {
      action: "s3:ListBucket",
      orElse: "correct the bucket's name",
      onlyDoctor,
      ask: async (signal) => {
        const request = { prefix: config.bucket_list_prefix ?? "", maxKeys: MAX_KEYS };
        const { objects } = await new S3Bucket(clients, bucket).list(request, { signal });
        if (objects.length === 0) {
          const remedy = "call a model, or correct bucket_list_prefix";
          return [unknown(check, `${name} can be listed and has no objects there: ${remedy}`)];
        }
        const keys = objects.map(({ key }) => key).filter((key) => !isNeverLogObject(key));
        const key = keys.findLast((key) => /\/BedrockModelInvocationLogs\//.test(key)) ??
          keys.findLast((key) => /\.json(\.gz)?$/.test(key));
        if (key === undefined) {
          return [failed(check, `${name} has objects there, and none looks like a log: is it the right bucket?`)];
        }
        const store = new S3ObjectStore(clients, { bodyTimeoutMs: TIMEOUT_MS });
        const ref = { bucket: name, region: bucket.region, key };
        const found = await objectCheck(`${id}: object`, { ref, store, maxBytes: config.max_bytes, signal });
        return [ok(check, `${name} can be listed`), found];
      },
    });
  } finally {
    clients.close();
  }
}

/** Reads and maps the beginning of an object as the program would, and tells nothing of what it holds. */
async function objectCheck(
  check: string,
  { ref, store, maxBytes, signal }: { ref: ObjectRef; store: S3ObjectStore; maxBytes: number; signal: AbortSignal },
): Promise<Finding> {
  const events = new EventReporter({ write() {} }, EVENTS);
  const processor = bedrockFactory.create({
    id: "bedrock",
    config: bedrockFactory.schema.parse({ bodies: { mode: "reference" } }),
    events,
    resource: {},
  });
  const place = "is it the right bucket and prefix?";
  try {
    for await (const [record] of readObject(store, ref, { maxBytes, signal })) {
      if (record === undefined) continue;
      const flowControl = createFlowControl({ maxInFlightBytes: MAX_BYTES });
      await processor.logs?.({ consume: () => Promise.resolve() }, flowControl).consume(batchOf([record]));
      return events.count("bedrock.pipeline_errors") === 0
        ? ok(check, `${ref.key} can be read, and its first record is an invocation`)
        : failed(check, `${ref.key} can be read, and its first record is no invocation: ${place}`);
    }
    return failed(check, `${ref.key} can be read, and has no record: ${place}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof ObjectUnreadableError)) return failed(check, message);
    // AWS names the right where it is the key's.
    return failed(
      check,
      `${message}: ${/\bkms:/i.test(message) ? "allow kms:Decrypt for its key" : "allow s3:GetObject"}`,
    );
  } finally {
    processor.stop?.();
  }
}
