// Made from mappings/metrics/guardrails.yml by `deno task generate`: change it there.
import type { MetricStream } from "../metric.ts";

/** The metrics of the data stream `guardrails`. */
export const GUARDRAILS = {
  name: "guardrails",
  dataset: "aws_bedrock.guardrails",
  namespace: "AWS/Bedrock/Guardrails",
  isDefault: true,
  prefix: "aws_bedrock.guardrails.",
  otelPrefix: "aws.bedrock.guardrail.",
  statisticNames: "suffix",
  levels: [
    { name: "guardrail", dimensions: ["GuardrailArn", "GuardrailVersion"] },
    { name: "operation", dimensions: ["Operation"] },
    { name: "content_source", dimensions: ["GuardrailContentSource"] },
    { name: "policy_type", dimensions: ["GuardrailPolicyType"] },
    { name: "operation_content_source", dimensions: ["GuardrailContentSource", "Operation"] },
    { name: "operation_policy_type", dimensions: ["GuardrailPolicyType", "Operation"] },
    { name: "content_source_policy_type", dimensions: ["GuardrailContentSource", "GuardrailPolicyType"] },
    {
      name: "operation_content_source_policy_type",
      dimensions: ["GuardrailContentSource", "GuardrailPolicyType", "Operation"],
    },
    { name: "policy", dimensions: ["PolicyArn", "PolicyVersion"] },
    { name: "policy_finding", dimensions: ["FindingType", "PolicyArn", "PolicyVersion"] },
    { name: "guardrail_finding", dimensions: ["FindingType", "GuardrailArn", "GuardrailVersion"] },
  ],
  totals: {},
  resourceTypes: ["bedrock"],
  metrics: [
    {
      name: "Invocations",
      field: "aws_bedrock.guardrails.invocations",
      otelName: "aws.bedrock.guardrail.invocations",
      statistics: ["Sum"],
      unit: "{invocation}",
      type: "int",
      description: "Times that a guardrail was applied",
    },
    {
      name: "InvocationLatency",
      field: "aws_bedrock.guardrails.invocation_latency",
      otelName: "aws.bedrock.guardrail.invocation.latency",
      statistics: ["Average"],
      percentiles: ["p50", "p90", "p99"],
      unit: "ms",
      type: "double",
      description: "Time that a guardrail took",
    },
    {
      name: "InvocationClientErrors",
      field: "aws_bedrock.guardrails.invocation_client_errors",
      otelName: "aws.bedrock.guardrail.invocation.client_errors",
      statistics: ["Sum"],
      unit: "{error}",
      type: "int",
      description: "Applications that failed by the caller's fault",
    },
    {
      name: "InvocationServerErrors",
      field: "aws_bedrock.guardrails.invocation_server_errors",
      otelName: "aws.bedrock.guardrail.invocation.server_errors",
      statistics: ["Sum"],
      unit: "{error}",
      type: "int",
      description: "Applications that failed by the fault of AWS",
    },
    {
      name: "InvocationThrottles",
      field: "aws_bedrock.guardrails.invocation_throttles",
      otelName: "aws.bedrock.guardrail.invocation.throttles",
      statistics: ["Sum"],
      unit: "{throttle}",
      type: "int",
      description: "Applications that were throttled; they count neither as invocations nor as errors",
    },
    {
      name: "TextUnitCount",
      field: "aws_bedrock.guardrails.text_unit_count",
      otelName: "aws.bedrock.guardrail.text_units",
      statistics: ["Sum"],
      unit: "{text_unit}",
      type: "int",
      description: "Text units that the policies charged for",
    },
    {
      name: "InvocationsIntervened",
      field: "aws_bedrock.guardrails.invocations_intervened",
      otelName: "aws.bedrock.guardrail.interventions",
      statistics: ["Sum"],
      unit: "{invocation}",
      type: "int",
      description: "Applications in which the guardrail intervened",
    },
    {
      name: "FindingCounts",
      field: "aws_bedrock.guardrails.finding_counts",
      otelName: "aws.bedrock.guardrail.findings",
      statistics: ["Sum"],
      level: "policy_finding",
      unit: "{finding}",
      type: "int",
      description: "Findings by type",
    },
    {
      name: "TotalFindings",
      field: "aws_bedrock.guardrails.total_findings",
      otelName: "aws.bedrock.guardrail.findings.total",
      statistics: ["Sum"],
      level: "policy",
      unit: "{finding}",
      type: "int",
      description: "Findings in total",
    },
    {
      name: "Latency",
      field: "aws_bedrock.guardrails.latency",
      otelName: "aws.bedrock.guardrail.latency",
      statistics: ["Average"],
      percentiles: ["p50", "p90", "p99"],
      level: "policy",
      unit: "ms",
      type: "double",
      description: "Time that a check by automated reasoning took",
    },
  ],
  dimensions: [
    {
      name: "Operation",
      attributes: {
        ecs: [
          { name: "aws_bedrock.guardrails.operation" },
        ],
        integration: [
          { name: "aws_bedrock.guardrails.operation" },
        ],
        otel: [
          { name: "aws.bedrock.guardrail.operation" },
        ],
      },
    },
    {
      name: "GuardrailContentSource",
      attributes: {
        ecs: [
          { name: "aws_bedrock.guardrails.guardrail_content_source" },
        ],
        integration: [
          { name: "aws_bedrock.guardrails.guardrail_content_source" },
        ],
        otel: [
          { name: "aws.bedrock.guardrail.content_source" },
        ],
      },
    },
    {
      name: "GuardrailPolicyType",
      attributes: {
        ecs: [
          { name: "aws_bedrock.guardrails.guardrail_policy_type" },
        ],
        integration: [
          { name: "aws_bedrock.guardrails.guardrail_policy_type" },
        ],
        otel: [
          { name: "aws.bedrock.guardrail.policy_type" },
        ],
      },
    },
    {
      name: "GuardrailArn",
      attributes: {
        ecs: [
          { name: "aws_bedrock.guardrails.guardrail_arn" },
        ],
        integration: [
          { name: "aws_bedrock.guardrails.guardrail_arn" },
        ],
        otel: [
          { name: "aws.bedrock.guardrail.id", part: "after_last_slash" },
        ],
      },
    },
    {
      name: "GuardrailVersion",
      attributes: {
        ecs: [
          { name: "aws_bedrock.guardrails.guardrail_version" },
        ],
        integration: [
          { name: "aws_bedrock.guardrails.guardrail_version" },
        ],
        otel: [
          { name: "aws.bedrock.guardrail.version" },
        ],
      },
    },
    {
      name: "FindingType",
      attributes: {
        ecs: [
          { name: "aws_bedrock.guardrails.finding_type" },
        ],
        integration: [
          { name: "aws_bedrock.guardrails.finding_type" },
        ],
        otel: [
          { name: "aws.bedrock.guardrail.finding.type" },
        ],
      },
    },
    {
      name: "PolicyArn",
      attributes: {
        ecs: [
          { name: "aws_bedrock.guardrails.policy_arn" },
        ],
        integration: [
          { name: "aws_bedrock.guardrails.policy_arn" },
        ],
        otel: [
          { name: "aws.bedrock.guardrail.policy.arn" },
        ],
      },
    },
    {
      name: "PolicyVersion",
      attributes: {
        ecs: [
          { name: "aws_bedrock.guardrails.policy_version" },
        ],
        integration: [
          { name: "aws_bedrock.guardrails.policy_version" },
        ],
        otel: [
          { name: "aws.bedrock.guardrail.policy.version" },
        ],
      },
    },
  ],
} as const satisfies MetricStream;
