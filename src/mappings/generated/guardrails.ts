// Made from mappings/guardrails/ by `deno task generate`: change it there.
import type { MetricStream } from "../metric.ts";

/** The metrics of the data stream `guardrails`. */
export const GUARDRAILS = {
  dataset: "aws_bedrock.guardrails",
  namespaces: [
    {
      name: "AWS/Bedrock/Guardrails",
      default: true,
    },
  ],
  prefix: "aws_bedrock.guardrails.",
  otelPrefix: "aws.bedrock.guardrail.",
  metrics: [
    {
      name: "Invocations",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.guardrails.invocations",
      otelName: "aws.bedrock.guardrail.invocations",
      unit: "{invocation}",
      type: "int",
      withoutDimensions: false,
      description: "Times that a guardrail was applied",
    },
    {
      name: "InvocationLatency",
      aliases: [],
      statistic: "Average",
      field: "aws_bedrock.guardrails.invocation_latency",
      otelName: "aws.bedrock.guardrail.invocation.latency",
      unit: "ms",
      type: "double",
      withoutDimensions: false,
      description: "Time that a guardrail took",
    },
    {
      name: "InvocationClientErrors",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.guardrails.invocation_client_errors",
      otelName: "aws.bedrock.guardrail.invocation.client_errors",
      unit: "{error}",
      type: "int",
      withoutDimensions: false,
      description: "Applications that failed by the caller's fault",
    },
    {
      name: "InvocationServerErrors",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.guardrails.invocation_server_errors",
      otelName: "aws.bedrock.guardrail.invocation.server_errors",
      unit: "{error}",
      type: "int",
      withoutDimensions: false,
      description: "Applications that failed by the fault of AWS",
    },
    {
      name: "InvocationThrottles",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.guardrails.invocation_throttles",
      otelName: "aws.bedrock.guardrail.invocation.throttles",
      unit: "{throttle}",
      type: "int",
      withoutDimensions: false,
      description: "Applications that were throttled",
    },
    {
      name: "TextUnitCount",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.guardrails.text_unit_count",
      otelName: "aws.bedrock.guardrail.text_units",
      unit: "{text_unit}",
      type: "int",
      withoutDimensions: false,
      description: "Text units that the policies charged for",
    },
    {
      name: "InvocationsIntervened",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.guardrails.invocations_intervened",
      otelName: "aws.bedrock.guardrail.interventions",
      unit: "{invocation}",
      type: "int",
      withoutDimensions: false,
      description: "Applications in which the guardrail intervened",
    },
    {
      name: "FindingCounts",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.guardrails.finding_counts",
      otelName: "aws.bedrock.guardrail.findings",
      unit: "{finding}",
      type: "int",
      withoutDimensions: false,
      description: "Findings by type",
    },
    {
      name: "TotalFindings",
      aliases: [],
      statistic: "Sum",
      field: "aws_bedrock.guardrails.total_findings",
      otelName: "aws.bedrock.guardrail.findings.total",
      unit: "{finding}",
      type: "int",
      withoutDimensions: false,
      description: "Findings in total",
    },
  ],
  dimensions: [
    {
      name: "Operation",
      attributes: {
        ecs: {
          name: "aws_bedrock.guardrails.operation",
        },
        integration: {
          name: "aws_bedrock.guardrails.operation",
        },
        otel: {
          name: "aws.bedrock.guardrail.operation",
        },
      },
    },
    {
      name: "GuardrailContentSource",
      attributes: {
        ecs: {
          name: "aws_bedrock.guardrails.guardrail_content_source",
        },
        integration: {
          name: "aws_bedrock.guardrails.guardrail_content_source",
        },
        otel: {
          name: "aws.bedrock.guardrail.content_source",
        },
      },
    },
    {
      name: "GuardrailPolicyType",
      attributes: {
        ecs: {
          name: "aws_bedrock.guardrails.guardrail_policy_type",
        },
        integration: {
          name: "aws_bedrock.guardrails.guardrail_policy_type",
        },
        otel: {
          name: "aws.bedrock.guardrail.policy_type",
        },
      },
    },
    {
      name: "GuardrailArn",
      attributes: {
        ecs: {
          name: "aws_bedrock.guardrails.guardrail_arn",
        },
        integration: {
          name: "aws_bedrock.guardrails.guardrail_arn",
        },
        otel: {
          name: "aws.bedrock.guardrail.id",
          part: "after_last_slash",
        },
      },
    },
    {
      name: "GuardrailVersion",
      attributes: {
        ecs: {
          name: "aws_bedrock.guardrails.guardrail_version",
        },
        integration: {
          name: "aws_bedrock.guardrails.guardrail_version",
        },
        otel: {
          name: "aws.bedrock.guardrail.version",
        },
      },
    },
  ],
} as const satisfies MetricStream;
