import assert from "node:assert/strict";
import { S3Client } from "@aws-sdk/client-s3";
import { s3ClientConfig } from "../client_config.ts";
import { serve } from "../../../test/world/serve.ts";
import { awsSettings } from "../../../test/world/aws_settings.ts";
import { type List, type ListedObject, pagesOf, S3Bucket } from "./bucket.ts";
import { S3ObjectStore } from "./object_store.ts";
import { S3Clients } from "./s3_clients.ts";
import { Aws } from "../../../test/world/aws.ts";
import { type Span, walkBucket } from "./walk.ts";

const { signal } = new AbortController();
const AREA = "AWSLogs/1/BedrockModelInvocationLogs/us-east-1/";

/** Lists the bucket `logs` of a server; it is closed with the test's scope. */
function bucketAt(endpoint: string) {
  const settings = awsSettings({ endpoint });
  const clients = new S3Clients((region) => new S3Client(s3ClientConfig(settings, { region, pathStyle: true })));
  const bucket = new S3Bucket(clients, { name: "logs" });
  const list: List = (request) => bucket.list(request, { signal });
  return { list, [Symbol.dispose]: () => clients.close() };
}

async function keysOf(pages: AsyncIterable<readonly ListedObject[]>): Promise<string[]> {
  return (await Array.fromAsync(pages)).flat().map(({ key }) => key);
}

Deno.test("a bucket is listed in pages, in the order of its keys, from behind a key on", async () => {
  await using aws = await Aws.start();
  const stored = aws.s3.bucket("logs");
  const keys = Array.from(
    { length: 2500 },
    (_, index) => `logs/${String(index).padStart(4, "0")} a+b&ü/\u{1f600}.json`,
  );
  for (const key of [...keys].reverse()) stored.put(key, "{}");
  stored.put("other.json", "{}");
  using bucket = bucketAt(aws.endpoint);

  assert.deepEqual(await keysOf(pagesOf(bucket.list, { prefix: "logs/", startAfter: keys[9] })), keys.slice(10));
  assert.equal(stored.listRequests, 3);
});

Deno.test("a key with characters that XML cannot carry is listed as it is", async () => {
  await using aws = await Aws.start();
  const stored = aws.s3.bucket("logs");
  stored.put("a\u0001b\n.json", "{}");
  using bucket = bucketAt(aws.endpoint);
  assert.deepEqual(await keysOf(pagesOf(bucket.list, { prefix: "" })), ["a\u0001b\n.json"]);
});

Deno.test("an object is listed with its etag, size and time", async () => {
  await using aws = await Aws.start();
  const stored = aws.s3.bucket("logs");
  stored.put("a.json", "{}", { lastModifiedMs: Date.UTC(2026, 2, 2) });
  stored.put("b.json", "{}", { storageClass: "GLACIER" });
  using bucket = bucketAt(aws.endpoint);
  const { objects, isTruncated } = await bucket.list({ prefix: "" });
  assert.equal(isTruncated, false);
  assert.equal(objects[1]?.isArchived, true);
  assert.deepEqual(objects.slice(0, 1), [
    {
      key: "a.json",
      etag: stored.etagOf("a.json"),
      sizeBytes: 2,
      lastModifiedMs: Date.UTC(2026, 2, 2),
      isArchived: false,
    },
  ]);
});

Deno.test("a folder of large bodies takes no page of its own, however much it holds", async () => {
  await using aws = await Aws.start();
  const stored = aws.s3.bucket("logs");
  for (const hour of ["05", "06"]) {
    stored.put(`${AREA}2026/03/02/${hour}/a.json.gz`, "{}");
    for (let i = 0; i < 3000; i++) stored.put(`${AREA}2026/03/02/${hour}/data/${i}_input.json.gz`, "{}");
  }
  using bucket = bucketAt(aws.endpoint);
  const keys = await keysOf(pagesOf(bucket.list, { prefix: AREA }));
  assert.deepEqual(keys.filter((key) => !key.includes("/data/")), [
    `${AREA}2026/03/02/05/a.json.gz`,
    `${AREA}2026/03/02/06/a.json.gz`,
  ]);
  assert.equal(stored.listRequests, 3);
});

