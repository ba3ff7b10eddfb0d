// Made from mappings/metrics/knowledge_bases.yml by `deno task generate`: change it there.
import type { MetricStream } from "../metric.ts";

/** The metrics of the data stream `knowledge_bases`. */
export const KNOWLEDGE_BASES = {
  name: "knowledge_bases",
  dataset: "aws_bedrock.knowledge_bases",
  namespace: "AWS/Bedrock/KnowledgeBases",
  isDefault: false,
  prefix: "aws_bedrock.knowledge_bases.",
  otelPrefix: "aws.bedrock.knowledge_base.",
  statisticNames: "suffix",
  levels: [
    { name: "operation", dimensions: ["Operation"] },
    { name: "knowledge_base", dimensions: ["KnowledgeBaseId", "Operation"] },
    { name: "storage", dimensions: ["KnowledgeBaseId"] },
  ],
  totals: {},
  resourceTypes: ["bedrock"],
  metrics: [
    {
      name: "Invocations",
      field: "aws_bedrock.knowledge_bases.invocations",
      otelName: "aws.bedrock.knowledge_base.invocations",
      statistics: ["Sum"],
      unit: "{invocation}",
      type: "int",
      description: "Requests, also those that failed or were throttled",
    },
    {
      name: "ClientErrors",
      field: "aws_bedrock.knowledge_bases.client_errors",
      otelName: "aws.bedrock.knowledge_base.client_errors",
      statistics: ["Sum"],
      unit: "{error}",
      type: "int",
      description: "Requests that failed by the caller's fault",
    },
    {
      name: "ServerErrors",
      field: "aws_bedrock.knowledge_bases.server_errors",
      otelName: "aws.bedrock.knowledge_base.server_errors",
      statistics: ["Sum"],
      unit: "{error}",
      type: "int",
      description: "Requests that failed by the fault of AWS",
    },
    {
      name: "Throttles",
      field: "aws_bedrock.knowledge_bases.throttles",
      otelName: "aws.bedrock.knowledge_base.throttles",
      statistics: ["Sum"],
      unit: "{throttle}",
      type: "int",
      description: "Requests that were throttled; they are no errors",
    },
    {
      name: "TotalIterationCount",
      field: "aws_bedrock.knowledge_bases.total_iteration_count",
      otelName: "aws.bedrock.knowledge_base.total_iteration_count",
      statistics: ["Sum"],
      unit: "{iteration}",
      type: "int",
      description: "Rounds of retrieval that agentic requests took",
    },
    {
      name: "RawDataSize",
      field: "aws_bedrock.knowledge_bases.raw_data_size",
      otelName: "aws.bedrock.knowledge_base.raw_data_size",
      statistics: ["Maximum"],
      unit: "GBy",
      type: "double",
      description: "Size of the source data that is stored; written when an ingestion ends",
    },
  ],
  dimensions: [
    {
      name: "Operation",
      attributes: {
        ecs: [
          { name: "aws_bedrock.knowledge_bases.operation" },
        ],
        integration: [
          { name: "aws_bedrock.knowledge_bases.operation" },
        ],
        otel: [
          { name: "aws.bedrock.knowledge_base.operation" },
        ],
      },
    },
    {
      name: "KnowledgeBaseId",
      attributes: {
        ecs: [
          { name: "aws_bedrock.knowledge_bases.knowledge_base_id" },
        ],
        integration: [
          { name: "aws_bedrock.knowledge_bases.knowledge_base_id" },
        ],
        otel: [
          { name: "aws.bedrock.knowledge_base.id", part: "after_last_slash" },
        ],
      },
    },
  ],
} as const satisfies MetricStream;
