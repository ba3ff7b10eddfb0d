import { z } from "zod";

const AWS_REGION = /^[a-z]{2}(?:-[a-z]+)+-\d+$/;
const HOST_LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** True for what has the form of AWS's own regions: `us-east-1`, `us-gov-west-1`, `us-isob-east-1`. */
export function isAwsRegion(name: string): boolean {
  return AWS_REGION.test(name);
}

/** A setting that names a region; what the AWS SDK would refuse with every call is a mistake. */
export function regionSetting() {
  return z.string().regex(HOST_LABEL, { error: "expected a region, such as us-east-1" });
}

/** True for what another store may call its region (`auto`, `garage`): the AWS SDK takes nothing that is no part of a host's name. */
export function isRegionName(name: string): boolean {
  return HOST_LABEL.test(name);
}

/** S3's own regional hosts, with the bucket before them or without: `logs.s3.eu-west-1.amazonaws.com`, `s3-eu-west-1.…`. */
const S3_HOST = /^(?:.+\.)?s3(?:-fips)?(?:\.dualstack)?[.-]([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** The region in the name of one of S3's own hosts; undefined for any other host. */
export function regionOfS3Host(host: string): string | undefined {
  const region = S3_HOST.exec(host)?.[1];
  return region !== undefined && isAwsRegion(region) ? region : undefined;
}
