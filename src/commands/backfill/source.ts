import { RetryingCalls } from "../../aws/retrying_calls.ts";
import { type List, S3Bucket } from "../../aws/s3/bucket.ts";
import type { S3Clients } from "../../aws/s3/s3_clients.ts";
import type { Events } from "./events.ts";
import { readDeadLetter } from "./dead_letter_list.ts";
import type { BackfillObject } from "./job.ts";
import type { Wanted } from "./request.ts";
import { UsageError } from "../command.ts";
import { selectedObjects, type Selection } from "./objects.ts";

/** Where the objects come from. */
export interface Source {
  /** All that makes it another source. */
  readonly description: readonly unknown[];
  /** Region of its bucket, when that is known. */
  readonly region: string | undefined;
  /** Dead-letter entries that name no object of S3. */
  readonly others: number;
  /** Objects that have to be restored from an archive first; known once {@linkcode objects} gave all. */
  readonly archived: number;
  /** Requests that listing took so far. */
  readonly listRequests: number;
  /** Those that can be read, in the order of their names; `after`: only those after this name. */
  objects(after?: string): AsyncIterable<BackfillObject>;
}

export interface SourceOptions {
  readonly clients: S3Clients;
  /** The bucket that the configuration names: a name, or the ARN of an access point. */
  readonly bucket: string | undefined;
  readonly events: Events;
  readonly signal: AbortSignal;
}

/**
 * Finds what is wanted.
 *
 * @throws {UsageError} no bucket is named.
 * @throws {Error} the bucket cannot be listed, or the dead letter not be read.
 */
export async function sourceOf(wanted: Wanted, options: SourceOptions): Promise<Source> {
  if (wanted.kind === "dead_letter") return await deadLetterSource(wanted.file);
  const bucket = wanted.bucket ?? options.bucket;
  if (bucket === undefined) {
    throw new UsageError("Cannot backfill: expected --bucket NAME: the configuration lists none");
  }
  return await bucketSource(wanted.selection, { ...options, bucket });
}

/** The selected objects of a bucket. */
async function bucketSource(
  selection: Selection,
  { clients, bucket: name, events, signal }: SourceOptions & { bucket: string },
): Promise<Source> {
  const bucket = new S3Bucket(clients, { name });
  const calls = new RetryingCalls({
    cannot: `Cannot list bucket ${name}`,
    once: true,
    signal,
    onFailed: ({ reason, error }) => events.emit("backfill.retry", { source: name, reason, error }),
  });
  let listRequests = 0;
  let archived = 0;
  const list: List = (request) =>
    calls.retry(() => {
      listRequests++;
      return bucket.list(request, { signal });
    });
  // So that a mistake shows before anything begins, and the bucket's region is known.
  await list({ prefix: selection.prefix, maxKeys: 1 });
  const region = await clients.call({ bucket: name }, { call: (client) => client.config.region(), signal });
  const own = `s3://${name}/`;
  return {
    description: ["bucket", name, selection.prefix, selection.fromMs, selection.toMs, namesOf(selection)],
    region,
    others: 0,
    get listRequests() {
      return listRequests;
    },
    get archived() {
      return archived;
    },
    async *objects(after) {
      let count = 0;
      const objects = selectedObjects(list, { selection, after: after?.slice(own.length) });
      for await (const { key, sizeBytes, etag, isArchived } of objects) {
        if (isArchived) count++;
        else yield { bucket: name, key, sizeBytes, etag };
      }
      if (after === undefined) archived = count;
    },
  };
}

function namesOf({ accounts, regions }: Selection): unknown {
  return [accounts, regions].map((names) => names && [...names].sort());
}

/** The objects that a dead letter names. */
async function deadLetterSource(path: string): Promise<Source> {
  const { objects, others } = await readDeadLetter(path);
  const { size, mtime } = await Deno.stat(path);
  return {
    description: ["dead letter", path, size, mtime?.getTime()],
    region: undefined,
    others,
    archived: 0,
    listRequests: 0,
    async *objects() {
      yield* objects;
    },
  };
}
