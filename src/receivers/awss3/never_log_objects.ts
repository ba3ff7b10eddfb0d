const PERMISSION_CHECK = "amazon-bedrock-logs-permission-check";

/** Bedrock's own part of a key begins here; what is before it is the bucket owner's. */
const BEDROCK_PART = /^.*\/BedrockModelInvocationLogs(?=\/)/s;

/**
 * True for keys that Bedrock writes beside its logs and that hold no records: large bodies and media (`…/data/…`), and
 * the empty object with which it checks that it may write.
 */
export function isNeverLogObject(key: string): boolean {
  return `/${key}`.replace(BEDROCK_PART, "").includes("/data/") || key.endsWith(PERMISSION_CHECK);
}
