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
    {
      name: "model",
      dimensions: [
        "ModelId",
      ],
    },
    {
      name: "image",
      dimensions: [
        "BucketedStepSize",
        "ImageSize",
        "ModelId",
      ],
    },
    {
      name: "quality",
      dimensions: [
        "ImageSize",
        "ModelId",
        "Quality",
      ],
    },
    {
      name: "tier",
      dimensions: [
        "ModelId",
        "ResolvedServiceTier",
        "ServiceTier",
      ],
    },
    {
      name: "requested_tier",
      dimensions: [
        "ModelId",
        "ServiceTier",
      ],
    },
    {
      name: "resolved_tier",
      dimensions: [
        "ModelId",
        "ResolvedServiceTier",
      ],
    },
    {
      name: "context",
      dimensions: [
        "ContextWindow",
        "ModelId",
      ],
    },
  ],
  totals: {},
  resourceTypes: [
    "bedrock",
  ],
  metrics: [
    {
      name: "Invocations",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.invocations",
      otelName: "aws.bedrock.invocations",
      unit: "{invocation}",
      type: "int",
      description:
        "Requests that Bedrock accepted for processing, also those that failed later; not those that were throttled, or rejected before",
    },
    {
      name: "InvocationLatency",
      aliases: [],
      statistics: [
        "Average",
      ],
      percentiles: [
        "p50",
        "p90",
        "p99",
      ],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.invocation_latency",
      otelName: "aws.bedrock.invocation.latency",
      unit: "ms",
      type: "double",
      description: "Time from a request to the last token of its answer",
    },
    {
      name: "InvocationClientErrors",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.invocation_client_errors",
      otelName: "aws.bedrock.invocation.client_errors",
      unit: "{error}",
      type: "int",
      description: "Invocations that failed by the caller's fault",
    },
    {
      name: "InvocationServerErrors",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.invocation_server_errors",
      otelName: "aws.bedrock.invocation.server_errors",
      unit: "{error}",
      type: "int",
      description: "Invocations that failed by the fault of AWS",
    },
    {
      name: "InvocationThrottles",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.invocation_throttles",
      otelName: "aws.bedrock.invocation.throttles",
      unit: "{throttle}",
      type: "int",
      description: "Requests that were throttled; they count neither as invocations nor as errors",
    },
    {
      name: "InputTokenCount",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.input_token_count",
      otelName: "aws.bedrock.token.input",
      unit: "{token}",
      type: "int",
      description: "Tokens of requests",
    },
    {
      name: "OutputTokenCount",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.output_token_count",
      otelName: "aws.bedrock.token.output",
      unit: "{token}",
      type: "int",
      description: "Tokens of answers",
    },
    {
      name: "OutputImageCount",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.output_image_count",
      otelName: "aws.bedrock.image.output",
      unit: "{image}",
      type: "int",
      description: "Images of answers",
    },
    {
      name: "LegacyModelInvocations",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.legacymodel_invocations",
      otelName: "aws.bedrock.invocations.legacy",
      unit: "{invocation}",
      type: "int",
      description: "Invocations of models that AWS calls legacy",
    },
    {
      name: "TimeToFirstToken",
      aliases: [],
      statistics: [
        "Average",
      ],
      percentiles: [
        "p50",
        "p90",
        "p99",
      ],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.time_to_first_token",
      otelName: "aws.bedrock.time_to_first_token",
      unit: "ms",
      type: "double",
      description: "Time from a streaming request to the first token of its answer",
    },
    {
      name: "CacheReadInputTokenCount",
      aliases: [
        "CacheReadInputTokens",
      ],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.cache_read_input_tokens",
      otelName: "aws.bedrock.token.cache_read",
      unit: "{token}",
      type: "int",
      description: "Tokens of requests that were read from the prompt cache",
    },
    {
      name: "CacheWriteInputTokenCount",
      aliases: [
        "CacheWriteInputTokens",
      ],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.cache_write_input_tokens",
      otelName: "aws.bedrock.token.cache_write",
      unit: "{token}",
      type: "int",
      description: "Tokens of requests that were written to the prompt cache",
    },
    {
      name: "EstimatedTPMQuotaUsage",
      aliases: [],
      statistics: [
        "Sum",
        "Maximum",
      ],
      percentiles: [],
      periodSeconds: 60,
      level: "",
      field: "aws_bedrock.runtime.estimated_tpm_quota_usage",
      otelName: "aws.bedrock.quota.tpm_usage",
      unit: "{token}",
      type: "int",
      description:
        "AWS's estimate of the tokens that count towards the quota of tokens per minute: their sum in one minute, and the largest single value. Throttling goes by what a request reserves, which may be more",
    },
    {
      name: "ModelInvocationLogsS3DeliverySuccess",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.log_delivery.s3_success",
      otelName: "aws.bedrock.log_delivery.s3_success",
      unit: "{record}",
      type: "int",
      description: "Invocation logs that Bedrock delivered to S3",
    },
    {
      name: "ModelInvocationLogsS3DeliveryFailure",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.log_delivery.s3_failure",
      otelName: "aws.bedrock.log_delivery.s3_failure",
      unit: "{record}",
      type: "int",
      description: "Invocation logs that Bedrock could not deliver to S3",
    },
    {
      name: "ModelInvocationLogsCloudWatchDeliverySuccess",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.log_delivery.cloudwatch_success",
      otelName: "aws.bedrock.log_delivery.cloudwatch_success",
      unit: "{record}",
      type: "int",
      description: "Invocation logs that Bedrock delivered to CloudWatch Logs",
    },
    {
      name: "ModelInvocationLogsCloudWatchDeliveryFailure",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.log_delivery.cloudwatch_failure",
      otelName: "aws.bedrock.log_delivery.cloudwatch_failure",
      unit: "{record}",
      type: "int",
      description: "Invocation logs that Bedrock could not deliver to CloudWatch Logs",
    },
    {
      name: "ModelInvocationLargeDataS3DeliverySuccess",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.log_delivery.large_data_success",
      otelName: "aws.bedrock.log_delivery.large_data_success",
      unit: "{record}",
      type: "int",
      description: "Large bodies that Bedrock delivered to S3",
    },
    {
      name: "ModelInvocationLargeDataS3DeliveryFailure",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws_bedrock.runtime.log_delivery.large_data_failure",
      otelName: "aws.bedrock.log_delivery.large_data_failure",
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
          {
            name: "aws_bedrock.runtime.model_id",
          },
        ],
        integration: [
          {
            name: "aws_bedrock.runtime.model_id",
          },
        ],
        otel: [
          {
            name: "gen_ai.request.model",
          },
        ],
      },
    },
    {
      name: "ImageSize",
      attributes: {
        ecs: [
          {
            name: "aws_bedrock.runtime.image_size",
          },
        ],
        integration: [
          {
            name: "aws_bedrock.runtime.image_size",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.image.size",
          },
        ],
      },
    },
    {
      name: "Quality",
      attributes: {
        ecs: [
          {
            name: "aws_bedrock.runtime.quality",
          },
        ],
        integration: [
          {
            name: "aws_bedrock.runtime.quality",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.image.quality",
          },
        ],
      },
    },
    {
      name: "BucketedStepSize",
      attributes: {
        ecs: [
          {
            name: "aws_bedrock.runtime.bucketed_step_size",
          },
        ],
        integration: [
          {
            name: "aws_bedrock.runtime.bucketed_step_size",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.image.bucketed_step_size",
          },
        ],
      },
    },
    {
      name: "ServiceTier",
      attributes: {
        ecs: [
          {
            name: "aws_bedrock.runtime.service_tier",
          },
        ],
        integration: [
          {
            name: "aws_bedrock.runtime.service_tier",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.service_tier",
          },
        ],
      },
    },
    {
      name: "ResolvedServiceTier",
      attributes: {
        ecs: [
          {
            name: "aws_bedrock.runtime.resolved_service_tier",
          },
        ],
        integration: [
          {
            name: "aws_bedrock.runtime.resolved_service_tier",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.resolved_service_tier",
          },
        ],
      },
    },
    {
      name: "ContextWindow",
      attributes: {
        ecs: [
          {
            name: "aws_bedrock.runtime.context_window",
          },
        ],
        integration: [
          {
            name: "aws_bedrock.runtime.context_window",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.context_window",
          },
        ],
      },
    },
  ],
} as const satisfies MetricStream;
