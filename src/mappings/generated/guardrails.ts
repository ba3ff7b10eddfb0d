// Made from mappings/guardrails/ by `deno task generate`: change it there.
import type { FieldTable } from "../field.ts";
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

/** The attributes of the data stream `guardrails`. */
export const GUARDRAILS_FIELDS = {
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
      "aws_bedrock.guardrails",
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
      "aws_bedrock.guardrails",
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
  "aws_bedrock.guardrails.operation": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
  },
  "aws.bedrock.guardrail.operation": {
    otlp: "string",
    modes: ["otel"],
    withoutContent: true,
  },
  "aws_bedrock.guardrails.guardrail_content_source": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
  },
  "aws.bedrock.guardrail.content_source": {
    otlp: "string",
    modes: ["otel"],
    withoutContent: true,
  },
  "aws_bedrock.guardrails.guardrail_policy_type": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
  },
  "aws.bedrock.guardrail.policy_type": {
    otlp: "string",
    modes: ["otel"],
    withoutContent: true,
  },
  "aws_bedrock.guardrails.guardrail_arn": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
  },
  "aws.bedrock.guardrail.id": {
    otlp: "string",
    modes: ["otel"],
    withoutContent: true,
  },
  "aws_bedrock.guardrails.guardrail_version": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
  },
  "aws.bedrock.guardrail.version": {
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

/** The attributes of a data point of `guardrails`, by the JavaScript type of their value. */
export interface GuardrailsAttributes {
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
  /** Operation that applied the guardrail */
  "aws_bedrock.guardrails.operation"?: string;
  /** Operation that applied the guardrail */
  "aws.bedrock.guardrail.operation"?: string;
  /** What the guardrail looked at: input or output */
  "aws_bedrock.guardrails.guardrail_content_source"?: string;
  /** What the guardrail looked at: input or output */
  "aws.bedrock.guardrail.content_source"?: string;
  /** Policy of the guardrail */
  "aws_bedrock.guardrails.guardrail_policy_type"?: string;
  /** Policy of the guardrail */
  "aws.bedrock.guardrail.policy_type"?: string;
  /** Guardrail */
  "aws_bedrock.guardrails.guardrail_arn"?: string;
  /** Guardrail */
  "aws.bedrock.guardrail.id"?: string;
  /** Version of the guardrail */
  "aws_bedrock.guardrails.guardrail_version"?: string;
  /** Version of the guardrail */
  "aws.bedrock.guardrail.version"?: string;
  /** Dimensions that the table does not know, by their names in CloudWatch */
  [name: `aws.dimensions.${string}`]: string;
}
