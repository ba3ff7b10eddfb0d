import assert from "node:assert/strict";
import { awsSettings } from "../../../test/world/aws_settings.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { s3Clients } from "./s3_clients.ts";

const { signal } = new AbortController();

/** The region that is asked for a bucket of which this is said. */
async function askedRegion(region: string, settings: Record<string, unknown> = {}): Promise<string> {
  const clients = s3Clients(awsSettings(settings), { pathStyle: true, counter: quietEvents().events });
  try {
    return await clients.call({ bucket: "logs", region }, { call: (client) => client.config.region(), signal });
  } finally {
    clients.close();
  }
}

Deno.test("what is no region of AWS counts as not known: the configured one is asked, and may redirect", async () => {
  assert.equal(await askedRegion("eu-west-1"), "eu-west-1");
  for (const region of ["us_east_1", "unknown", "US-EAST-1", "", "evil.example/"]) {
    assert.equal(await askedRegion(region), "us-east-1", region);
  }
});

Deno.test("another store names its regions as it likes", async () => {
  const endpoint = "http://127.0.0.1:9";
  assert.equal(await askedRegion("garage", { endpoint }), "garage");
  assert.equal(await askedRegion("us_east_1", { endpoint }), "us-east-1");
});

Deno.test("a region that a redirect names is remembered only once it has answered", async () => {
  const clients = s3Clients(awsSettings(), { pathStyle: true, counter: quietEvents().events });
  const asked: string[] = [];
  const call = async (answer: (region: string) => Error | undefined) => {
    const failed = await clients.call({ bucket: "logs" }, {
      call: async (client) => {
        const region = await client.config.region();
        asked.push(region);
        const error = answer(region);
        if (error !== undefined) throw error;
      },
      signal,
    }).catch(() => "failed");
    return failed;
  };
  const redirect = (region: string) =>
    Object.assign(new Error("moved"), {
      $metadata: { httpStatusCode: 301 },
      $response: { headers: { "x-amz-bucket-region": region } },
    });
  await call((region) => region === "us-east-1" ? redirect("xx-nowhere-1") : new Error("no such host"));
  await call((region) => region === "us-east-1" ? redirect("eu-west-1") : undefined);
  await call(() => undefined);
  clients.close();
  assert.deepEqual(asked, ["us-east-1", "xx-nowhere-1", "us-east-1", "eu-west-1", "eu-west-1"]);
});
