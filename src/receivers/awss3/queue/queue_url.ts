/** What the URL of a queue says: https://docs.aws.amazon.com/general/latest/gr/sqs-service.html */
import { isAwsRegion } from "../../../aws/region.ts";

/** The region in a queue's URL: `sqs.us-east-1.amazonaws.com`, `us-east-1.queue.…`, `vpce-1.sqs.us-east-1.vpce.…`. */
export function regionOfQueueUrl(queueUrl: string): string | undefined {
  return new URL(queueUrl).hostname.split(".").find(isAwsRegion);
}

/**
 * Where requests go when no endpoint is configured: to the host of the queue's URL where that is not AWS's standard
 * one (VPC endpoints, emulators), undefined to let the SDK choose (it knows FIPS endpoints).
 */
export function endpointOfQueueUrl(queueUrl: string): string | undefined {
  const { hostname, origin } = new URL(queueUrl);
  const region = regionOfQueueUrl(queueUrl);
  return /^sqs\.[\w-]+\.amazonaws\.com(?:\.cn)?$/.test(hostname) && region !== undefined ? undefined : origin;
}
