/** For tests: one bucket of S3 over HTTP, fast enough for hundreds of thousands of objects, that counts and fails. */
import { createHash } from "node:crypto";

export interface PutOptions {
  readonly lastModifiedMs?: number;
}

interface StoredObject {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly lastModifiedMs: number;
}

/** What the server does instead of answering a request; undefined: it answers. */
export type Fault = (request: { readonly key: string | undefined; readonly url: URL }) => Response | undefined;

/** Path style; every bucket name leads to the same objects. */
export class BucketServer implements AsyncDisposable {
  listRequests = 0;
  /** Keys that were asked for, in order. */
  readonly gets: string[] = [];
  /** `key` is undefined for a listing. */
  fault: Fault = () => undefined;
  readonly #objects = new Map<string, StoredObject>();
  #sortedKeys: string[] | undefined;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => this.#answer(request));
  }

  static start(): BucketServer {
    return new BucketServer();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  put(key: string, content: string | Uint8Array, { lastModifiedMs = Date.now() }: PutOptions = {}): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
    const etag = createHash("md5").update(bytes).digest("hex");
    if (!this.#objects.has(key)) this.#sortedKeys = undefined;
    this.#objects.set(key, { bytes, etag, lastModifiedMs });
  }

  delete(key: string): void {
    this.#objects.delete(key);
    this.#sortedKeys = undefined;
  }

  etagOf(key: string): string | undefined {
    return this.#objects.get(key)?.etag;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #answer(request: Request): Response {
    const url = new URL(request.url);
    const path = decodeURIComponent(url.pathname.slice(1));
    const slash = path.indexOf("/");
    const key = slash === -1 || slash === path.length - 1 ? undefined : path.slice(slash + 1);
    if (key === undefined) this.listRequests++;
    else this.gets.push(key);
    return this.fault({ key, url }) ?? (key === undefined ? this.#list(url.searchParams) : this.#get(key));
  }

  #get(key: string): Response {
    const object = this.#objects.get(key);
    if (object === undefined) return s3Error(404, "NoSuchKey");
    return new Response(object.bytes, {
      headers: { etag: `"${object.etag}"`, "last-modified": new Date(object.lastModifiedMs).toUTCString() },
    });
  }

  #list(query: URLSearchParams): Response {
    const prefix = query.get("prefix") ?? "";
    const after = query.get("start-after") ?? "";
    const maxKeys = Math.min(1000, Number(query.get("max-keys") ?? 1000));
    // ASCII keys: the order of UTF-16 is that of UTF-8.
    const keys = this.#sortedKeys ??= [...this.#objects.keys()].sort();
    const page: string[] = [];
    let isTruncated = false;
    for (let i = firstFrom(keys, after > prefix ? after : prefix); i < keys.length; i++) {
      const key = keys[i] as string;
      if (key === after) continue;
      if (!key.startsWith(prefix)) break;
      if (page.length === maxKeys) {
        isTruncated = true;
        break;
      }
      page.push(key);
    }
    const contents = page.map((key) => {
      const { bytes, etag, lastModifiedMs } = this.#objects.get(key) as StoredObject;
      return `<Contents><Key>${encodeURIComponent(key).replaceAll("%20", "+")}</Key><ETag>&quot;${etag}&quot;</ETag>` +
        `<Size>${bytes.length}</Size><LastModified>${new Date(lastModifiedMs).toISOString()}</LastModified></Contents>`;
    });
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
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
