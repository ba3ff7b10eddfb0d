import { areaOf, type BedrockArea } from "./bedrock_key.ts";
import { goOnAfter, keyAfter, type List, type ListedObject, type ListRequest } from "./bucket.ts";

/** What a bucket holds next, in the order of keys. */
export type Span =
  /** The logs of an account and region: they are not given here; list them with `prefix`, from the hour that is wanted. */
  | { readonly kind: "area"; readonly area: BedrockArea; readonly prefix: string }
  /** Objects in any other layout. */
  | { readonly kind: "objects"; readonly objects: readonly ListedObject[] };

/** The request that a walk begins with. */
export function firstRequest(prefix: string): ListRequest {
  return { prefix, maxKeys: 1 };
}

/**
 * Walks through what begins with `prefix`, jumping over the areas that it finds: the first key after one area tells
 * where the next is. That takes one small request an area and one more, whatever the areas hold, wherever they are and
 * whatever else is in the bucket.
 */
export async function* walkBucket(list: List, prefix: string): AsyncGenerator<Span, void, void> {
  let request = firstRequest(prefix);
  for (;;) {
    const { objects, isTruncated } = await list(request);
    const others: ListedObject[] = [];
    let area: BedrockArea | undefined;
    for (const object of objects) {
      area = areaOf(object.key);
      if (area !== undefined) break;
      others.push(object);
    }
    if (others.length > 0) yield { kind: "objects", objects: others };
    if (area !== undefined) {
      yield { kind: "area", area, prefix: area.prefix.length < prefix.length ? prefix : area.prefix };
      request = { prefix, startAfter: keyAfter(area.prefix), maxKeys: 1 };
      continue;
    }
    const last = objects.at(-1);
    if (!isTruncated || last === undefined) return;
    request = { prefix, startAfter: goOnAfter(last.key) };
  }
}
