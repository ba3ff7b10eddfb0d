import { Buffer } from "node:buffer";
import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import { dataFolderOf } from "./never_log_objects.ts";
import { plainEtag } from "./object_store.ts";
import type { S3Clients } from "./s3_clients.ts";

/** An object as a listing names it. */
export interface ListedObject {
  /** Not URL-encoded. */
  readonly key: string;
  /** Without the quotes. */
  readonly etag: string;
  /** Stored bytes. */
  readonly sizeBytes: number;
  /** By the store's clock. */
  readonly lastModifiedMs: number;
  /** It cannot be read unless somebody restores it. */
  readonly isArchived: boolean;
}

/** One request of a listing. */
export interface ListRequest {
  /** What all keys begin with; empty: all keys. */
  readonly prefix: string;
  /** Only keys after this one. */
  readonly startAfter?: string | undefined;
  /** Most keys in the answer; never more than 1000. */
  readonly maxKeys?: number | undefined;
}

/** Objects in the order of their keys' UTF-8 bytes. */
export interface ListPage {
  readonly objects: readonly ListedObject[];
  /** There are more after the last one. */
  readonly isTruncated: boolean;
}

/** Asks for one page. */
export type List = (request: ListRequest) => Promise<ListPage>;

/** A bucket of S3 or of a store that speaks its protocol. */
export class S3Bucket {
  /** The bucket's name, or the ARN of an access point. */
  readonly name: string;
  /** Where it is, when that is known. */
  readonly region: string | undefined;
  readonly #clients: S3Clients;

  constructor(clients: S3Clients, { name, region }: { name: string; region?: string | undefined }) {
    this.#clients = clients;
    this.name = name;
    this.region = region;
  }

  /**
   * One page of the listing: a request that costs money.
   *
   * @throws {unknown} the SDK's error (see `aws/aws_error.ts`), or the signal's reason.
   */
  async list({ prefix, startAfter, maxKeys }: ListRequest, { signal }: { signal: AbortSignal }): Promise<ListPage> {
    const command = new ListObjectsV2Command({
      Bucket: this.name,
      // Keys may hold characters that XML cannot carry.
      EncodingType: "url",
      ...(prefix === "" ? {} : { Prefix: prefix }),
      ...(startAfter === undefined ? {} : { StartAfter: startAfter }),
      ...(maxKeys === undefined ? {} : { MaxKeys: maxKeys }),
    });
    const output = await this.#clients.call(
      { bucket: this.name, region: this.region },
      { call: (client) => client.send(command, { abortSignal: signal }), signal },
    );
    if (output.IsTruncated === undefined) {
      throw new Error(`Cannot list bucket ${this.name}: the answer is no listing (does a proxy answer?)`);
    }
    const page = pageOf(output);
    const [first] = page.objects;
    if (page.isTruncated && first === undefined) {
      throw new Error(`Cannot list bucket ${this.name}: the store says that there is more, but gives nothing`);
    }
    if (startAfter !== undefined && first !== undefined && compareKeys(first.key, startAfter) <= 0) {
      throw new Error(`Cannot list bucket ${this.name}: the store begins at ${first.key}, not after ${startAfter}`);
    }
    const misplaced = page.objects.find(({ key }, index) => compareKeys(key, page.objects[index - 1]?.key ?? "") < 0);
    if (misplaced !== undefined) {
      // What comes after a key would be missed.
      const problem = `the store does not list keys in the order of their UTF-8 bytes: ${misplaced.key} comes too late`;
      throw new Error(`Cannot list bucket ${this.name}: ${problem}; read it by its notifications (queue_url)`);
    }
    return page;
  }

  /** The store's time, as near as it is known; a wrong clock of this machine is put right by the next call. */
  nowMs(): number {
    return this.#clients.nowMs({ bucket: this.name, region: this.region });
  }
}

/**
 * The pages of a listing from `startAfter` on, each asked for when it is wanted: the wait between two may be long. Of
 * folders of large bodies and media, however many objects they hold, only what is on the page of their first object is
 * given: the next page begins after the folder.
 */
export async function* pagesOf(list: List, request: ListRequest): AsyncGenerator<readonly ListedObject[], void, void> {
  let { startAfter } = request;
  for (;;) {
    const { objects, isTruncated } = await list({ ...request, startAfter });
    if (objects.length > 0) yield objects;
    const last = objects.at(-1);
    if (!isTruncated || last === undefined) return;
    startAfter = goOnAfter(last.key);
  }
}

/** Where a listing goes on when its page ended with this key. */
export function goOnAfter(key: string): string {
  const folder = dataFolderOf(key);
  return folder === undefined ? key : keyAfter(folder);
}

/** Sorts after all keys of a folder (`…/`) and before any other that an object may have. */
export function keyAfter(folder: string): string {
  // The character that follows the slash.
  return `${folder.slice(0, -1)}0`;
}

/** Orders keys as a listing does: by their UTF-8 bytes. */
export function compareKeys(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** `GLACIER_IR` is not among them: it is read like any other. */
const ARCHIVES: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

function pageOf(output: ListObjectsV2CommandOutput): ListPage {
  const plain = output.EncodingType === "url" ? urlDecoded : (key: string) => key;
  const objects = (output.Contents ?? []).map(({ Key = "", ETag, Size, LastModified, StorageClass = "" }) => ({
    key: plain(Key),
    etag: plainEtag(ETag),
    sizeBytes: Size ?? 0,
    lastModifiedMs: LastModified?.getTime() ?? 0,
    isArchived: ARCHIVES.has(StorageClass),
  }));
  return { objects, isTruncated: output.IsTruncated === true };
}

function urlDecoded(key: string): string {
  return decodeURIComponent(key.replaceAll("+", "%20"));
}
