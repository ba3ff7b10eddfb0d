/** What an error of an AWS client means, told in this one place. */

/** What is at fault. */
export type AwsErrorKind =
  /** Our own abort. */
  | "aborted"
  /** It never works as configured: no region, no credentials, a permission of Deno is missing. */
  | "setup"
  /** AWS does not accept the credentials (unknown, expired, wrong signature). */
  | "credentials"
  /** They are accepted but may not do this. */
  | "forbidden"
  /** It does not exist. */
  | `missing_${"object" | "bucket" | "queue" | "group"}`
  /** It exists in another region. */
  | "wrong_region"
  /** The message is no longer ours. */
  | "receipt"
  /** The request or the object's state rules it out (archived object, bad name). */
  | "invalid"
  /** Anything else; trying again may help. */
  | "transient";

/** Error names and codes of S3, SQS, STS and CloudWatch Logs, without the prefix `AWS.SimpleQueueService.`. */
const KINDS: Readonly<Record<string, AwsErrorKind>> = {
  AbortError: "aborted",
  AwsSetupError: "setup",
  NotCapable: "setup",

  CredentialsProviderError: "credentials",
  ExpiredToken: "credentials",
  ExpiredTokenException: "credentials",
  IncompleteSignature: "credentials",
  IncompleteSignatureException: "credentials",
  InvalidAccessKeyId: "credentials",
  InvalidClientTokenId: "credentials",
  InvalidSecurity: "credentials",
  InvalidSignatureException: "credentials",
  InvalidToken: "credentials",
  MissingAuthenticationToken: "credentials",
  MissingAuthenticationTokenException: "credentials",
  SignatureDoesNotMatch: "credentials",
  // Of the SDK, where a login (SSO) has expired.
  TokenProviderError: "credentials",
  TokenRefreshRequired: "credentials",
  UnrecognizedClientException: "credentials",

  AccessDenied: "forbidden",
  AccessDeniedException: "forbidden",
  AllAccessDisabled: "forbidden",
  Forbidden: "forbidden",
  InvalidAddress: "forbidden",
  KmsAccessDenied: "forbidden",
  "KMS.AccessDeniedException": "forbidden",

  NoSuchKey: "missing_object",
  NoSuchVersion: "missing_object",
  NoSuchBucket: "missing_bucket",
  NonExistentQueue: "missing_queue",
  QueueDoesNotExist: "missing_queue",
  // Of CloudWatch Logs: a log group, or one of its streams.
  ResourceNotFoundException: "missing_group",

  AuthorizationHeaderMalformed: "wrong_region",
  IllegalLocationConstraintException: "wrong_region",
  PermanentRedirect: "wrong_region",

  MessageNotInflight: "receipt",
  ReceiptHandleIsInvalid: "receipt",

  EndpointError: "invalid",
  InvalidArgument: "invalid",
  InvalidBucketName: "invalid",
  InvalidObjectState: "invalid",
  InvalidParameterException: "invalid",
  InvalidParameterValue: "invalid",
  InvalidRequest: "invalid",
  KeyTooLongError: "invalid",
  KmsDisabled: "invalid",
  "KMS.DisabledException": "invalid",
  MethodNotAllowed: "invalid",
  ValidationError: "invalid",
  ValidationException: "invalid",

  // Answered with 403, but a clock is put right again.
  RequestTimeTooSkewed: "transient",
};

/** Never works until somebody changes the configuration or the environment. */
const PERMANENT_AT_START: ReadonlySet<AwsErrorKind> = new Set<AwsErrorKind>([
  "setup",
  "credentials",
  "forbidden",
  "missing_bucket",
  "missing_queue",
  "missing_group",
  "wrong_region",
  "invalid",
]);

/** A configuration or an environment with which no request to AWS can be made. */
export class AwsSetupError extends Error {
  override readonly name = "AwsSetupError";
}

/** Only what AWS itself says counts, by a code: a bare status may come from a proxy or a load balancer in between. */
export function awsErrorKind(error: unknown): AwsErrorKind {
  if (!(error instanceof Error)) return "transient";
  const byName = kindOfCode(error.name) ?? kindOfCode(textOf(error, "Code")) ?? kindOfCode(textOf(error, "code"));
  if (byName !== undefined) return byName;
  return isMissingSetup(error.message) ? "setup" : "transient";
}

