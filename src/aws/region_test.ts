import assert from "node:assert/strict";
import { isAwsRegion, isRegionName, meantRegion, regionOfS3Host, regionSetting } from "./region.ts";

const HOSTS: Readonly<Record<string, string | undefined>> = {
  "s3.eu-west-1.amazonaws.com": "eu-west-1",
  "s3-us-west-2.amazonaws.com": "us-west-2",
  "logs.of.us.s3.us-gov-west-1.amazonaws.com": "us-gov-west-1",
  "logs.s3.cn-north-1.amazonaws.com.cn": "cn-north-1",
  "logs.s3-fips.dualstack.us-east-1.amazonaws.com": "us-east-1",
  "s3.amazonaws.com": undefined,
  "s3.eu-west-1.amazonaws.com.evil.example": undefined,
  "s3.eu-west-1.evil.example": undefined,
  "evil.example": undefined,
  "evils3.eu-west-1.amazonaws.com": undefined,
  "sqs.eu-west-1.amazonaws.com": undefined,
};

for (const [host, region] of Object.entries(HOSTS)) {
  Deno.test(`${host} is ${region === undefined ? "no host of S3 in a region" : `S3's in ${region}`}`, () => {
    assert.equal(regionOfS3Host(host), region);
  });
}

Deno.test("what is no region is told from AWS's regions and from those of other stores", () => {
  for (const name of ["us-east-1", "us-gov-west-1", "us-isob-east-1", "eu-isoe-west-1"]) {
    assert.ok(isAwsRegion(name) && isRegionName(name), name);
  }
  for (const name of ["garage", "auto", "US"]) assert.ok(isRegionName(name) && !isAwsRegion(name), name);
  for (const name of ["us_east_1", "", "-", "evil.example", "us-east-1/", "us east", "x".repeat(64)]) {
    assert.ok(!isRegionName(name), name);
  }
});

Deno.test("a misspelt region is told from those of other stores, of other partitions and of days to come", () => {
  const misspelt = {
    "us-esat-1": "us-east-1",
    "us-east1": "us-east-1",
    "us-east-1a": "us-east-1",
    "eu-cental-1": "eu-central-1",
  };
  for (const [name, meant] of Object.entries(misspelt)) assert.equal(meantRegion(name), meant, name);
  for (
    const name of [
      "us-east-1",
      "us-east-9",
      "eu-east-1",
      "us-gov-west-1",
      "us-isob-east-1",
      "cn-north-1",
      "eusc-de-east-1",
      "garage",
      "",
    ]
  ) {
    assert.equal(meantRegion(name), undefined, name);
  }
});

Deno.test("a region that the AWS SDK would refuse is a mistake of the configuration", () => {
  assert.equal(regionSetting().safeParse("us-east-1").success, true);
  const { error } = regionSetting().safeParse("us_east_1");
  assert.equal(error?.issues[0]?.message, "expected a region, such as us-east-1");
});
