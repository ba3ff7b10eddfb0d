import assert from "node:assert/strict";
import { endpointOfQueueUrl, regionOfQueueUrl } from "./queue_url.ts";

const URLS = [
  { url: "https://sqs.us-east-1.amazonaws.com/123456789012/q", region: "us-east-1", endpoint: undefined },
  { url: "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q", region: "cn-north-1", endpoint: undefined },
  { url: "https://sqs.us-gov-west-1.amazonaws.com/123456789012/q", region: "us-gov-west-1", endpoint: undefined },
  {
    url: "https://sqs-fips.us-east-1.amazonaws.com/123456789012/q",
    region: "us-east-1",
    endpoint: "https://sqs-fips.us-east-1.amazonaws.com",
  },
  {
    url: "https://vpce-0a1-b2.sqs.eu-west-1.vpce.amazonaws.com/123456789012/q",
    region: "eu-west-1",
    endpoint: "https://vpce-0a1-b2.sqs.eu-west-1.vpce.amazonaws.com",
  },
  { url: "http://127.0.0.1:4566/000000000000/q", region: undefined, endpoint: "http://127.0.0.1:4566" },
];

for (const { url, region, endpoint } of URLS) {
  Deno.test(`the queue ${url} is in ${region ?? "an unknown region"}, reached at ${endpoint ?? "AWS's endpoint"}`, () => {
    assert.equal(regionOfQueueUrl(url), region);
    assert.equal(endpointOfQueueUrl(url), endpoint);
  });
}
