/**
 * The version of Elastic's integration `aws_bedrock` whose documents mode `integration` makes. `docs/elastic.md` lists where
 * its rules were read, and what differs on purpose.
 *
 * @see https://github.com/elastic/integrations/tree/main/packages/aws_bedrock
 */
export const INTEGRATION_VERSION = "1.8";
