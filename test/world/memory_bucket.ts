/** A bucket with S3's semantics, in memory. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { compareKeys, type ListedObject, type ListPage, type ListRequest } from "../../src/aws/s3/bucket.ts";
import type { ObjectRef, ObjectStore, StoredObject } from "../../src/aws/s3/object_store.ts";
import { ObjectMissingError } from "../../src/decode/object_error.ts";
import { REGION } from "./aws_service.ts";

interface Content {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly storageClass: string;
  /** What S3 answers with the object besides. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A bucket in memory, fast with hundreds of thousands of objects, that counts what is asked of it. */
export class MemoryBucket implements ObjectStore {
  readonly name: string;
  readonly region = REGION;
  listRequests = 0;
  /** Keys that were asked for, in order. */
  readonly gets: string[] = [];
  /** Called before each answer (`key` is undefined for a listing); may throw. */
  before: (key: string | undefined) => void | Promise<void> = () => {};
  readonly #contents = new Map<string, Content>();
  #sortedKeys: string[] | undefined;

  constructor(name = "logs") {
    this.name = name;
  }

  /** Writes an object; its ETag. */
  put(
    key: string,
    content: string | Uint8Array,
    { lastModifiedMs = Date.now(), storageClass = "STANDARD", headers = {} }: Partial<Omit<Content, "bytes" | "etag">> =
      {},
  ): string {
    const bytes = new Uint8Array(Buffer.from(content));
    const etag = createHash("md5").update(bytes).digest("hex");
    if (!this.#contents.has(key)) this.#sortedKeys = undefined;
    this.#contents.set(key, { bytes, etag, lastModifiedMs, storageClass, headers });
    return etag;
  }

  delete(key: string): void {
    this.#contents.delete(key);
    this.#sortedKeys = undefined;
  }

  etagOf(key: string): string | undefined {
    return this.#contents.get(key)?.etag;
  }

  nowMs(): number {
    return Date.now();
  }

  async list({ prefix, startAfter = "", maxKeys = 1000 }: ListRequest): Promise<ListPage> {
    this.listRequests++;
    await this.before(undefined);
    const keys = this.#sortedKeys ??= [...this.#contents.keys()].sort(compareKeys);
    const objects: ListedObject[] = [];
    for (let i = firstFrom(keys, startAfter > prefix ? startAfter : prefix); i < keys.length; i++) {
      const key = keys[i] as string;
      if (key === startAfter) continue;
      if (!key.startsWith(prefix)) break;
      if (objects.length === maxKeys) return { objects, isTruncated: true };
      const { bytes, etag, lastModifiedMs, storageClass } = this.#contents.get(key) as Content;
      const isArchived = storageClass === "GLACIER";
      objects.push({ key, etag, sizeBytes: bytes.length, lastModifiedMs, isArchived });
    }
    return { objects, isTruncated: false };
  }

  async get({ key }: Pick<ObjectRef, "key">): Promise<StoredObject> {
    this.gets.push(key);
    await this.before(key);
    const content = this.#contents.get(key);
    if (content === undefined) throw new ObjectMissingError(`Cannot read object: ${key} does not exist`);
    const { bytes, etag, lastModifiedMs, headers } = content;
    return {
      body: (async function* () {
        yield await Promise.resolve(bytes);
      })(),
      etag,
      sizeBytes: bytes.length,
      lastModified: new Date(lastModifiedMs),
      region: this.region,
      headers,
    };
  }
}

/** Index of the first key that is not before `key`. */
function firstFrom(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(keys[middle] as string, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
