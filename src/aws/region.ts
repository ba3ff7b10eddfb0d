import { z } from "zod";
import type { Problem } from "../component/component.ts";
import { nearest } from "../config/nearest.ts";
import { BEDROCK_REGIONS } from "./bedrock_regions.ts";

const AWS_REGION = /^[a-z]{2}(?:-[a-z]+)+-\d+$/;
const HOST_LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** True for what has the form of AWS's own regions: `us-east-1`, `us-gov-west-1`, `us-isob-east-1`. */
export function isAwsRegion(name: string): boolean {
  return AWS_REGION.test(name);
}

/** AWS's names are made of these words, also those of regions that are newer than this program. */
const AWS_WORDS = /^[a-z]{2}(?:-gov|-iso[a-z]?)?-(?:north|south|central|(?:north|south)?(?:east|west))-\d+$/;

/** The region of AWS that was meant by a misspelt name; undefined for any other name. */
export function meantRegion(name: string): string | undefined {
  return AWS_WORDS.test(name) ? undefined : nearest(name, BEDROCK_REGIONS, { maxEdits: 2 });
}

/** What is wrong with a name that misspells a region of AWS; undefined for any other name. */
export function regionProblem(name: string): string | undefined {
  const meant = meantRegion(name);
  return meant === undefined ? undefined : `expected a region of AWS, got ${name}; did you mean ${meant}`;
}

/** The mistakes of settings that name misspelt regions of AWS; `named`: what each setting names. */
export function misspeltRegions(named: Readonly<Record<string, string | undefined>>): Problem[] {
  return Object.entries(named).flatMap(([path, name = ""]) => {
    const message = regionProblem(name);
    return message === undefined ? [] : [{ path, message }];
  });
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
