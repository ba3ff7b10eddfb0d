import { type BedrockArea, hourFolder, hourOf } from "../../aws/s3/bedrock_key.ts";
import { compareKeys, keyAfter, type List, type ListedObject, pagesOf } from "../../aws/s3/bucket.ts";
import { isNeverLogObject } from "../../aws/s3/never_log_objects.ts";
import { walkBucket } from "../../aws/s3/walk.ts";

/** Which objects of a bucket are to be read. Unset: no limit. */
export interface Selection {
  /** What keys begin with; empty: all keys. */
  readonly prefix: string;
  /** Objects of the hour in which this is and later ones; ms since the epoch. */
  readonly fromMs: number | undefined;
  /** Objects of hours that begin before this. */
  readonly toMs: number | undefined;
  readonly accounts: ReadonlySet<string> | undefined;
  readonly regions: ReadonlySet<string> | undefined;
}

const HOUR_MS = 3_600_000;

/**
 * The logs of a bucket that are selected, in the order of their keys, without what is empty. Where keys are Bedrock's
 * own, the hour in the key counts and only the selected hours are listed; in any other layout the time at which the
 * object was last modified. Those have no account and no region: where these are selected, they are left out.
 *
 * @param after only objects after this key.
 */
export async function* selectedObjects(
  list: List,
  { selection, after }: { selection: Selection; after?: string | undefined },
): AsyncGenerator<ListedObject, void, void> {
  const { fromMs = -Infinity, toMs = Infinity, accounts, regions } = selection;
  const isSelected = (object: ListedObject) => {
    const isBehind = after === undefined || compareKeys(object.key, after) > 0;
    if (!isBehind || object.sizeBytes === 0 || isNeverLogObject(object.key)) return false;
    const hourMs = hourOf(object.key);
    return hourMs === undefined
      ? object.lastModifiedMs >= fromMs && object.lastModifiedMs < toMs
      : hourMs + HOUR_MS > fromMs && hourMs < toMs;
  };
  for await (const span of walkBucket(list, selection.prefix)) {
    if (span.kind === "objects") {
      if (accounts === undefined && regions === undefined) yield* span.objects.filter(isSelected);
      continue;
    }
    const { area, prefix } = span;
    if (accounts?.has(area.account) === false || regions?.has(area.region) === false) continue;
    if (after !== undefined && compareKeys(keyAfter(area.prefix), after) <= 0) continue;
    for await (const page of pagesOf(list, { prefix, startAfter: beginOf(area, { fromMs, after }) })) {
      yield* page.filter(isSelected);
      const last = page.at(-1);
      if (last !== undefined && (hourOf(last.key) ?? -Infinity) >= toMs) break;
    }
  }
}

/** Behind which key the selected objects of an area begin. */
function beginOf(
  area: BedrockArea,
  { fromMs, after }: { fromMs: number; after: string | undefined },
): string | undefined {
  const first = fromMs === -Infinity ? undefined : hourFolder(area, fromMs);
  if (first === undefined || after === undefined) return first ?? after;
  return compareKeys(first, after) > 0 ? first : after;
}