/** True for what cannot get better by waiting when a receiver starts. */
export function isPermanentAtStart(error: unknown): boolean {
  return PERMANENT_AT_START.has(awsErrorKind(error));
}

/** Names of errors of ours, whose messages say all. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  "Error",
  "AwsSetupError",
  "AwsConnectionError",
  "AwsTimeoutError",
  "NotDeliveredError",
]);

/** One line for people: the error's name and message, or what {@linkcode awsRemedyMessage} says of it. */
export function awsErrorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const explained = awsRemedyMessage(error);
  if (explained !== undefined) return explained;
  const status = statusOf(error);
  if (status !== undefined && isForeign(error)) {
    return `answer ${status} is not AWS's: it has none of its error codes (does a proxy or a load balancer answer?)`;
  }
  if (OWN_NAMES.has(error.name)) return error.message || "no message";
  return `${error.name}: ${withoutRequest(error.message) || "no message"}`;
}

/**
 * What AWS says, without what it repeats of the request: where a signature is wrong all that was signed, with the session
 * token, or the header that has the signature.
 */
function withoutRequest(message: string): string {
  const [line = ""] = message.split(/[\r\n]|The (?:Canonical String|String-to-Sign)|'[^']*' not a valid key=value/, 1);
  return line.replace(/\bAuthorization(?: header: '|=).*/i, "").trim().slice(0, MAX_MESSAGE_LENGTH);
}

/** What is refused and for whom fits in, with the ARNs of both. */
const MAX_MESSAGE_LENGTH = 1000;

/**
 * What is missing and what to do, of an error that the SDK makes without asking AWS; undefined for any other. The SDK swallows
 * errors of Deno's permissions, so that a missing one looks like missing configuration: both are named.
 */
export function awsRemedyMessage(error: Error): string | undefined {
  const { message } = error;
  if (/region is missing/i.test(message)) {
    return "no AWS region is known: set region (or AWS_REGION, with --allow-env=AWS_REGION; " +
      "or a profile's region, with --allow-read of ~/.aws)";
  }
  const refused = /region not accepted: region="([^"]*)"/i.exec(message)?.[1];
  if (refused !== undefined) return `${refused} is no AWS region: correct region, AWS_REGION or the profile's region`;
  if (isProcessRefused(error)) {
    return "the profile's credential_process is not run: this program starts no other programs; " +
      "use a role, SSO, keys in a credentials file or AWS_ACCESS_KEY_ID";
  }
  if (/could not load credentials/i.test(message)) {
    return "no AWS credentials found: set access_key_id and secret_access_key, credential_profile_name, " +
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is attached; Deno must allow what they " +
      "need (--allow-env of the AWS_ variables, --allow-read of ~/.aws, --allow-net of the metadata service)";
  }
  return undefined;
}

/** True when Deno did not let the SDK run a profile's `credential_process`. */
export function isProcessRefused(error: unknown): boolean {
  return error instanceof Error && /run access|allow-run/.test(error.message);
}

function kindOfCode(code: string | undefined): AwsErrorKind | undefined {
  return code === undefined ? undefined : KINDS[code.replace(/^.*SimpleQueueService\./, "")];
}

function textOf(error: Error, name: string): string | undefined {
  const value = (error as unknown as Record<string, unknown>)[name];
  return typeof value === "string" ? value : undefined;
}

/** Names that the SDK gives to an answer in which it finds no code. */
const NAMES_WITHOUT_CODE: ReadonlySet<string> = new Set(["NotFound", "Unknown", "UnknownError"]);

/** An answer without a code, or one that the SDK cannot read. */
function isForeign(error: Error): boolean {
  const { name, message } = error;
  const hasCode = (textOf(error, "Code") ?? textOf(error, "code")) !== undefined;
  return !hasCode && (NAMES_WITHOUT_CODE.has(name) || message.includes("Deserialization error"));
}

function statusOf(error: Error): number | undefined {
  const metadata = (error as { $metadata?: { httpStatusCode?: number } }).$metadata;
  return metadata?.httpStatusCode;
}

function isMissingSetup(message: string): boolean {
  return /region is missing|region not accepted|could not load credentials|invalid configuration|allow-(net|env|read|sys|run)/i
    .test(
      message,
    );
}
