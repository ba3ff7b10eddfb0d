// Made from mappings/runtime/ by `deno task generate`: change it there.
import type { FieldTable } from "../field.ts";
import type { MetricStream } from "../metric.ts";

/** The metrics of the data stream `runtime`. */
export const RUNTIME = {
  dataset: "aws_bedrock.runtime",
  namespaces: [
    {
      name: "AWS/Bedrock",
      default: true,
    },
    {
      name: "AWS/BedrockMantle",
      default: false,
    },
  ],
  prefix: "aws_bedrock.runtime.",
  otelPrefix: "aws.bedrock.",
  metrics: [
    {
      name: "Invocations",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.invocations",
      otelName: "aws.bedrock.invocations",
      unit: "{invocation}",
      type: "int",
      withoutDimensions: false,
      description: "Invocations that succeeded",
    },
    {
      name: "InvocationLatency",
      aliases: [],
      statistic: "Average",
      field: "aws_bedrock.runtime.invocation_latency",
      otelName: "aws.bedrock.invocation.latency",
      unit: "ms",
      type: "double",
      withoutDimensions: false,
      description: "Time from a request to the last token of its answer",
    },
    {
      name: "InvocationClientErrors",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.invocation_client_errors",
      otelName: "aws.bedrock.invocation.client_errors",
      unit: "{error}",
      type: "int",
      withoutDimensions: false,
      description: "Invocations that failed by the caller's fault",
    },
    {
      name: "InvocationServerErrors",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.invocation_server_errors",
      otelName: "aws.bedrock.invocation.server_errors",
      unit: "{error}",
      type: "int",
      withoutDimensions: false,
      description: "Invocations that failed by the fault of AWS",
    },
    {
      name: "InvocationThrottles",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.invocation_throttles",
      otelName: "aws.bedrock.invocation.throttles",
      unit: "{throttle}",
      type: "int",
      withoutDimensions: false,
      description: "Invocations that were throttled; they count neither as invocations nor as errors",
    },
    {
      name: "InputTokenCount",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.input_token_count",
      otelName: "aws.bedrock.token.input",
      unit: "{token}",
      type: "int",
      withoutDimensions: false,
      description: "Tokens of requests",
    },
    {
      name: "OutputTokenCount",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.output_token_count",
      otelName: "aws.bedrock.token.output",
      unit: "{token}",
      type: "int",
      withoutDimensions: false,
      description: "Tokens of answers",
    },
    {
      name: "OutputImageCount",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.output_image_count",
      otelName: "aws.bedrock.image.output",
      unit: "{image}",
      type: "int",
      withoutDimensions: false,
      description: "Images of answers",
    },
    {
      name: "LegacyModelInvocations",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.legacymodel_invocations",
      otelName: "aws.bedrock.invocations.legacy",
      unit: "{invocation}",
      type: "int",
      withoutDimensions: false,
      description: "Invocations of models that AWS calls legacy",
    },
    {
      name: "TimeToFirstToken",
      aliases: [],
      statistic: "Average",
      field: "aws_bedrock.runtime.time_to_first_token",
      otelName: "aws.bedrock.time_to_first_token",
      unit: "ms",
      type: "double",
      withoutDimensions: false,
      description: "Time from a streaming request to the first token of its answer",
    },
    {
      name: "CacheReadInputTokenCount",
      aliases: [
        "CacheReadInputTokens",
      ],
      statistic: "Sum",
      field: "aws_bedrock.runtime.cache_read_input_tokens",
      otelName: "aws.bedrock.token.cache_read",
      unit: "{token}",
      type: "int",
      withoutDimensions: false,
      description: "Tokens of requests that were read from the prompt cache",
    },
    {
      name: "CacheWriteInputTokenCount",
      aliases: [
        "CacheWriteInputTokens",
      ],
      statistic: "Sum",
      field: "aws_bedrock.runtime.cache_write_input_tokens",
      otelName: "aws.bedrock.token.cache_write",
      unit: "{token}",
      type: "int",
      withoutDimensions: false,
      description: "Tokens of requests that were written to the prompt cache",
    },
    {
      name: "EstimatedTPMQuotaUsage",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.estimated_tpm_quota_usage",
      otelName: "aws.bedrock.quota.tpm_usage",
      unit: "{token}",
      type: "int",
      withoutDimensions: false,
      description: "Tokens that count towards the quota of tokens per minute",
    },
    {
      name: "ModelInvocationLogsS3DeliverySuccess",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.log_delivery.s3_success",
      otelName: "aws.bedrock.log_delivery.s3_success",
      unit: "{record}",
      type: "int",
      withoutDimensions: true,
      description: "Invocation logs that Bedrock delivered to S3",
    },
    {
      name: "ModelInvocationLogsS3DeliveryFailure",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.log_delivery.s3_failure",
      otelName: "aws.bedrock.log_delivery.s3_failure",
      unit: "{record}",
      type: "int",
      withoutDimensions: true,
      description: "Invocation logs that Bedrock could not deliver to S3",
    },
    {
      name: "ModelInvocationLogsCloudWatchDeliverySuccess",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.log_delivery.cloudwatch_success",
      otelName: "aws.bedrock.log_delivery.cloudwatch_success",
      unit: "{record}",
      type: "int",
      withoutDimensions: true,
      description: "Invocation logs that Bedrock delivered to CloudWatch Logs",
    },
    {
      name: "ModelInvocationLogsCloudWatchDeliveryFailure",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.log_delivery.cloudwatch_failure",
      otelName: "aws.bedrock.log_delivery.cloudwatch_failure",
      unit: "{record}",
      type: "int",
      withoutDimensions: true,
      description: "Invocation logs that Bedrock could not deliver to CloudWatch Logs",
    },
    {
      name: "ModelInvocationLargeDataS3DeliverySuccess",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.log_delivery.large_data_success",
      otelName: "aws.bedrock.log_delivery.large_data_success",
      unit: "{record}",
      type: "int",
      withoutDimensions: true,
      description: "Large bodies that Bedrock delivered to S3",
    },
    {
      name: "ModelInvocationLargeDataS3DeliveryFailure",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.runtime.log_delivery.large_data_failure",
      otelName: "aws.bedrock.log_delivery.large_data_failure",
      unit: "{record}",
      type: "int",
      withoutDimensions: true,
      description: "Large bodies that Bedrock could not deliver to S3",
    },
  ],
  dimensions: [
    {
      name: "ModelId",
      attributes: {
        ecs: {
          name: "aws_bedrock.runtime.model_id",
        },
        integration: {
          name: "aws_bedrock.runtime.model_id",
        },
        otel: {
          name: "gen_ai.request.model",
        },
      },
    },
    {
      name: "ImageSize",
      attributes: {
        ecs: {
          name: "aws_bedrock.runtime.image_size",
        },
        integration: {
          name: "aws_bedrock.runtime.image_size",
        },
        otel: {
          name: "aws.bedrock.image.size",
        },
      },
    },
    {
      name: "Quality",
      attributes: {
        ecs: {
          name: "aws_bedrock.runtime.quality",
        },
        integration: {
          name: "aws_bedrock.runtime.quality",
        },
        otel: {
          name: "aws.bedrock.image.quality",
        },
      },
    },
    {
      name: "BucketedStepSize",
      attributes: {
        ecs: {
          name: "aws_bedrock.runtime.bucketed_step_size",
        },
        integration: {
          name: "aws_bedrock.runtime.bucketed_step_size",
        },
        otel: {
          name: "aws.bedrock.image.bucketed_step_size",
        },
      },
    },
  ],
} as const satisfies MetricStream;

