// Made from mappings/metrics/mantle.yml by `deno task generate`: change it there.
import type { MetricStream } from "../metric.ts";

/** The metrics of the data stream `mantle`. */
export const MANTLE = {
  name: "mantle",
  dataset: "aws_bedrock.mantle",
  namespace: "AWS/BedrockMantle",
  isDefault: false,
  prefix: "aws_bedrock.mantle.",
  otelPrefix: "aws.bedrock.mantle.",
  statisticNames: "suffix",
  levels: [
    { name: "project_model", dimensions: ["Model", "Project"] },
    { name: "model", dimensions: ["Model"] },
    { name: "project", dimensions: ["Project"] },
  ],
  totals: {},
  resourceTypes: ["bedrock"],
  metrics: [
    {
      name: "Inferences",
      field: "aws_bedrock.mantle.inferences",
      otelName: "aws.bedrock.mantle.inferences",
      statistics: ["Sum"],
      unit: "{inference}",
      type: "int",
      description: "Requests that were completed",
    },
    {
      name: "InferenceClientErrors",
      field: "aws_bedrock.mantle.inference_client_errors",
      otelName: "aws.bedrock.mantle.inference_client_errors",
      statistics: ["Sum"],
      unit: "{error}",
      type: "int",
      description: "Requests that failed by the caller's fault; throttled ones are among them",
    },
    {
      name: "TotalInputTokens",
      field: "aws_bedrock.mantle.total_input_tokens",
      otelName: "aws.bedrock.mantle.token.input",
      statistics: ["Sum"],
      unit: "{token}",
      type: "int",
      description: "Tokens of requests that are billed",
    },
    {
      name: "TotalOutputTokens",
      field: "aws_bedrock.mantle.total_output_tokens",
      otelName: "aws.bedrock.mantle.token.output",
      statistics: ["Sum"],
      unit: "{token}",
      type: "int",
      description: "Tokens of answers that are billed",
    },
    {
      name: "InputTokens",
      field: "aws_bedrock.mantle.input_tokens",
      otelName: "aws.bedrock.mantle.request.token.input",
      statistics: ["Average"],
      percentiles: ["p50", "p90", "p99"],
      unit: "{token}",
      type: "double",
      description: "Tokens of one request",
    },
    {
      name: "OutputTokens",
      field: "aws_bedrock.mantle.output_tokens",
      otelName: "aws.bedrock.mantle.request.token.output",
      statistics: ["Average"],
      percentiles: ["p50", "p90", "p99"],
      unit: "{token}",
      type: "double",
      description: "Tokens of one answer",
    },
  ],
  dimensions: [
    {
      name: "Project",
      attributes: {
        ecs: [
          { name: "aws_bedrock.mantle.project" },
        ],
        integration: [
          { name: "aws_bedrock.mantle.project" },
        ],
        otel: [
          { name: "aws.bedrock.project" },
        ],
      },
    },
    {
      name: "Model",
      attributes: {
        ecs: [
          { name: "aws_bedrock.mantle.model" },
        ],
        integration: [
          { name: "aws_bedrock.mantle.model" },
        ],
        otel: [
          { name: "gen_ai.request.model" },
        ],
      },
    },
  ],
} as const satisfies MetricStream;
