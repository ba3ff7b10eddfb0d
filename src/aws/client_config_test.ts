import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import assert from "node:assert/strict";
import { awsErrorKind, awsErrorMessage } from "./aws_error.ts";
import { awsClientConfig, s3ClientConfig } from "./client_config.ts";
import type { AwsCallOptions } from "./time_limited_handler.ts";
import { awsAdvice, awsProblems, type AwsSettings } from "./settings.ts";
import { withEnvironment } from "../../test/world/environment.ts";
import { serve } from "../../test/world/serve.ts";
import { awsSettings } from "../../test/world/aws_settings.ts";
import { testFile } from "../../test/world/folder.ts";

const OBJECT = new GetObjectCommand({ Bucket: "logs", Key: "a b.json" });

function s3(settings: AwsSettings): S3Client {
  return new S3Client(s3ClientConfig(settings, { region: undefined, pathStyle: true }));
}

async function read(client: S3Client): Promise<string> {
  const options: AwsCallOptions = { streamsBody: true };
  const answer = await client.send(OBJECT, options);
  return await (answer.Body?.transformToString() ?? "");
}

Deno.test("requests are signed with the configured keys, for the region, and name the program", async () => {
  await using server = serve(() => new Response("hello"));
  const client = s3(awsSettings({ endpoint: server.url, region: "eu-west-1", session_token: "TOKEN" }));
  assert.equal(await read(client), "hello");
  const [request] = server.requests;
  assert.ok(request !== undefined);
  assert.equal(new URL(request.url).pathname, "/logs/a%20b.json");
  assert.match(request.headers.get("authorization") ?? "", /Credential=KEY\/\d+\/eu-west-1\/s3\//);
  assert.equal(request.headers.get("x-amz-security-token"), "TOKEN");
  assert.match(request.headers.get("user-agent") ?? "", /app\/bedrock-otel/);
  client.destroy();
});

Deno.test("what the caller knows of the region takes precedence over the settings", async () => {
  await using server = serve(() => new Response("hello"));
  const settings = awsSettings({ endpoint: server.url, region: "eu-west-1" });
  const client = new S3Client(s3ClientConfig(settings, { region: "ap-south-1", pathStyle: true }));
  await read(client);
  assert.match(server.requests[0]?.headers.get("authorization") ?? "", /\/ap-south-1\/s3\//);
  client.destroy();
});

Deno.test("a role is assumed with the external id, and again before its credentials expire", async () => {
  let roles = 0;
  const bodies: string[] = [];
  await using sts = serve(async (request) => {
    bodies.push(await request.text());
    const expiration = new Date(Date.now() + (++roles === 1 ? 60_000 : 3_600_000)).toISOString();
    return new Response(
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
      <AccessKeyId>ROLE${roles}</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T${roles}</SessionToken>
      <Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      { headers: { "content-type": "text/xml" } },
    );
  });
  await using server = serve(() => new Response("hello"));
  await withEnvironment({ AWS_ENDPOINT_URL_STS: sts.url }, async () => {
    const role_arn = "arn:aws:iam::123456789012:role/reader";
    const client = s3(awsSettings({ endpoint: server.url, role_arn, external_id: "EXTERNAL" }));
    for (let i = 0; i < 3; i++) await read(client);
    client.destroy();
  });
  assert.match(sts.requests[0]?.headers.get("authorization") ?? "", /Credential=KEY\//);
  const parameters = new URLSearchParams(bodies[0]);
  assert.equal(parameters.get("RoleArn"), "arn:aws:iam::123456789012:role/reader");
  assert.equal(parameters.get("ExternalId"), "EXTERNAL");
  const users = server.requests.map((request) =>
    /Credential=(\w+)/.exec(request.headers.get("authorization") ?? "")?.[1]
  );
  assert.deepEqual(users.at(-1), "ROLE2");
  assert.equal(roles, 2);
});

Deno.test("a role is assumed at sts_endpoint, which takes precedence over the environment's", async () => {
  const hosts: string[] = [];
  const refusing = (name: string) => () => {
    hosts.push(name);
    return new Response("<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>", { status: 403 });
  };
  await using named = serve(refusing("named"));
  await using environment = serve(refusing("environment"));
  await withEnvironment({ AWS_ENDPOINT_URL_STS: environment.url }, async () => {
    const role_arn = "arn:aws:iam::123456789012:role/reader";
    const client = s3(awsSettings({ endpoint: environment.url, sts_endpoint: named.url, role_arn }));
    await assert.rejects(read(client));
    client.destroy();
  });
  assert.deepEqual([...new Set(hosts)], ["named"]);
});

Deno.test("a variable of the environment that is to name an endpoint, and is no URL, is a mistake that names it", async () => {
  const problems = (settings: Record<string, unknown>) =>
    awsProblems(awsSettings(settings)).map(({ message }) => message);
  for (const [name, value] of [["AWS_ENDPOINT_URL", "localhost:4566"], ["AWS_ENDPOINT_URL_SQS", "canary"]] as const) {
    await withEnvironment({ [name]: value }, () => {
      const expected = `environment variable ${name}: expected a URL such as http://localhost:4566`;
      assert.deepEqual(problems({ endpoint: undefined }), [expected]);
      assert.deepEqual(problems({ endpoint: "http://minio:9000" }), []);
      return Promise.resolve();
    });
  }
});

Deno.test("a role beside an endpoint of another service is worth advice, unless an STS is named", () => {
  const role = { role_arn: "arn:aws:iam::123456789012:role/reader" };
  const elsewhere = { ...role, endpoint: "http://minio:9000" };
  assert.deepEqual(awsAdvice(awsSettings(elsewhere)).map(({ path }) => path), ["role_arn"]);
  assert.match(awsAdvice(awsSettings(elsewhere))[0]?.message ?? "", /AWS's own STS.*sts_endpoint/);
  for (
    const settings of [
      role,
      { endpoint: "http://minio:9000" },
      { ...elsewhere, sts_endpoint: "http://minio:9000" },
      { ...role, endpoint: "https://bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com" },
    ]
  ) {
    assert.deepEqual(awsAdvice(awsSettings(settings)), []);
  }
});

Deno.test("keys come from a profile of a shared credentials file", async () => {
  await using server = serve(() => new Response("hello"));
  using file = testFile("[reader]\naws_access_key_id = FILEKEY\naws_secret_access_key = S\n");
  const client = s3(awsSettings({
    endpoint: server.url,
    access_key_id: undefined,
    secret_access_key: undefined,
    shared_credential_file: file.path,
    credential_profile_name: "reader",
  }));
  await read(client);
  client.destroy();
  assert.match(server.requests[0]?.headers.get("authorization") ?? "", /Credential=FILEKEY\//);
});

Deno.test("requests go through the proxy, with its user and password", async () => {
  await using proxy = serve(() => new Response("through the proxy"));
  const proxy_url = proxy.url.replace("http://", "http://user:pass%21@");
  const client = s3(awsSettings({ endpoint: "http://nowhere.invalid:1234", proxy_url }));
  assert.equal(await read(client), "through the proxy");
  const [request] = proxy.requests;
  assert.equal(request?.headers.get("host"), "nowhere.invalid:1234");
  assert.equal(request?.headers.get("proxy-authorization"), `Basic ${btoa("user:pass!")}`);
  client.destroy();
});

Deno.test("a refused connection is tried three times and is transient", async () => {
  const server = serve(() => new Response());
  const { url } = server;
  await server[Symbol.asyncDispose]();
  const client = s3(awsSettings({ endpoint: url }));
  const error = await client.send(OBJECT).then(() => undefined, (error: unknown) => error);
  assert.equal(awsErrorKind(error), "transient");
  assert.match(awsErrorMessage(error), /^no answer from 127\.0\.0\.1:\d+: .*refused/i);
  assert.equal((error as { $metadata?: { attempts?: number } }).$metadata?.attempts, 3);
  client.destroy();
});

Deno.test("aborting ends a long poll at once", async () => {
  const arrived = Promise.withResolvers<void>();
  await using server = serve((request) => {
    arrived.resolve();
    const gone = Promise.withResolvers<Response>();
    request.signal.addEventListener("abort", () => gone.resolve(new Response()));
    return gone.promise;
  });
  const client = new SQSClient(awsClientConfig(awsSettings({ endpoint: server.url }), { region: undefined }));
  const abort = new AbortController();
  const poll = client.send(new ReceiveMessageCommand({ QueueUrl: `${server.url}/1/q`, WaitTimeSeconds: 20 }), {
    abortSignal: abort.signal,
  });
  await arrived.promise;
  abort.abort();
  const error = await poll.then(() => undefined, (error: unknown) => error);
  assert.equal(awsErrorKind(error), "aborted");
  client.destroy();
});

Deno.test("a body is handed on as it comes, and ends when aborted", async () => {
  await using server = serve(() => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("first")),
    });
    return new Response(body);
  });
  const client = s3(awsSettings({ endpoint: server.url }));
  const abort = new AbortController();
  const options: AwsCallOptions = { abortSignal: abort.signal, streamsBody: true };
  const answer = await client.send(OBJECT, options);
  const chunks = (answer.Body as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  const first = await chunks.next();
  assert.equal(new TextDecoder().decode(first.value), "first");
  const next = chunks.next();
  abort.abort();
  await assert.rejects(next);
  client.destroy();
});
