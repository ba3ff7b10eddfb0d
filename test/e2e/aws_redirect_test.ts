/** No answer of AWS leads a request elsewhere: it carries credentials, and what a foreign host says is no log. */
import assert from "node:assert/strict";
import { awsErrorKind, awsErrorMessage } from "../../src/aws/aws_error.ts";
import { S3ObjectStore } from "../../src/aws/s3/object_store.ts";
import { s3Clients } from "../../src/aws/s3/s3_clients.ts";
import { AWS_CALLS } from "../world/aws_calls.ts";
import { awsSettings } from "../world/aws_settings.ts";
import { quietEvents } from "../world/quiet_events.ts";
import { serve } from "../world/serve.ts";

const { signal } = new AbortController();

for (const [name, call] of Object.entries(AWS_CALLS)) {
  Deno.test(`${name} is never redirected to another host`, async () => {
    await using elsewhere = serve(() => new Response("{}"));
    for (const status of [301, 302, 303, 307, 308]) {
      await using server = serve(() => new Response(null, { status, headers: { location: `${elsewhere.url}/x?y=z` } }));
      const error = await call(server.url, signal).then(() => undefined, (error: unknown) => error);
      assert.match(
        awsErrorMessage(error),
        new RegExp(`127\\.0\\.0\\.1:\\d+ redirects to ${elsewhere.url} \\(${status}\\), which is not followed`),
      );
      assert.equal(awsErrorKind(error), "transient");
    }
    assert.deepEqual(elsewhere.requests, []);
  });
}

Deno.test("a redirect of S3 to one of its regions is asked for at the endpoint, with a signature for that region", async () => {
  const asked: string[] = [];
  await using server = serve((request) => {
    asked.push(/Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.get("authorization") ?? "")?.[1] ?? "");
    if (asked.length > 1) return new Response("found");
    const location = "https://logs.s3.eu-west-1.amazonaws.com/a.json";
    return new Response(null, { status: 307, headers: { location } });
  });
  const settings = awsSettings({ endpoint: server.url, session_token: "TOKEN" });
  const clients = s3Clients(settings, { pathStyle: true, counter: quietEvents().events });
  try {
    const store = new S3ObjectStore(clients, { bodyTimeoutMs: 60_000 });
    const { body } = await store.get({ bucket: "logs", key: "a.json" }, { signal });
    assert.equal(String(Buffer.concat(await Array.fromAsync(body))), "found");
  } finally {
    clients.close();
  }
  assert.deepEqual(asked, ["us-east-1", "eu-west-1"]);
});
