import assert from "node:assert/strict";
import { type AwsErrorKind, awsErrorKind, awsErrorMessage, isPermanentAtStart } from "./aws_error.ts";
import { testFile, TestFolder } from "../../test/world/folder.ts";

function sdkError(name: string, options: { message?: string; code?: string; status?: number } = {}): Error {
  return Object.assign(new Error(options.message ?? "message"), {
    name,
    ...(options.code === undefined ? {} : { Code: options.code }),
    ...(options.status === undefined ? {} : { $metadata: { httpStatusCode: options.status } }),
  });
}

const KINDS: { error: unknown; kind: AwsErrorKind }[] = [
  { error: sdkError("NoSuchKey", { status: 404 }), kind: "missing_object" },
  { error: sdkError("NotFound", { status: 404 }), kind: "transient" },
  { error: sdkError("NoSuchBucket", { status: 404 }), kind: "missing_bucket" },
  { error: sdkError("QueueDoesNotExist"), kind: "missing_queue" },
  { error: sdkError("AWS.SimpleQueueService.NonExistentQueue"), kind: "missing_queue" },
  { error: sdkError("AccessDenied", { status: 403 }), kind: "forbidden" },
  { error: sdkError("S3ServiceException", { code: "AccessDenied" }), kind: "forbidden" },
  { error: sdkError("UnknownError", { status: 403 }), kind: "transient" },
  { error: sdkError("ExpiredToken", { status: 400 }), kind: "credentials" },
  { error: sdkError("InvalidClientTokenId", { status: 403 }), kind: "credentials" },
  { error: sdkError("SignatureDoesNotMatch", { status: 403 }), kind: "credentials" },
  { error: sdkError("IncompleteSignatureException", { status: 403 }), kind: "credentials" },
  { error: sdkError("MissingAuthenticationTokenException", { status: 403 }), kind: "credentials" },
  { error: sdkError("TokenProviderError"), kind: "credentials" },
  { error: sdkError("PermanentRedirect", { status: 301 }), kind: "wrong_region" },
  { error: sdkError("UnknownError", { status: 301 }), kind: "transient" },
  { error: sdkError("ReceiptHandleIsInvalid", { status: 400 }), kind: "receipt" },
  { error: sdkError("InvalidObjectState", { status: 403 }), kind: "invalid" },
  { error: sdkError("AbortError"), kind: "aborted" },
  { error: sdkError("Error", { message: "Region is missing" }), kind: "setup" },
  { error: sdkError("Error", { message: 'Region not accepted: region="us_east_1" is not valid' }), kind: "setup" },
  { error: sdkError("NotCapable", { message: 'Requires net access to "x"' }), kind: "setup" },
  { error: sdkError("SlowDown", { status: 503 }), kind: "transient" },
  { error: sdkError("RequestTimeout", { status: 400 }), kind: "transient" },
  { error: sdkError("TimeoutError"), kind: "transient" },
  { error: new TypeError("error sending request"), kind: "transient" },
  { error: "text", kind: "transient" },
];

for (const { error, kind } of KINDS) {
  Deno.test(`${error} (${JSON.stringify(error)}) is ${kind}`, () => {
    assert.equal(awsErrorKind(error), kind);
  });
}

Deno.test("only what waiting cannot mend is permanent when a receiver starts", () => {
  assert.equal(isPermanentAtStart(sdkError("QueueDoesNotExist")), true);
  assert.equal(isPermanentAtStart(sdkError("AccessDenied")), true);
  assert.equal(isPermanentAtStart(sdkError("Error", { message: "Region is missing" })), true);
  assert.equal(isPermanentAtStart(sdkError("ServiceUnavailable", { status: 503 })), false);
  assert.equal(isPermanentAtStart(sdkError("AbortError")), false);
});

Deno.test("what AWS repeats of a signed request is not shown: it has the session token", () => {
  const signed =
    "'POST\n/\n\nhost:sqs.us-east-1.amazonaws.com\nx-amz-security-token:canary\n\nhost;x-amz-security-token\nabc'";
  const header = "AWS4-HMAC-SHA256 Credential=canary/20260302/us-east-1/sqs/aws4_request, Signature=canary";
  for (
    const [name, message, shown] of [
      [
        "SignatureDoesNotMatch",
        `The signature does not match. Check your secret access key.\n\nThe Canonical String for this request should have been\n${signed}`,
        "The signature does not match. Check your secret access key.",
      ],
      [
        "InvalidSignatureException",
        `The signature does not match. The Canonical String for this request should have been ${signed}`,
        "The signature does not match.",
      ],
      [
        "IncompleteSignatureException",
        `Authorization header requires 'Signature' parameter. Authorization=${header}`,
        "Authorization header requires 'Signature' parameter.",
      ],
      [
        "IncompleteSignature",
        `'canary' not a valid key=value pair (missing equal-sign) in Authorization header: '${header}'.`,
        "no message",
      ],
    ] as const
  ) {
    assert.equal(awsErrorMessage(sdkError(name, { message, status: 403 })), `${name}: ${shown}`);
  }
  const denied = "User: arn:aws:sts::123456789012:assumed-role/a/b is not authorized to perform: sqs:ReceiveMessage";
  assert.equal(awsErrorMessage(sdkError("AccessDenied", { message: denied, status: 403 })), `AccessDenied: ${denied}`);
});

/** Runs a request in a Deno with few permissions and returns what our message says. */
async function messageUnder(flags: string[], env: Record<string, string>): Promise<string> {
  const script = `
    import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
    import { awsErrorMessage } from ${JSON.stringify(import.meta.resolve("./aws_error.ts"))};
    import { awsClientConfig } from ${JSON.stringify(import.meta.resolve("./client_config.ts"))};
    const settings = { fips_enabled: false, api_timeout: 1000, endpoint: "http://127.0.0.1:9" };
    const client = new S3Client(awsClientConfig(settings, { region: undefined }));
    await client.send(new GetObjectCommand({ Bucket: "b", Key: "k" })).catch((e) => console.log(awsErrorMessage(e)));`;
  using file = testFile(script, ".ts");
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-check", "--no-lock", "--no-prompt", `--config=${config}`, ...flags, file.path],
    env: { AWS_EC2_METADATA_DISABLED: "true", AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", ...env },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

const SYS = "--allow-sys=osRelease,uid,homedir";

Deno.test("a region that Deno hides is named as a setting and as a permission", async () => {
  const message = await messageUnder(["--allow-net", SYS, "--ignore-env"], { AWS_REGION: "us-east-1" });
  assert.match(message, /^no AWS region is known: set region .*--allow-env=AWS_REGION/);
});

Deno.test("missing credentials are named as settings and as permissions", async () => {
  const flags = ["--allow-net", SYS, "--ignore-env", "--allow-env=AWS_REGION,AWS_EC2_METADATA_DISABLED"];
  const message = await messageUnder(flags, { AWS_REGION: "us-east-1" });
  assert.match(message, /^no AWS credentials found: set access_key_id .*--allow-env/);
});

Deno.test("a profile with credential_process gets a clear error: nothing is run", async () => {
  using home = TestFolder.of({ config: "[profile p]\nregion = us-east-1\ncredential_process = /bin/echo\n" });
  const env = {
    HOME: home.path,
    AWS_PROFILE: "p",
    AWS_CONFIG_FILE: home.file("config"),
    DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
  };
  const message = await messageUnder(["--allow-net", "--allow-env", "--allow-read", SYS], env);
  assert.match(message, /^the profile's credential_process is not run/);
});
