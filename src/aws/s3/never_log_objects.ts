const PERMISSION_CHECK = "amazon-bedrock-logs-permission-check";
/** What an export task of CloudWatch Logs checks with that it may write. */
const EXPORT_CHECK = "aws-logs-write-test";
const DATA = "/data/";

/** Bedrock's own part of a key begins here; what is before it is the bucket owner's. */
const BEDROCK_PART = /^.*\/BedrockModelInvocationLogs(?=\/)/s;

/**
 * True for keys that Bedrock writes beside its logs and that hold no records: large bodies and media (`…/data/…`), and
 * the empty object with which it checks that it may write; also what CloudWatch Logs checks with.
 */
export function isNeverLogObject(key: string): boolean {
  return dataFolderOf(key) !== undefined || key.endsWith(PERMISSION_CHECK) || isExportCheck(key);
}

/** The folder of large bodies and media that a key is in, up to and with `data/`; undefined when it is in none. */
export function dataFolderOf(key: string): string | undefined {
  const path = `/${key}`;
  const at = path.indexOf(DATA, BEDROCK_PART.exec(path)?.[0].length ?? 0);
  return at === -1 ? undefined : path.slice(1, at + DATA.length);
}

/** What Bedrock names bodies and media. */
const BODY_NAME = /\/data\/[\w-]{1,128}_(?:input|output)(?:\.json\.gz|_media_\d+\.\w+)$/;

/**
 * The same for a file that was downloaded from the bucket: what is below Bedrock's own part of its path counts, and
 * where a part of the bucket was downloaded the name.
 */
export function isNeverLogFile(path: string): boolean {
  return BEDROCK_PART.test(path)
    ? isNeverLogObject(path)
    : BODY_NAME.test(path) || path.endsWith(`/${PERMISSION_CHECK}`) || isExportCheck(path);
}

function isExportCheck(key: string): boolean {
  return key === EXPORT_CHECK || key.endsWith(`/${EXPORT_CHECK}`);
}
