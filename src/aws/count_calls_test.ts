import assert from "node:assert/strict";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { quietEvents } from "../../test/world/quiet_events.ts";
import { awsClientConfig, s3ClientConfig } from "./client_config.ts";
import { countCalls } from "./count_calls.ts";
import type { AwsCallOptions } from "./time_limited_handler.ts";
import { priceOf } from "./prices.ts";
import { serve } from "../../test/world/serve.ts";
import { awsSettings } from "../../test/world/aws_settings.ts";

Deno.test("each request to AWS is counted by service and operation, tries of the SDK included", async () => {
  let requests = 0;
  await using server = serve(() =>
    ++requests < 3
      ? new Response(JSON.stringify({ __type: "InternalError" }), { status: 500 })
      : Response.json({}, { headers: { "content-type": "application/x-amz-json-1.0" } })
  );
  const { events } = quietEvents();
  const settings = awsSettings({ endpoint: server.url });
  const client = countCalls(new SQSClient(awsClientConfig(settings, { region: "us-east-1" })), events.of("awss3"));
  await client.send(new ReceiveMessageCommand({ QueueUrl: `${server.url}/1/q` }));
  client.destroy();
  const attributes = { component: "awss3", service: "SQS", operation: "ReceiveMessage" };
  assert.deepEqual([...events.series("aws.calls")], [
    { attributes: { ...attributes, outcome: "failure" }, value: 2 },
    { attributes: { ...attributes, outcome: "success" }, value: 1 },
  ]);
});

Deno.test("what calls cost is estimated, listing above reading", async () => {
  await using server = serve((request) =>
    request.url.includes("list-type") ? new Response("<ListBucketResult/>") : new Response("body")
  );
  const { events } = quietEvents();
  const settings = awsSettings({ endpoint: server.url });
  const client = countCalls(new S3Client(s3ClientConfig(settings, { region: "us-east-1", pathStyle: true })), events);
  const options: AwsCallOptions = { streamsBody: true };
  await (await client.send(new GetObjectCommand({ Bucket: "b", Key: "k" }), options)).Body?.transformToByteArray();
  await client.send(new ListObjectsV2Command({ Bucket: "b" }));
  client.destroy();
  const costs = [...events.series("aws.estimated_cost_usd")].map(({ attributes, value }) =>
    [attributes["operation"], value] as const
  );
  assert.deepEqual(costs, [["GetObject", 0.0004 / 1000], ["ListObjectsV2", 0.005 / 1000]]);
});

Deno.test("GetMetricData costs by the metrics that it asks for; what is free costs nothing", () => {
  assert.equal(priceOf("CloudWatch", "GetMetricData", { MetricDataQueries: new Array(500).fill({}) }), 0.005);
  assert.equal(priceOf("CloudWatch", "ListMetrics", {}), 0.00001);
  assert.equal(priceOf("CloudWatchLogs", "FilterLogEvents", {}), 0);
  assert.equal(priceOf("STS", "AssumeRole", {}), 0);
});
