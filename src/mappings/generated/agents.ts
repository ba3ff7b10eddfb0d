// Made from mappings/metrics/agents.yml by `deno task generate`: change it there.
import type { MetricStream } from "../metric.ts";

/** The metrics of the data stream `agents`. */
export const AGENTS = {
  name: "agents",
  dataset: "aws_bedrock.agents",
  namespace: "AWS/Bedrock/Agents",
  isDefault: false,
  prefix: "aws_bedrock.agents.",
  otelPrefix: "aws.bedrock.agent.",
  statisticNames: "suffix",
  levels: [
    { name: "operation", dimensions: ["Operation"] },
    { name: "model", dimensions: ["ModelId", "Operation"] },
    { name: "agent", dimensions: ["AgentAliasArn", "ModelId", "Operation"] },
  ],
  totals: {},
  resourceTypes: ["bedrock"],
  metrics: [
    {
      name: "InvocationCount",
      field: "aws_bedrock.agents.invocation_count",
      otelName: "aws.bedrock.agent.invocations",
      statistics: ["Sum"],
      unit: "{invocation}",
      type: "int",
      description: "Requests to the operation",
    },
    {
      name: "TotalTime",
      field: "aws_bedrock.agents.total_time",
      otelName: "aws.bedrock.agent.total_time",
      statistics: ["Average"],
      percentiles: ["p50", "p90", "p99"],
      unit: "ms",
      type: "double",
      description: "Time that a request took on the server",
    },
    {
      name: "TTFT",
      field: "aws_bedrock.agents.time_to_first_token",
      otelName: "aws.bedrock.agent.time_to_first_token",
      statistics: ["Average"],
      percentiles: ["p50", "p90", "p99"],
      unit: "ms",
      type: "double",
      description: "Time to the first token of an answer that is streamed",
    },
    {
      name: "InvocationThrottles",
      field: "aws_bedrock.agents.invocation_throttles",
      otelName: "aws.bedrock.agent.invocation.throttles",
      statistics: ["Sum"],
      unit: "{throttle}",
      type: "int",
      description: "Requests that were throttled; they count neither as invocations nor as errors",
    },
    {
      name: "InvocationServerErrors",
      field: "aws_bedrock.agents.invocation_server_errors",
      otelName: "aws.bedrock.agent.invocation.server_errors",
      statistics: ["Sum"],
      unit: "{error}",
      type: "int",
      description: "Requests that failed by the fault of AWS",
    },
    {
      name: "InvocationClientErrors",
      field: "aws_bedrock.agents.invocation_client_errors",
      otelName: "aws.bedrock.agent.invocation.client_errors",
      statistics: ["Sum"],
      unit: "{error}",
      type: "int",
      description: "Requests that failed by the caller's fault",
    },
    {
      name: "ModelLatency",
      field: "aws_bedrock.agents.model_latency",
      otelName: "aws.bedrock.agent.model.latency",
      statistics: ["Average"],
      percentiles: ["p50", "p90", "p99"],
      unit: "ms",
      type: "double",
      description: "Time that the model took",
    },
    {
      name: "ModelInvocationCount",
      field: "aws_bedrock.agents.model_invocation_count",
      otelName: "aws.bedrock.agent.model.invocations",
      statistics: ["Sum"],
      unit: "{invocation}",
      type: "int",
      description: "Requests of agents to models",
    },
    {
      name: "ModelInvocationThrottles",
      field: "aws_bedrock.agents.model_invocation_throttles",
      otelName: "aws.bedrock.agent.model.throttles",
      statistics: ["Sum"],
      unit: "{throttle}",
      type: "int",
      description: "Requests of agents to models that were throttled; they count neither as invocations nor as errors",
    },
    {
      name: "ModelInvocationClientErrors",
      field: "aws_bedrock.agents.model_invocation_client_errors",
      otelName: "aws.bedrock.agent.model.client_errors",
      aliases: ["ModelInvocationCLientErrors"],
      statistics: ["Sum"],
      unit: "{error}",
      type: "int",
      description: "Requests of agents to models that failed by the caller's fault",
    },
    {
      name: "ModelInvocationServerErrors",
      field: "aws_bedrock.agents.model_invocation_server_errors",
      otelName: "aws.bedrock.agent.model.server_errors",
      statistics: ["Sum"],
      unit: "{error}",
      type: "int",
      description: "Requests of agents to models that failed by the fault of AWS",
    },
    {
      name: "InputTokenCount",
      field: "aws_bedrock.agents.input_token_count",
      otelName: "aws.bedrock.agent.token.input",
      statistics: ["Sum"],
      unit: "{token}",
      type: "int",
      description: "Tokens of requests to models",
    },
    {
      name: "OutputTokenCount",
      field: "aws_bedrock.agents.output_token_count",
      otelName: "aws.bedrock.agent.token.output",
      aliases: ["outputTokenCount"],
      statistics: ["Sum"],
      unit: "{token}",
      type: "int",
      description: "Tokens of answers of models",
    },
  ],
  dimensions: [
    {
      name: "Operation",
      attributes: {
        ecs: [
          { name: "aws_bedrock.agents.operation" },
        ],
        integration: [
          { name: "aws_bedrock.agents.operation" },
        ],
        otel: [
          { name: "aws.bedrock.agent.operation" },
        ],
      },
    },
    {
      name: "ModelId",
      attributes: {
        ecs: [
          { name: "aws_bedrock.agents.model_id" },
        ],
        integration: [
          { name: "aws_bedrock.agents.model_id" },
        ],
        otel: [
          { name: "gen_ai.request.model" },
        ],
      },
    },
    {
      name: "AgentAliasArn",
      attributes: {
        ecs: [
          { name: "aws_bedrock.agents.agent_alias_arn" },
        ],
        integration: [
          { name: "aws_bedrock.agents.agent_alias_arn" },
        ],
        otel: [
          { name: "aws.bedrock.agent.alias_arn" },
        ],
      },
    },
  ],
} as const satisfies MetricStream;
