/**
 * The newest version of Elastic's integration `aws_bedrock` whose ingest pipeline could be read: mode `integration` makes its
 * documents. `docs/elastic.md` says what was read, what is there of later changes, and what differs on purpose.
 *
 * @see https://github.com/elastic/integrations/tree/main/packages/aws_bedrock
 */
export const INTEGRATION_VERSION = "1.6";
