const PERMISSION_CHECK = "amazon-bedrock-logs-permission-check";
const DATA = "/data/";

/** Bedrock's own part of a key begins here; what is before it is the bucket owner's. */
const BEDROCK_PART = /^.*\/BedrockModelInvocationLogs(?=\/)/s;

/**
 * True for keys that Bedrock writes beside its logs and that hold no records: large bodies and media (`…/data/…`), and
 * the empty object with which it checks that it may write.
 */
export function isNeverLogObject(key: string): boolean {
  return dataFolderOf(key) !== undefined || key.endsWith(PERMISSION_CHECK);
}

/** The folder of large bodies and media that a key is in, up to and with `data/`; undefined when it is in none. */
export function dataFolderOf(key: string): string | undefined {
  const path = `/${key}`;
  const at = path.indexOf(DATA, BEDROCK_PART.exec(path)?.[0].length ?? 0);
  return at === -1 ? undefined : path.slice(1, at + DATA.length);
}

/** The same for a file that was downloaded from the bucket: only what is below Bedrock's own part of its path counts. */
export function isNeverLogFile(path: string): boolean {
  return BEDROCK_PART.test(path) ? isNeverLogObject(path) : path.endsWith(`/${PERMISSION_CHECK}`);
}