Deno.test("a walk finds every area and what lies between, with a request for each area and one more", async () => {
  await using aws = await Aws.start();
  const stored = aws.s3.bucket("logs");
  const areas = ["AWSLogs/1", "AWSLogs/2", "team/x/AWSLogs/1"].flatMap((account) =>
    ["eu-west-1", "us-east-1"].map((region) => `${account}/BedrockModelInvocationLogs/${region}/`)
  );
  for (const area of areas) {
    for (let hour = 0; hour < 24; hour++) {
      stored.put(`${area}2026/03/02/${String(hour).padStart(2, "0")}/a.json`, "{}");
    }
  }
  using bucket = bucketAt(aws.endpoint);
  const walked = await Array.fromAsync(walkBucket(bucket.list, ""));
  assert.deepEqual(walked.map((span) => span.kind === "area" ? span.prefix : span), areas);
  assert.equal(stored.listRequests, areas.length + 1);

  const others = ["0.json", "AWSLogs/1/CloudTrail/us-east-1/2026/03/02/05/a.json.gz", "team/x/b.json", "z.json"];
  for (const key of others) stored.put(key, "{}");
  const found = (await Array.fromAsync(walkBucket(bucket.list, ""))).map(keysOrArea).flat();
  assert.deepEqual(found, [...areas, ...others].sort());
});

Deno.test("a prefix within an area is walked as what it names", async () => {
  await using aws = await Aws.start();
  const stored = aws.s3.bucket("logs");
  stored.put(`${AREA}2026/03/02/05/a.json`, "{}");
  stored.put(`${AREA}2026/03/03/05/a.json`, "{}");
  using bucket = bucketAt(aws.endpoint);
  const prefix = `${AREA}2026/03/03/`;
  const walked = await Array.fromAsync(walkBucket(bucket.list, prefix));
  assert.deepEqual(walked.map(keysOrArea), [[prefix]]);
});

Deno.test("a store that does not begin behind the key it was given is found out", async () => {
  const body = `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>true</IsTruncated>` +
    `<Contents><Key>a.json</Key><Size>1</Size></Contents></ListBucketResult>`;
  await using server = serve(() => new Response(body, { headers: { "content-type": "application/xml" } }));
  using bucket = bucketAt(server.url);
  await assert.rejects(Array.fromAsync(walkBucket(bucket.list, "")), /logs: the store begins at a\.json, not after/);
  assert.equal(server.requests.length, 2);
});

Deno.test("what is no listing is not taken for an empty bucket", async () => {
  const answers = [
    new Response(null),
    new Response("<html><body>Log in</body></html>", { headers: { "content-type": "text/html" } }),
  ];
  for (const answer of answers) {
    await using server = serve(() => answer);
    using bucket = bucketAt(server.url);
    await assert.rejects(bucket.list({ prefix: "" }), /Cannot list bucket logs: the answer is no listing/);
  }
});

Deno.test("a store whose order is another one is found out, as keys would be missed", async () => {
  const contents = ["a.json", "Z.json"].map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join("");
  const body =
    `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`;
  await using server = serve(() => new Response(body, { headers: { "content-type": "application/xml" } }));
  using bucket = bucketAt(server.url);
  await assert.rejects(
    bucket.list({ prefix: "" }),
    /logs: the store does not list keys in the order of their UTF-8 bytes: Z\.json comes too late/,
  );
});

Deno.test("a bucket behind an access point is asked at the access point's host, in its region", async () => {
  const name = "arn:aws:s3:eu-west-1:123456789012:accesspoint/logs";
  const asked: string[] = [];
  const requestHandler = {
    handle: ({ hostname }: { hostname: string }) => {
      asked.push(hostname);
      return Promise.reject(new Error("not answered"));
    },
  };
  const settings = awsSettings({ region: "us-east-1" });
  const clients = new S3Clients((region) =>
    new S3Client({ ...s3ClientConfig(settings, { region, pathStyle: false }), requestHandler: requestHandler as never })
  );
  const bucket = new S3Bucket(clients, { name, region: "eu-west-1" });
  await assert.rejects(bucket.list({ prefix: "" }, { signal }), /not answered/);
  const store = new S3ObjectStore(clients, { bodyTimeoutMs: 1000 });
  await assert.rejects(store.get({ bucket: name, key: "a", region: "eu-west-1" }, { signal }), /not answered/);
  assert.deepEqual(asked, Array(2).fill("logs-123456789012.s3-accesspoint.eu-west-1.amazonaws.com"));
});

function keysOrArea(span: Span): string[] {
  return span.kind === "area" ? [span.prefix] : span.objects.map(({ key }) => key);
}
