const PERMISSION_CHECK = "amazon-bedrock-logs-permission-check";
/** What an export task of CloudWatch Logs checks with that it may write. */
const EXPORT_CHECK = "aws-logs-write-test";
const DATA = "/data/";

/** Bedrock's own part of a key begins here; what is before it is the bucket owner's. */
const BEDROCK_PART = /^.*\/BedrockModelInvocationLogs(?=\/)/s;

/** What Bedrock names bodies and media. */
const BODY_NAME = /\/data\/[\w-]{1,128}_(?:input|output)(?:\.json\.gz|_media_\d+\.\w+)$/;

/**
 * True for keys, and for paths of files that were downloaded, that Bedrock writes beside its logs and that hold no
 * records: large bodies and media, and the empty object with which it checks that it may write; also what CloudWatch Logs
 * checks with. Where a key is not below Bedrock's own part, as of a part of a bucket that was copied, bodies are known by
 * their names: a folder `data` may be anybody's.
 */
export function isNeverLogObject(key: string): boolean {
  const path = `/${key}`;
  return dataFolderOf(key) !== undefined || BODY_NAME.test(path) || path.endsWith(PERMISSION_CHECK) ||
    path.endsWith(`/${EXPORT_CHECK}`);
}

/**
 * Bedrock's folder of large bodies and media that a key is in, up to and with `data/`; undefined when it is in none.
 */
export function dataFolderOf(key: string): string | undefined {
  const path = `/${key}`;
  const own = BEDROCK_PART.exec(path)?.[0];
  const at = own === undefined ? -1 : path.indexOf(DATA, own.length);
  return at === -1 ? undefined : path.slice(1, at + DATA.length);
}
