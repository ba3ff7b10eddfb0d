/** Credentials that were rotated: a refusal makes the next call read their source again. */
import assert from "node:assert/strict";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import FakeTimers from "@sinonjs/fake-timers";
import { withEnvironment } from "../../test/world/environment.ts";
import { AWS_CALLS, withDefaultChain } from "../../test/world/aws_calls.ts";
import { awsSettings } from "../../test/world/aws_settings.ts";
import { quietEvents } from "../../test/world/quiet_events.ts";
import { serve } from "../../test/world/serve.ts";
import type { AwsSettings } from "./settings.ts";
import { s3Clients } from "./s3/s3_clients.ts";
import { testFile } from "../../test/world/folder.ts";

const { signal } = new AbortController();
const LISTING = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";

/** A service that takes only one access key; as AWS it refuses any other one. */
class Service implements AsyncDisposable {
  accepted = "KEY1";
  refusal = { status: 400, code: "ExpiredToken" };
  readonly keys: string[] = [];
  readonly server = serve((request) => {
    const key = /Credential=(\w+)/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
    this.keys.push(key);
    const { status, code } = this.refusal;
    if (key === this.accepted) return new Response(LISTING, { headers: { "content-type": "application/xml" } });
    return new Response(`<Error><Code>${code}</Code><Message>refused</Message></Error>`, { status });
  });

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

/** Calls with settings that name no keys, on a clock that a test puts on. */
async function withCalls(
  { settings, environment = {} }: { settings: Partial<AwsSettings>; environment?: Record<string, string> },
  run: (service: Service, call: () => Promise<string>, passMs: (ms: number) => void) => Promise<void>,
): Promise<void> {
  const clock = FakeTimers.install({ toFake: ["performance"] });
  await using service = new Service();
  const { access_key_id: _, secret_access_key: __, ...shared } = awsSettings({ endpoint: service.server.url });
  const clients = s3Clients({ ...shared, ...settings }, { pathStyle: true, counter: quietEvents().events });
  const call = () =>
    clients.call({ bucket: "logs" }, {
      call: (client) => client.send(new ListObjectsV2Command({ Bucket: "logs" })),
      signal,
    }).then(() => "ok", (error: Error) => error.name);
  try {
    await withEnvironment(
      { AWS_EC2_METADATA_DISABLED: "true", ...environment },
      () => run(service, call, (ms) => clock.tick(ms)),
    );
  } finally {
    clients.close();
    clock.uninstall();
  }
}

const keysOf = (number: number, token = "") =>
  `[default]\naws_access_key_id = KEY${number}\naws_secret_access_key = S\n${token}[reader]\n` +
  `aws_access_key_id = KEY${number}\naws_secret_access_key = S\n${token}`;
const TOKEN = "aws_session_token = T\n";

const REFUSALS = [
  { status: 400, code: "ExpiredToken" },
  { status: 403, code: "InvalidAccessKeyId" },
  { status: 403, code: "SignatureDoesNotMatch" },
  { status: 400, code: "InvalidToken" },
];

for (const refusal of REFUSALS) {
  Deno.test(`keys of a profile that were rotated are read again after ${refusal.code}`, async () => {
    using file = testFile(keysOf(1));
    const settings = { credential_profile_name: "reader", shared_credential_file: file.path };
    await withCalls({ settings }, async (service, call, passMs) => {
      service.refusal = refusal;
      assert.equal(await call(), "ok");
      await Deno.writeTextFile(file.path, keysOf(2));
      service.accepted = "KEY2";
      passMs(60_000);
      assert.equal(await call(), "ok");
      assert.deepEqual(service.keys, ["KEY1", "KEY1", "KEY2"]);
    });
  });
}

const SOURCES: Readonly<Record<string, (path: string) => Parameters<typeof withCalls>[0]>> = {
  "a profile": (path) => ({ settings: { credential_profile_name: "reader", shared_credential_file: path } }),
  "the default chain": (path) => ({
    settings: {},
    environment: { AWS_SHARED_CREDENTIALS_FILE: path, AWS_CONFIG_FILE: path, AWS_PROFILE: "default" },
  }),
};

for (const [name, given] of Object.entries(SOURCES)) {
  for (const token of ["", TOKEN]) {
    Deno.test(`${name} with ${token === "" ? "lasting keys" : "a session token"} is read again after a refusal`, async () => {
      using file = testFile(keysOf(1, token));
      await withCalls(given(file.path), async (service, call, passMs) => {
        for (let number = 1; number <= 3; number++) {
          await Deno.writeTextFile(file.path, keysOf(number, token));
          service.accepted = `KEY${number}`;
          assert.equal(await call(), "ok", `keys ${number}`);
          passMs(60_000);
        }
        assert.deepEqual(service.keys, ["KEY1", "KEY1", "KEY2", "KEY2", "KEY3"]);
      });
    });
  }
}

Deno.test("what stays refused is read again at most every few seconds, and good credentials are kept", async () => {
  using file = testFile(keysOf(1));
  const settings = { credential_profile_name: "reader", shared_credential_file: file.path };
  await withCalls({ settings }, async (service, call, passMs) => {
    for (let i = 0; i < 3; i++) assert.equal(await call(), "ok");
    // Nobody refused anything: it is not looked at.
    await Deno.writeTextFile(file.path, keysOf(2));
    assert.equal(await call(), "ok");
    assert.deepEqual(new Set(service.keys), new Set(["KEY1"]));
    service.keys.length = 0;
    service.accepted = "KEY9";
    passMs(60_000);
    for (let i = 0; i < 10; i++) assert.equal(await call(), "ExpiredToken");
    assert.equal(service.keys.length, 11, "one call was made once more");
    service.accepted = "KEY2";
    assert.equal(await call(), "ok");
  });
});

Deno.test("a role is assumed anew when its credentials are refused, and when those that assume it are", async () => {
  using file = testFile(keysOf(1));
  const assumedWith: string[] = [];
  let stsAccepts = "KEY1";
  await using sts = serve((request) => {
    const key = /Credential=(\w+)/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
    assumedWith.push(key);
    if (key !== stsAccepts) {
      const error =
        "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>no</Message></Error></ErrorResponse>";
      return new Response(error, { status: 403 });
    }
    return new Response(
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
      <AccessKeyId>ROLE${assumedWith.length}</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>
      <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials></AssumeRoleResult>
      </AssumeRoleResponse>`,
      { headers: { "content-type": "text/xml" } },
    );
  });
  const settings = {
    credential_profile_name: "reader",
    shared_credential_file: file.path,
    role_arn: "arn:aws:iam::123456789012:role/reader",
    sts_endpoint: sts.url,
  };
  await withCalls({ settings }, async (service, call, passMs) => {
    service.accepted = "ROLE1";
    assert.equal(await call(), "ok");
    // The role's session was revoked, and the keys that assume it were rotated.
    service.accepted = "ROLE2";
    await Deno.writeTextFile(file.path, keysOf(2));
    stsAccepts = "KEY2";
    passMs(60_000);
    assert.equal(await call(), "ok");
    assert.deepEqual(assumedWith, ["KEY1", "KEY2"]);
  });
});

Deno.test("every client reads its credentials again after a refusal", async () => {
  using file = testFile();
  for (const [name, call] of Object.entries(AWS_CALLS)) {
    if (/AssumeRole/.test(name)) continue;
    const keys: string[] = [];
    await Deno.writeTextFile(file.path, keysOf(1));
    await using server = serve(async (request) => {
      keys.push(/Credential=(\w+)/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "");
      await Deno.writeTextFile(file.path, keysOf(2));
      // A source that was just read is not read again.
      performance.now = () => now() + 60_000;
      const code = "ExpiredToken";
      const isXml = /S3|STS/.test(name);
      const body = isXml ? `<Error><Code>${code}</Code></Error>` : JSON.stringify({ __type: code, message: "expired" });
      const error = name.startsWith("STS") ? `<ErrorResponse>${body}</ErrorResponse>` : body;
      return new Response(error, { status: 400, headers: { "x-amzn-query-error": `${code};Sender` } });
    });
    const now = performance.now.bind(performance);
    try {
      await withDefaultChain(
        { AWS_SHARED_CREDENTIALS_FILE: file.path, AWS_CONFIG_FILE: file.path, AWS_PROFILE: "default" },
        () => call(server.url, signal).catch(() => {}),
      );
    } finally {
      performance.now = now;
    }
    assert.deepEqual(keys.slice(0, 2), ["KEY1", "KEY2"], name);
  }
});
