/** For tests: a bucket in memory, fast with hundreds of thousands of objects, that counts and fails; also over HTTP. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { ObjectMissingError } from "../../decode/object_error.ts";
import { compareKeys, type ListedObject, type ListPage, type ListRequest } from "./bucket.ts";
import type { ObjectRef, ObjectStore, StoredObject } from "./object_store.ts";

interface Content {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly storageClass: string;
}

export class MemoryBucket implements ObjectStore {
  readonly name = "logs";
  readonly region = "us-east-1";
  listRequests = 0;
  /** Keys that were asked for, in order. */
  readonly gets: string[] = [];
  /** Called before each answer (`key` is undefined for a listing); may throw. */
  before: (key: string | undefined) => void | Promise<void> = () => {};
  readonly #contents = new Map<string, Content>();
  #sortedKeys: string[] | undefined;

  put(
    key: string,
    content: string | Uint8Array,
    { lastModifiedMs = Date.now(), storageClass = "STANDARD" } = {},
  ): void {
    const bytes = new Uint8Array(Buffer.from(content));
    const etag = createHash("md5").update(bytes).digest("hex");
    if (!this.#contents.has(key)) this.#sortedKeys = undefined;
    this.#contents.set(key, { bytes, etag, lastModifiedMs, storageClass });
  }

  delete(key: string): void {
    this.#contents.delete(key);
    this.#sortedKeys = undefined;
  }

  etagOf(key: string): string | undefined {
    return this.#contents.get(key)?.etag;
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
    const { bytes, etag, lastModifiedMs } = content;
    return {
      body: (async function* () {
        yield await Promise.resolve(bytes);
      })(),
      etag,
      sizeBytes: bytes.length,
      lastModified: new Date(lastModifiedMs),
      region: this.region,
      headers: {},
    };
  }
}

/** The bucket over HTTP, path style; every bucket name leads to it. */
export class BucketServer implements AsyncDisposable {
  readonly bucket = new MemoryBucket();
  /** What it does instead of answering (`key` is undefined for a listing); undefined: it answers. */
  fault: (key: string | undefined) => Response | undefined = () => undefined;
  readonly #server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => this.#answer(request));

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [, key = ""] = /^\/[^/]*\/(.*)$/s.exec(decodeURIComponent(pathname)) ?? [];
    const fault = this.fault(key === "" ? undefined : key);
    if (fault !== undefined) return fault;
    return key === "" ? await this.#list(searchParams) : await this.#get(key);
  }

  async #get(key: string): Promise<Response> {
    try {
      const { body, etag, lastModified } = await this.bucket.get({ key });
      const headers = { etag: `"${etag}"`, "last-modified": (lastModified as Date).toUTCString() };
      return new Response(new Blob(await Array.fromAsync(body) as BlobPart[]), { headers });
    } catch {
      return s3Error(404, "NoSuchKey");
    }
  }

  async #list(query: URLSearchParams): Promise<Response> {
    const { objects, isTruncated } = await this.bucket.list({
      prefix: query.get("prefix") ?? "",
      startAfter: query.get("start-after") ?? undefined,
      maxKeys: Number(query.get("max-keys") ?? 1000),
    });
    const contents = objects.map(({ key, etag, sizeBytes, lastModifiedMs, isArchived }) =>
      `<Contents><Key>${encodeURIComponent(key).replaceAll("%20", "+")}</Key><ETag>&quot;${etag}&quot;</ETag>` +
      `<Size>${sizeBytes}</Size><LastModified>${new Date(lastModifiedMs).toISOString()}</LastModified>` +
      `<StorageClass>${isArchived ? "GLACIER" : "STANDARD"}</StorageClass></Contents>`
    );
    return xml(
      `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>` +
        `${contents.join("")}</ListBucketResult>`,
      200,
    );
  }
}

/** An error answer as S3 gives it. */
export function s3Error(status: number, code: string): Response {
  return xml(`<Error><Code>${code}</Code><Message>${code} message</Message></Error>`, status);
}

function xml(body: string, status: number): Response {
  const headers = { "content-type": "application/xml" };
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`, { status, headers });
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