/** The attributes of the data stream `runtime`. */
export const RUNTIME_FIELDS = {
  "data_stream.type": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
    check: new Set([
      "metrics",
    ]),
  },
  "data_stream.dataset": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
    check: new Set([
      "aws_bedrock.runtime",
    ]),
  },
  "data_stream.namespace": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
  },
  "event.dataset": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: new Set([
      "aws_bedrock.runtime",
    ]),
  },
  "event.module": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: new Set([
      "aws",
    ]),
  },
  "metricset.name": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: new Set([
      "cloudwatch",
    ]),
  },
  "metricset.period": {
    otlp: "int",
    modes: ["ecs", "integration"],
    withoutContent: true,
  },
  "aws.cloudwatch.namespace": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
  },
  "cloud.provider": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
    check: new Set([
      "aws",
    ]),
  },
  "cloud.account.id": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
  },
  "cloud.account.name": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
  },
  "cloud.region": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
  },
  "aws.metrics_names_fingerprint": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
  },
  "aws_bedrock.runtime.model_id": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
  },
  "gen_ai.request.model": {
    otlp: "string",
    modes: ["otel"],
    withoutContent: true,
  },
  "aws_bedrock.runtime.image_size": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
  },
  "aws.bedrock.image.size": {
    otlp: "string",
    modes: ["otel"],
    withoutContent: true,
  },
  "aws_bedrock.runtime.quality": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
  },
  "aws.bedrock.image.quality": {
    otlp: "string",
    modes: ["otel"],
    withoutContent: true,
  },
  "aws_bedrock.runtime.bucketed_step_size": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
  },
  "aws.bedrock.image.bucketed_step_size": {
    otlp: "string",
    modes: ["otel"],
    withoutContent: true,
  },
  "aws.dimensions.*": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
  },
} as const satisfies FieldTable;

/** The attributes of a data point of `runtime`, by the JavaScript type of their value. */
export interface RuntimeAttributes {
  /** Type of the data stream that the point goes to: metrics */
  "data_stream.type"?: string;
  /** Dataset of the data stream */
  "data_stream.dataset"?: string;
  /** Namespace of the data stream */
  "data_stream.namespace"?: string;
  /** Dataset of the event, equal to data_stream.dataset */
  "event.dataset"?: string;
  /** Name of the module, as in the integration */
  "event.module"?: string;
  /** Name of the metric set, as in the integration */
  "metricset.name"?: string;
  /** Time between two points of a series (ms) */
  "metricset.period"?: number;
  /** Namespace of the metric in CloudWatch */
  "aws.cloudwatch.namespace"?: string;
  /** Cloud that the metric is of */
  "cloud.provider"?: string;
  /** Account that the metric is of */
  "cloud.account.id"?: string;
  /** Name of the account; its id where no name is known */
  "cloud.account.name"?: string;
  /** Region that the metric is of */
  "cloud.region"?: string;
  /** Only on points that a later reading of their period added: stands for the names of their metrics, so that they stand beside the document of the first reading */
  "aws.metrics_names_fingerprint"?: string;
  /** Model, or inference profile */
  "aws_bedrock.runtime.model_id"?: string;
  /** Model, or inference profile */
  "gen_ai.request.model"?: string;
  /** Size of the images */
  "aws_bedrock.runtime.image_size"?: string;
  /** Size of the images */
  "aws.bedrock.image.size"?: string;
  /** Quality of the images */
  "aws_bedrock.runtime.quality"?: string;
  /** Quality of the images */
  "aws.bedrock.image.quality"?: string;
  /** Range of the number of steps that an image took */
  "aws_bedrock.runtime.bucketed_step_size"?: string;
  /** Range of the number of steps that an image took */
  "aws.bedrock.image.bucketed_step_size"?: string;
  /** Dimensions that the table does not know, by their names in CloudWatch */
  [name: `aws.dimensions.${string}`]: string;
}
