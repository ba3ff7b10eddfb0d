const PERMISSION_CHECK = "amazon-bedrock-logs-permission-check";

/**
 * True for keys that Bedrock writes beside its logs and that hold no records: large bodies and media (`…/data/…`), and
 * the empty object with which it checks that it may write.
 */
export function isNeverLogObject(key: string): boolean {
  return `/${key}`.includes("/data/") || key.endsWith(PERMISSION_CHECK);
}
