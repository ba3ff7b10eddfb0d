/** Which bodies a record may name. Records are untrusted, and bodies are read with the program's credentials. */
import type { CompanionPlace } from "../../../component/batch.ts";
import { type JsonObject, textOf } from "../read/json.ts";
import type { Invocation } from "../read/record.ts";

export type Side = "input" | "output";

/** A body that is stored beside its record. */
export interface StoredBody {
  readonly side: Side;
  readonly place: CompanionPlace;
}

/** Why a body may not be read: a bounded reason, and a problem for people, which quotes nothing of the record. */
export interface Refusal {
  readonly side: Side;
  readonly reason: "bad_path" | "other_bucket" | "other_key";
  readonly problem: string;
}

export interface PlaceRules {
  /** The bucket that the record came from; undefined where bodies are found by name, whatever the bucket. */
  readonly ownBucket: string | undefined;
  readonly allowedBuckets: ReadonlySet<string>;
}

/** Whether a record names a body that it does not hold. */
export function namesBody({ input, output }: Invocation): boolean {
  return pathOf(input, "input") !== undefined || pathOf(output, "output") !== undefined;
}

/** The bodies that a record names and does not hold, each with its place or with why it may not be read. */
export function storedBodiesOf({ log, input, output }: Invocation, rules: PlaceRules): (StoredBody | Refusal)[] {
  const requestId = textOf(log["requestId"]);
  const sides = [["input", input], ["output", output]] as const;
  return sides.flatMap(([side, part]) => {
    const path = pathOf(part, side);
    return path === undefined ? [] : [storedBodyOf(path, { side, requestId, rules })];
  });
}

function pathOf(part: JsonObject, side: Side): string | undefined {
  return (part[`${side}BodyJson`] ?? null) === null ? textOf(part[`${side}BodyS3Path`]) : undefined;
}

const PATH = /^s3:\/\/([^/]+)\/([^%\\\p{Cc}]{1,1024})$/u;
const REQUEST_ID = /^[\w-]{1,128}$/;

function storedBodyOf(
  path: string,
  { side, requestId, rules }: { side: Side; requestId: string | undefined; rules: PlaceRules },
): StoredBody | Refusal {
  const [, bucket, key] = PATH.exec(path) ?? [];
  if (bucket === undefined || key === undefined || key.split("/").some((segment) => /^\.\.?$/.test(segment))) {
    const problem = "its path is no s3://bucket/key, or its key has a percent sign, a backslash or a segment . or ..";
    return { side, reason: "bad_path", problem };
  }
  if (rules.ownBucket !== undefined && bucket !== rules.ownBucket && !rules.allowedBuckets.has(bucket)) {
    return {
      side,
      reason: "other_bucket",
      problem: "its bucket is neither the log's own nor in bodies.allowed_buckets",
    };
  }
  const isOwn = requestId !== undefined && REQUEST_ID.test(requestId) &&
    `/${key}`.endsWith(`/data/${requestId}_${side}.json.gz`);
  if (isOwn) return { side, place: { bucket, key } };
  return { side, reason: "other_key", problem: `its key does not end in /data/, the requestId and _${side}.json.gz` };
}
