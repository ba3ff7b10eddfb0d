/** S3 as its SDK speaks to it, path style, with its buckets in memory. */
import { answerOf, type AwsService, regionOf, targetOf } from "./aws_service.ts";
import { answerUnder, type Fault, type HttpAnswer, type HttpRequest } from "./http_server.ts";
import { MemoryBucket } from "./memory_bucket.ts";

/** A request, as a fault is chosen for it. */
export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  /** Empty for a listing, and what else is about the bucket. */
  readonly key: string;
  readonly region: string;
}

/** Takes GetObject and ListObjectsV2; objects are put into the buckets themselves. */
export class S3 implements AwsService {
  /** What goes wrong with a request; undefined: nothing. */
  fault: (request: S3Request) => Fault | undefined | Promise<Fault | undefined> = () => undefined;
  readonly #buckets = new Map<string, MemoryBucket>();

  /** The bucket of this name, which is there from now on. */
  bucket(name: string): MemoryBucket {
    const bucket = this.#buckets.get(name) ?? new MemoryBucket(name);
    this.#buckets.set(name, bucket);
    return bucket;
  }

  isFor(request: HttpRequest): boolean {
    return targetOf(request).operation === "";
  }

  async answer(request: HttpRequest): Promise<HttpAnswer> {
    const [, name = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(decodeURIComponent(request.url.pathname)) ?? [];
    const { method } = request;
    const fault = await this.fault({ method, bucket: name, key, region: regionOf(request) });
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return await answerUnder(fault ?? s3Error(404, "NoSuchBucket"), () => new Response());
    if (key === "") return await answerUnder(fault, () => list(bucket, request.url.searchParams));
    const isMissing = bucket.etagOf(key) === undefined;
    return await answerUnder(fault ?? (isMissing ? s3Error(404, "NoSuchKey") : undefined), () => get(bucket, key));
  }
}

/** An error answer as S3 gives it. */
export function s3Error(status: number, code: string): Fault {
  const body = `${XML}<Error><Code>${code}</Code><Message>${code} message</Message></Error>`;
  return { kind: "status", status, headers: { "content-type": "application/xml" }, body };
}

const XML = `<?xml version="1.0" encoding="UTF-8"?>\n`;

async function get(bucket: MemoryBucket, key: string): Promise<Response> {
  const { body, etag, lastModified, headers } = await bucket.get({ key });
  const bytes = Buffer.concat(await Array.fromAsync(body));
  return answerOf(bytes, { ...headers, etag: `"${etag}"`, "last-modified": (lastModified as Date).toUTCString() });
}

async function list(bucket: MemoryBucket, query: URLSearchParams): Promise<Response> {
  const { objects, isTruncated } = await bucket.list({
    prefix: query.get("prefix") ?? "",
    startAfter: query.get("start-after") ?? undefined,
    maxKeys: Number(query.get("max-keys") ?? 1000),
  });
  const contents = objects.map(({ key, etag, sizeBytes, lastModifiedMs, isArchived }) =>
    `<Contents><Key>${encodeURIComponent(key).replaceAll("%20", "+")}</Key><ETag>&quot;${etag}&quot;</ETag>` +
    `<Size>${sizeBytes}</Size><LastModified>${new Date(lastModifiedMs).toISOString()}</LastModified>` +
    `<StorageClass>${isArchived ? "GLACIER" : "STANDARD"}</StorageClass></Contents>`
  );
  return answerOf(
    `${XML}<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>` +
      `${contents.join("")}</ListBucketResult>`,
    { "content-type": "application/xml" },
  );
}
