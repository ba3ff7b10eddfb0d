/**
 * What calls of AWS cost, in USD: list prices of us-east-1 as of 2026, without free tiers, volume discounts, data transfer
 * and KMS. An estimate, to see which setting makes the bill grow: https://aws.amazon.com/sqs/pricing,
 * https://aws.amazon.com/s3/pricing, https://aws.amazon.com/cloudwatch/pricing.
 */

const SQS_REQUEST = 0.40 / 1e6;
const S3_READ = 0.0004 / 1e3;
const S3_LIST = 0.005 / 1e3;
const CLOUDWATCH_REQUEST = 0.01 / 1e3;
const CLOUDWATCH_METRIC = 0.01 / 1e3;

/** The estimated price of one call; `input` are the command's own parameters. Unknown calls cost nothing here. */
export function priceOf(service: string, operation: string, input: unknown): number {
  switch (service) {
    case "SQS":
      return SQS_REQUEST;
    case "S3":
      return operation.startsWith("List") ? S3_LIST : S3_READ;
    case "CloudWatch":
      // GetMetricData is paid by the metrics that it asks for.
      return operation === "GetMetricData" ? metricsIn(input) * CLOUDWATCH_METRIC : CLOUDWATCH_REQUEST;
    default:
      // Reading CloudWatch Logs by FilterLogEvents, STS and tags are free of charge.
      return 0;
  }
}

function metricsIn(input: unknown): number {
  const queries = (input as { MetricDataQueries?: unknown }).MetricDataQueries;
  return Array.isArray(queries) ? queries.length : 1;
}
