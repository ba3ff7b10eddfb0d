/**
 * Partitions by what their regions begin with: as ARNs name them, and their domain. All others are AWS's commercial regions.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html,
 * https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json
 */
const PARTITIONS = [
  ["cn-", "aws-cn", "amazonaws.com.cn"],
  ["us-gov-", "aws-us-gov", "amazonaws.com"],
  ["us-iso-", "aws-iso", "c2s.ic.gov"],
  ["us-isob-", "aws-iso-b", "sc2s.sgov.gov"],
  ["us-isof-", "aws-iso-f", "csp.hci.ic.gov"],
  ["eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"],
  ["eusc-", "aws-eusc", "amazonaws.eu"],
  ["", "aws", "amazonaws.com"],
] as const;

function partitionRow(region: string) {
  return PARTITIONS.find(([prefix]) => region.startsWith(prefix));
}

/** The partition in which a region is, as ARNs name it. */
export function partitionOf(region: string): string {
  return partitionRow(region)?.[1] ?? "aws";
}

/** The domain of the partition in which a region is. */
export function awsDomain(region: string): string {
  return partitionRow(region)?.[2] ?? "amazonaws.com";
}
