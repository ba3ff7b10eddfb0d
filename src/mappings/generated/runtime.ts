// Made from mappings/metrics/runtime.yml by `deno task generate`: change it there.
import type { MetricStream } from "../metric.ts";

/** The metrics of the data stream `runtime`. */
export const RUNTIME = {
  name: "runtime",
  dataset: "aws_bedrock.runtime",
  namespace: "AWS/Bedrock",
  isDefault: true,
  prefix: "aws_bedrock.runtime.",
  otelPrefix: "aws.bedrock.",
  statisticNames: "suffix",
  levels: [
    { name: "model", dimensions: ["ModelId"] },
    { name: "image", dimensions: ["BucketedStepSize", "ImageSize", "ModelId"] },
    { name: "quality", dimensions: ["ImageSize", "ModelId", "Quality"] },
    { name: "tier", dimensions: ["ModelId", "ResolvedServiceTier", "ServiceTier"] },
    { name: "requested_tier", dimensions: ["ModelId", "ServiceTier"] },
    { name: "resolved_tier", dimensions: ["ModelId", "ResolvedServiceTier"] },
    { name: "context", dimensions: ["ContextWindow", "ModelId"] },
  ],
  totals: {},
  resourceTypes: ["bedrock"],
  metrics: [
    {
      name: "Invocations",
      field: "aws_bedrock.runtime.invocations",
      otelName: "aws.bedrock.invocations",
      statistics: ["Sum"],
      unit: "{invocation}",
      type: "int",
      description:
        "Requests that Bedrock accepted for processing, also those that failed later; not those that were throttled, or rejected before",
    },
    {
      name: "InvocationLatency",
      field: "aws_bedrock.runtime.invocation_latency",
      otelName: "aws.bedrock.invocation.latency",
      statistics: ["Average"],
      percentiles: ["p50", "p90", "p99"],
      unit: "ms",
      type: "double",
      description: "Time from a request to the last token of its answer",
    },
    {
      name: "InvocationClientErrors",
      field: "aws_bedrock.runtime.invocation_client_errors",
      otelName: "aws.bedrock.invocation.client_errors",
      statistics: ["Sum"],
      unit: "{error}",
      type: "int",
      description: "Invocations that failed by the caller's fault",
    },
    {
      name: "InvocationServerErrors",
      field: "aws_bedrock.runtime.invocation_server_errors",
      otelName: "aws.bedrock.invocation.server_errors",
      statistics: ["Sum"],
      unit: "{error}",
      type: "int",
      description: "Invocations that failed by the fault of AWS",
    },
    {
      name: "InvocationThrottles",
      field: "aws_bedrock.runtime.invocation_throttles",
      otelName: "aws.bedrock.invocation.throttles",
      statistics: ["Sum"],
      unit: "{throttle}",
      type: "int",
      description: "Requests that were throttled; they count neither as invocations nor as errors",
    },
    {
      name: "InputTokenCount",
      field: "aws_bedrock.runtime.input_token_count",
      otelName: "aws.bedrock.token.input",
      statistics: ["Sum"],
      unit: "{token}",
      type: "int",
      description: "Tokens of requests",
    },
    {
      name: "OutputTokenCount",
      field: "aws_bedrock.runtime.output_token_count",
      otelName: "aws.bedrock.token.output",
      statistics: ["Sum"],
      unit: "{token}",
      type: "int",
      description: "Tokens of answers",
    },
    {
      name: "OutputImageCount",
      field: "aws_bedrock.runtime.output_image_count",
      otelName: "aws.bedrock.image.output",
      statistics: ["Sum"],
      unit: "{image}",
      type: "int",
      description: "Images of answers",
    },
    {
      name: "LegacyModelInvocations",
      field: "aws_bedrock.runtime.legacymodel_invocations",
      otelName: "aws.bedrock.invocations.legacy",
      statistics: ["Sum"],
      unit: "{invocation}",
      type: "int",
      description: "Invocations of models that AWS calls legacy",
    },
    {
      name: "TimeToFirstToken",
      field: "aws_bedrock.runtime.time_to_first_token",
      otelName: "aws.bedrock.time_to_first_token",
      statistics: ["Average"],
      percentiles: ["p50", "p90", "p99"],
      unit: "ms",
      type: "double",
      description: "Time from a streaming request to the first token of its answer",
    },
    {
      name: "CacheReadInputTokenCount",
      field: "aws_bedrock.runtime.cache_read_input_tokens",
      otelName: "aws.bedrock.token.cache_read",
      aliases: ["CacheReadInputTokens"],
      statistics: ["Sum"],
      unit: "{token}",
      type: "int",
      description: "Tokens of requests that were read from the prompt cache",
    },
    {
      name: "CacheWriteInputTokenCount",
      field: "aws_bedrock.runtime.cache_write_input_tokens",
      otelName: "aws.bedrock.token.cache_write",
      aliases: ["CacheWriteInputTokens"],
      statistics: ["Sum"],
      unit: "{token}",
      type: "int",
      description: "Tokens of requests that were written to the prompt cache",
    },
    {
      name: "EstimatedTPMQuotaUsage",
      field: "aws_bedrock.runtime.estimated_tpm_quota_usage",
      otelName: "aws.bedrock.quota.tpm_usage",
      statistics: ["Sum", "Maximum"],
      unit: "{token}",
      type: "int",
      description:
        "AWS's estimate of the tokens that count towards the quota of tokens per minute: their sum in one minute, and the largest single value. Throttling goes by what a request reserves, which may be more",
      periodSeconds: 60,
    },
    {
      name: "ModelInvocationLogsS3DeliverySuccess",
      field: "aws_bedrock.runtime.log_delivery.s3_success",
      otelName: "aws.bedrock.log_delivery.s3_success",
      statistics: ["Sum"],
      unit: "{record}",
      type: "int",
      description: "Invocation logs that Bedrock delivered to S3",
    },
    {
      name: "ModelInvocationLogsS3DeliveryFailure",
      field: "aws_bedrock.runtime.log_delivery.s3_failure",
      otelName: "aws.bedrock.log_delivery.s3_failure",
      statistics: ["Sum"],
      unit: "{record}",
      type: "int",
      description: "Invocation logs that Bedrock could not deliver to S3",
    },
    {
      name: "ModelInvocationLogsCloudWatchDeliverySuccess",
      field: "aws_bedrock.runtime.log_delivery.cloudwatch_success",
      otelName: "aws.bedrock.log_delivery.cloudwatch_success",
      statistics: ["Sum"],
      unit: "{record}",
      type: "int",
      description: "Invocation logs that Bedrock delivered to CloudWatch Logs",
    },
    {
      name: "ModelInvocationLogsCloudWatchDeliveryFailure",
      field: "aws_bedrock.runtime.log_delivery.cloudwatch_failure",
      otelName: "aws.bedrock.log_delivery.cloudwatch_failure",
      statistics: ["Sum"],
      unit: "{record}",
      type: "int",
      description: "Invocation logs that Bedrock could not deliver to CloudWatch Logs",
    },
    {
      name: "ModelInvocationLargeDataS3DeliverySuccess",
      field: "aws_bedrock.runtime.log_delivery.large_data_success",
      otelName: "aws.bedrock.log_delivery.large_data_success",
      statistics: ["Sum"],
      unit: "{record}",
      type: "int",
      description: "Large bodies that Bedrock delivered to S3",
    },
    {
      name: "ModelInvocationLargeDataS3DeliveryFailure",
      field: "aws_bedrock.runtime.log_delivery.large_data_failure",
      otelName: "aws.bedrock.log_delivery.large_data_failure",
      statistics: ["Sum"],
      unit: "{record}",
      type: "int",
      description: "Large bodies that Bedrock could not deliver to S3",
    },
  ],
  dimensions: [
    {
      name: "ModelId",
      attributes: {
        ecs: [
          { name: "aws_bedrock.runtime.model_id" },
        ],
        integration: [
          { name: "aws_bedrock.runtime.model_id" },
        ],
        otel: [
          { name: "gen_ai.request.model" },
        ],
      },
    },
    {
      name: "ImageSize",
      attributes: {
        ecs: [
          { name: "aws_bedrock.runtime.image_size" },
        ],
        integration: [
          { name: "aws_bedrock.runtime.image_size" },
        ],
        otel: [
          { name: "aws.bedrock.image.size" },
        ],
      },
    },
    {
      name: "Quality",
      attributes: {
        ecs: [
          { name: "aws_bedrock.runtime.quality" },
        ],
        integration: [
          { name: "aws_bedrock.runtime.quality" },
        ],
        otel: [
          { name: "aws.bedrock.image.quality" },
        ],
      },
    },
    {
      name: "BucketedStepSize",
      attributes: {
        ecs: [
          { name: "aws_bedrock.runtime.bucketed_step_size" },
        ],
        integration: [
          { name: "aws_bedrock.runtime.bucketed_step_size" },
        ],
        otel: [
          { name: "aws.bedrock.image.bucketed_step_size" },
        ],
      },
    },
    {
      name: "ServiceTier",
      attributes: {
        ecs: [
          { name: "aws_bedrock.runtime.service_tier" },
        ],
        integration: [
          { name: "aws_bedrock.runtime.service_tier" },
        ],
        otel: [
          { name: "aws.bedrock.service_tier" },
        ],
      },
    },
    {
      name: "ResolvedServiceTier",
      attributes: {
        ecs: [
          { name: "aws_bedrock.runtime.resolved_service_tier" },
        ],
        integration: [
          { name: "aws_bedrock.runtime.resolved_service_tier" },
        ],
        otel: [
          { name: "aws.bedrock.resolved_service_tier" },
        ],
      },
    },
    {
      name: "ContextWindow",
      attributes: {
        ecs: [
          { name: "aws_bedrock.runtime.context_window" },
        ],
        integration: [
          { name: "aws_bedrock.runtime.context_window" },
        ],
        otel: [
          { name: "aws.bedrock.context_window" },
        ],
      },
    },
  ],
} as const satisfies MetricStream;
