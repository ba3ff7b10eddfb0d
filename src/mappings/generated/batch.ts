// Made from mappings/metrics/batch.yml by `deno task generate`: change it there.
import type { MetricStream } from "../metric.ts";

/** The metrics of the data stream `batch`. */
export const BATCH = {
  name: "batch",
  dataset: "aws_bedrock.batch",
  namespace: "AWS/Bedrock/Batch",
  isDefault: false,
  prefix: "aws_bedrock.batch.",
  otelPrefix: "aws.bedrock.batch.",
  statisticNames: "suffix",
  levels: [
    { name: "model", dimensions: ["ModelId"] },
  ],
  totals: {},
  resourceTypes: ["bedrock"],
  metrics: [
    {
      name: "NumberOfRecordsPendingProcessing",
      field: "aws_bedrock.batch.records_pending",
      otelName: "aws.bedrock.batch.records_pending",
      statistics: ["Average"],
      unit: "{record}",
      type: "double",
      description: "Records that wait for processing",
    },
    {
      name: "NumberOfTokensPendingProcessing",
      field: "aws_bedrock.batch.tokens_pending",
      otelName: "aws.bedrock.batch.tokens_pending",
      statistics: ["Average"],
      unit: "{token}",
      type: "double",
      description: "Tokens that wait for processing; of some models only",
    },
    {
      name: "NumberOfInputTokensProcessedPerMinute",
      field: "aws_bedrock.batch.input_tokens_per_minute",
      otelName: "aws.bedrock.batch.input_tokens_per_minute",
      statistics: ["Average"],
      unit: "{token}/min",
      type: "double",
      description: "Tokens of requests that are processed in a minute",
    },
    {
      name: "NumberOfOutputTokensProcessedPerMinute",
      field: "aws_bedrock.batch.output_tokens_per_minute",
      otelName: "aws.bedrock.batch.output_tokens_per_minute",
      statistics: ["Average"],
      unit: "{token}/min",
      type: "double",
      description: "Tokens of answers that are made in a minute",
    },
  ],
  dimensions: [
    {
      name: "ModelId",
      attributes: {
        ecs: [
          { name: "aws_bedrock.batch.model_id" },
        ],
        integration: [
          { name: "aws_bedrock.batch.model_id" },
        ],
        otel: [
          { name: "gen_ai.request.model" },
        ],
      },
    },
  ],
} as const satisfies MetricStream;
