import assert from "node:assert/strict";
import { awsDomain, partitionOf } from "./partition.ts";

const REGIONS: Readonly<Record<string, readonly [string, string]>> = {
  "us-east-1": ["aws", "amazonaws.com"],
  "us-gov-west-1": ["aws-us-gov", "amazonaws.com"],
  "cn-north-1": ["aws-cn", "amazonaws.com.cn"],
  "us-iso-east-1": ["aws-iso", "c2s.ic.gov"],
  "us-isob-east-1": ["aws-iso-b", "sc2s.sgov.gov"],
  "us-isof-south-1": ["aws-iso-f", "csp.hci.ic.gov"],
  "eu-isoe-west-1": ["aws-iso-e", "cloud.adc-e.uk"],
  "eusc-de-east-1": ["aws-eusc", "amazonaws.eu"],
};

for (const [region, [partition, domain]] of Object.entries(REGIONS)) {
  Deno.test(`the region ${region} is in the partition ${partition}`, () =>
    assert.deepEqual([partitionOf(region), awsDomain(region)], [partition, domain]));
}
