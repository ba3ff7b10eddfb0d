import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { awsErrorKind, awsErrorMessage } from "../aws_error.ts";
import type { AwsCallOptions } from "../time_limited_handler.ts";
import { ObjectMissingError, ObjectUnreadableError, type UnreadableReason } from "../../decode/object_error.ts";
import { readBody } from "./object_body.ts";
import { type HttpHeaders, regionOf, type S3Clients } from "./s3_clients.ts";

/** Where an object is. */
export interface ObjectRef {
  readonly bucket: string;
  /** Not URL-encoded. */
  readonly key: string;
  /** The bucket's region, when it is known. */
  readonly region?: string | undefined;
  /** Stored bytes, as who names the object says; 0 or undefined: not known. */
  readonly sizeBytes?: number | undefined;
}

/** An object's place, for people: `s3://bucket/key`. */
export function nameOfObject({ bucket, key }: ObjectRef): string {
  return `s3://${bucket}/${key}`;
}

export interface StoredObject {
  /** The bytes as they are stored, once; stopping early closes the connection. What it throws is transient. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Without the quotes. */
  readonly etag: string;
  /** Stored bytes; undefined when the store does not say. */
  readonly sizeBytes: number | undefined;
  readonly lastModified: Date | undefined;
  /** Where it was found. */
  readonly region: string;
  /** Headers of the answer, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What is asked of a store of objects. */
export interface ObjectStore {
  /**
   * Begins to read an object.
   *
   * @throws {ObjectMissingError} there is none.
   * @throws {ObjectUnreadableError} it cannot be read.
   * @throws {unknown} anything else is transient; after an abort the signal's reason.
   */
  get(ref: ObjectRef, options: { signal: AbortSignal }): Promise<StoredObject>;
}

/** Objects of S3 or a store that speaks its protocol, each read in its own region. */
export class S3ObjectStore implements ObjectStore {
  readonly #clients: S3Clients;
  readonly #bodyTimeoutMs: number;

  /** `bodyTimeoutMs`: longest wait for more bytes of an object. */
  constructor(clients: S3Clients, options: { bodyTimeoutMs: number }) {
    this.#clients = clients;
    this.#bodyTimeoutMs = options.bodyTimeoutMs;
  }

  async get(ref: ObjectRef, { signal }: { signal: AbortSignal }): Promise<StoredObject> {
    if (ref.key.split("/").some((segment) => segment === "." || segment === "..")) {
      // As a URL it would be another path, with path_style in another bucket.
      const message = `Cannot read object: ${nameOfObject(ref)} cannot be asked for: its key has a segment . or ..`;
      throw new ObjectUnreadableError(message, { reason: "unavailable" });
    }
    try {
      return await this.#clients.call(ref, { call: (client) => this.#get(ref, { client, signal }), signal });
    } catch (error) {
      signal.throwIfAborted();
      throw classified(error, ref);
    }
  }

  async #get(ref: ObjectRef, { client, signal }: { client: S3Client; signal: AbortSignal }): Promise<StoredObject> {
    const { output, headers } = await getObject(client, ref, signal);
    const expectedBytes = output.ContentLength;
    const stream = output.Body?.transformToWebStream();
    const foreign = whyForeign(ref, { output, headers });
    if (foreign !== undefined) {
      // Nobody waits for the rest of it.
      stream?.cancel().catch(() => {});
      throw new Error(`Cannot read object: ${nameOfObject(ref)}: the answer is no object of a store: ${foreign}`);
    }
    const body = readBody(stream, {
      expectedBytes,
      timeoutMs: this.#bodyTimeoutMs,
      signal,
      name: nameOfObject(ref),
    });
    return {
      body,
      etag: plainEtag(output.ETag),
      sizeBytes: expectedBytes,
      lastModified: output.LastModified,
      region: await client.config.region(),
      headers,
    };
  }
}

/**
 * Why an answer with a good status is not the object: proxies, load balancers and login pages answer so too. Undefined
 * when nothing speaks against it. Stores give an ETag; where one does not, the length has to be what was announced.
 */
function whyForeign(
  { sizeBytes: announced }: ObjectRef,
  { output, headers }: { output: GetObjectCommandOutput; headers: Readonly<Record<string, string>> },
): string | undefined {
  const { httpStatusCode: status = 200 } = output.$metadata;
  if (status !== 200) return `status ${status}`;
  if (isHtml(headers) && headers["x-amz-request-id"] === undefined) return "it is an HTML page";
  if (plainEtag(output.ETag) !== "") return undefined;
  const { ContentLength: length } = output;
  if (announced) {
    return length === announced ? undefined : `no ETag, and ${length ?? "?"} bytes instead of ${announced}`;
  }
  return length ? undefined : "no ETag, and empty";
}

function isHtml(headers: Readonly<Record<string, string>>): boolean {
  return /^text\/html\b/i.test(headers["content-type"] ?? "");
}

/** An ETag without its quotes. */
export function plainEtag(etag: string | undefined): string {
  return (etag ?? "").replaceAll('"', "");
}

/** The answer with its headers. Content-Encoding is not undone on the way: damage has to be seen as such. */
async function getObject(
  client: S3Client,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<{ output: GetObjectCommandOutput; headers: Readonly<Record<string, string>> }> {
  const command = new GetObjectCommand({ Bucket: ref.bucket, Key: ref.key });
  let headers: Readonly<Record<string, string>> = {};
  // Behind the signing: proxies may change this header.
  command.middlewareStack.add((next) => async (args) => {
    (args.request as HttpHeaders).headers["accept-encoding"] = "identity";
    const result = await next(args);
    headers = (result.response as HttpHeaders).headers;
    return result;
  }, { step: "deserialize", priority: "low", name: "identityEncoding" });
  const options: AwsCallOptions = { abortSignal: signal, streamsBody: true };
  const output = await client.send(command, options);
  return { output, headers };
}

const UNREADABLE: Readonly<Partial<Record<ReturnType<typeof awsErrorKind>, UnreadableReason>>> = {
  forbidden: "forbidden",
  missing_bucket: "no_bucket",
  invalid: "unavailable",
};

/** An error that is marked when it cannot pass. */
function classified(error: unknown, ref: ObjectRef): unknown {
  const kind = awsErrorKind(error);
  const message = `Cannot read object: ${nameOfObject(ref)}: ${awsErrorMessage(error)}`;
  if (kind === "missing_object") return new ObjectMissingError(message, { cause: error });
  if (kind === "wrong_region") {
    const region = regionOf(error) ?? "one that the store does not name";
    return new Error(`Cannot read object: ${nameOfObject(ref)} is in another region: ${region}`, { cause: error });
  }
  const reason = UNREADABLE[kind];
  return reason === undefined ? error : new ObjectUnreadableError(message, { reason, cause: error });
}
