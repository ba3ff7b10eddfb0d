// Made from mappings/metrics/agentcore.yml by `deno task generate`: change it there.
import type { MetricStream } from "../metric.ts";

/** The metrics of the data stream `agentcore`. */
export const AGENTCORE = {
  name: "agentcore",
  dataset: "aws_bedrock_agentcore.metrics",
  namespace: "AWS/Bedrock-AgentCore",
  isDefault: false,
  prefix: "aws.bedrock_agentcore.metrics.",
  otelPrefix: "aws.bedrock.agentcore.",
  statisticNames: "dotted",
  levels: [
    {
      name: "resource",
      dimensions: [
        "Resource",
      ],
    },
    {
      name: "usage",
      dimensions: [
        "Resource",
        "Service",
      ],
    },
    {
      name: "service",
      dimensions: [
        "Service",
      ],
    },
    {
      name: "operation",
      dimensions: [
        "Operation",
        "Resource",
      ],
    },
    {
      name: "endpoint",
      dimensions: [
        "Name",
        "Operation",
        "Resource",
      ],
    },
    {
      name: "gateway",
      dimensions: [
        "Method",
        "Operation",
        "Protocol",
        "Resource",
      ],
    },
    {
      name: "tool",
      dimensions: [
        "Method",
        "Name",
        "Operation",
        "Protocol",
        "Resource",
      ],
    },
  ],
  totals: {
    Resource: "All",
  },
  resourceTypes: [
    "bedrock-agentcore",
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
      field: "aws.bedrock_agentcore.metrics.Invocations",
      otelName: "aws.bedrock.agentcore.invocations",
      unit: "{invocation}",
      type: "int",
      description: "Requests, whatever their answer",
    },
    {
      name: "Throttles",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.Throttles",
      otelName: "aws.bedrock.agentcore.throttles",
      unit: "{throttle}",
      type: "int",
      description: "Requests that were throttled",
    },
    {
      name: "SystemErrors",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.SystemErrors",
      otelName: "aws.bedrock.agentcore.system_errors",
      unit: "{error}",
      type: "int",
      description: "Requests that failed by the fault of AWS",
    },
    {
      name: "UserErrors",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.UserErrors",
      otelName: "aws.bedrock.agentcore.user_errors",
      unit: "{error}",
      type: "int",
      description: "Requests that failed by the caller's fault",
    },
    {
      name: "Errors",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.Errors",
      otelName: "aws.bedrock.agentcore.errors",
      unit: "{error}",
      type: "int",
      description: "Requests that failed, of memory also ingestions",
    },
    {
      name: "TotalErrors",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.TotalErrors",
      otelName: "aws.bedrock.agentcore.total_errors",
      unit: "{error}",
      type: "int",
      description: "System and user errors",
    },
    {
      name: "Latency",
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
      field: "aws.bedrock_agentcore.metrics.Latency",
      otelName: "aws.bedrock.agentcore.latency",
      unit: "ms",
      type: "double",
      description: "Time to the end of an answer; of gateways and tools to its first token",
    },
    {
      name: "Duration",
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
      field: "aws.bedrock_agentcore.metrics.Duration",
      otelName: "aws.bedrock.agentcore.duration",
      unit: "ms",
      type: "double",
      description: "Time to the end of an answer of a gateway; length of a session of a tool",
    },
    {
      name: "Sessions",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.Sessions",
      otelName: "aws.bedrock.agentcore.sessions",
      unit: "{session}",
      type: "int",
      description: "Sessions that began",
    },
    {
      name: "SessionCount",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.SessionCount",
      otelName: "aws.bedrock.agentcore.session_count",
      unit: "{session}",
      type: "int",
      description: "Sessions that began",
    },
    {
      name: "ActiveSessionCount",
      aliases: [],
      statistics: [
        "Average",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.ActiveSessionCount",
      otelName: "aws.bedrock.agentcore.active_session_count",
      unit: "{session}",
      type: "double",
      description: "Sessions that run",
    },
    {
      name: "ActiveStreamingConnections",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 60,
      level: "",
      field: "aws.bedrock_agentcore.metrics.ActiveStreamingConnections",
      otelName: "aws.bedrock.agentcore.active_streaming_connections",
      unit: "{connection}",
      type: "int",
      description: "Open WebSocket connections; only the sum of one minute means anything",
    },
    {
      name: "InboundStreamingBytesProcessed",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.InboundStreamingBytesProcessed",
      otelName: "aws.bedrock.agentcore.inbound_streaming_bytes_processed",
      unit: "By",
      type: "int",
      description: "Bytes that came over WebSockets",
    },
    {
      name: "OutboundStreamingBytesProcessed",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.OutboundStreamingBytesProcessed",
      otelName: "aws.bedrock.agentcore.outbound_streaming_bytes_processed",
      unit: "By",
      type: "int",
      description: "Bytes that were sent over WebSockets",
    },
    {
      name: "CPUUsed-vCPUHours",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.CPUUsed-vCPUHours",
      otelName: "aws.bedrock.agentcore.cpu_used_v_cpu_hours",
      unit: "{vCPU}.h",
      type: "double",
      description: "Processor time; up to an hour late",
    },
    {
      name: "MemoryUsed-GBHours",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.MemoryUsed-GBHours",
      otelName: "aws.bedrock.agentcore.memory_used_gb_hours",
      unit: "GBy.h",
      type: "double",
      description: "Memory by time; up to an hour late",
    },
    {
      name: "TargetExecutionTime",
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
      field: "aws.bedrock_agentcore.metrics.TargetExecutionTime",
      otelName: "aws.bedrock.agentcore.target_execution_time",
      unit: "ms",
      type: "double",
      description: "Time that the target of a gateway took",
    },
    {
      name: "TargetType",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.TargetType",
      otelName: "aws.bedrock.agentcore.target_type",
      unit: "{request}",
      type: "int",
      description: "Requests by type of target",
    },
    {
      name: "TargetType.MCP",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.TargetType_MCP",
      otelName: "aws.bedrock.agentcore.target_type_mcp",
      unit: "{request}",
      type: "int",
      description: "Requests to targets of type MCP",
    },
    {
      name: "TargetType.LAMBDA",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.TargetType_LAMBDA",
      otelName: "aws.bedrock.agentcore.target_type_lambda",
      unit: "{request}",
      type: "int",
      description: "Requests to targets of type Lambda",
    },
    {
      name: "TokenCount",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.TokenCount",
      otelName: "aws.bedrock.agentcore.token_count",
      unit: "{token}",
      type: "int",
      description: "Tokens that were processed",
    },
    {
      name: "CreationCount",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.CreationCount",
      otelName: "aws.bedrock.agentcore.creation_count",
      unit: "{item}",
      type: "int",
      description: "Events and records that memory created",
    },
    {
      name: "NumberOfMemoryRecords",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.NumberOfMemoryRecords",
      otelName: "aws.bedrock.agentcore.number_of_memory_records",
      unit: "{record}",
      type: "int",
      description: "Records that memory extracted or consolidated",
    },
    {
      name: "InboundAuthorizationSuccess",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.InboundAuthorizationSuccess",
      otelName: "aws.bedrock.agentcore.inbound_authorization_success",
      unit: "{request}",
      type: "int",
      description: "Inbound requests that were authorized",
    },
    {
      name: "InboundAuthorizationFailure",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.InboundAuthorizationFailure",
      otelName: "aws.bedrock.agentcore.inbound_authorization_failure",
      unit: "{request}",
      type: "int",
      description: "Inbound requests that were not authorized",
    },
    {
      name: "WorkloadAccessTokenFetchSuccess",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.WorkloadAccessTokenFetchSuccess",
      otelName: "aws.bedrock.agentcore.workload_access_token_fetch_success",
      unit: "{request}",
      type: "int",
      description: "Workload access tokens that were given",
    },
    {
      name: "WorkloadAccessTokenFetchFailures",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.WorkloadAccessTokenFetchFailures",
      otelName: "aws.bedrock.agentcore.workload_access_token_fetch_failures",
      unit: "{error}",
      type: "int",
      description: "Workload access tokens that could not be given",
    },
    {
      name: "WorkloadAccessTokenFetchThrottles",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.WorkloadAccessTokenFetchThrottles",
      otelName: "aws.bedrock.agentcore.workload_access_token_fetch_throttles",
      unit: "{throttle}",
      type: "int",
      description: "Throttled requests for workload access tokens",
    },
    {
      name: "ResourceAccessTokenFetchSuccess",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.ResourceAccessTokenFetchSuccess",
      otelName: "aws.bedrock.agentcore.resource_access_token_fetch_success",
      unit: "{request}",
      type: "int",
      description: "OAuth2 tokens that were fetched",
    },
    {
      name: "ResourceAccessTokenFetchFailures",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.ResourceAccessTokenFetchFailures",
      otelName: "aws.bedrock.agentcore.resource_access_token_fetch_failures",
      unit: "{error}",
      type: "int",
      description: "OAuth2 tokens that could not be fetched",
    },
    {
      name: "ResourceAccessTokenFetchThrottles",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.ResourceAccessTokenFetchThrottles",
      otelName: "aws.bedrock.agentcore.resource_access_token_fetch_throttles",
      unit: "{throttle}",
      type: "int",
      description: "Throttled requests for OAuth2 tokens",
    },
    {
      name: "ApiKeyFetchSuccess",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.ApiKeyFetchSuccess",
      otelName: "aws.bedrock.agentcore.api_key_fetch_success",
      unit: "{request}",
      type: "int",
      description: "API keys that were fetched",
    },
    {
      name: "ApiKeyFetchFailures",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.ApiKeyFetchFailures",
      otelName: "aws.bedrock.agentcore.api_key_fetch_failures",
      unit: "{error}",
      type: "int",
      description: "API keys that could not be fetched",
    },
    {
      name: "ApiKeyFetchThrottles",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.ApiKeyFetchThrottles",
      otelName: "aws.bedrock.agentcore.api_key_fetch_throttles",
      unit: "{throttle}",
      type: "int",
      description: "Throttled requests for API keys",
    },
    {
      name: "CallCount",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.CallCount",
      otelName: "aws.bedrock.agentcore.call_count",
      unit: "{request}",
      type: "int",
      description: "Requests to the identity service",
    },
    {
      name: "ThrottleCount",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.ThrottleCount",
      otelName: "aws.bedrock.agentcore.throttle_count",
      unit: "{throttle}",
      type: "int",
      description: "Throttled requests to the identity service",
    },
    {
      name: "AllowDecisions",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.AllowDecisions",
      otelName: "aws.bedrock.agentcore.allow_decisions",
      unit: "{decision}",
      type: "int",
      description: "Decisions of policies to allow",
    },
    {
      name: "DenyDecisions",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.DenyDecisions",
      otelName: "aws.bedrock.agentcore.deny_decisions",
      unit: "{decision}",
      type: "int",
      description: "Decisions of policies to deny",
    },
    {
      name: "NoDeterminingPolicies",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.NoDeterminingPolicies",
      otelName: "aws.bedrock.agentcore.no_determining_policies",
      unit: "{decision}",
      type: "int",
      description: "Requests that were denied as no policy applied",
    },
    {
      name: "MismatchErrors",
      aliases: [],
      statistics: [
        "Sum",
      ],
      percentiles: [],
      periodSeconds: 0,
      level: "",
      field: "aws.bedrock_agentcore.metrics.MismatchErrors",
      otelName: "aws.bedrock.agentcore.mismatch_errors",
      unit: "{error}",
      type: "int",
      description: "Requests with a policy that could not be evaluated",
    },
  ],
  dimensions: [
    {
      name: "Resource",
      attributes: {
        ecs: [
          {
            name: "aws.dimensions.Resource",
          },
        ],
        integration: [
          {
            name: "aws.dimensions.Resource",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.agentcore.resource",
          },
        ],
      },
    },
    {
      name: "Operation",
      attributes: {
        ecs: [
          {
            name: "aws.dimensions.Operation",
          },
        ],
        integration: [
          {
            name: "aws.dimensions.Operation",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.agentcore.operation",
          },
        ],
      },
    },
    {
      name: "Name",
      attributes: {
        ecs: [
          {
            name: "aws.dimensions.Name",
          },
          {
            name: "aws.bedrock_agentcore.agent_name",
            part: "before_double_colon",
          },
          {
            name: "aws.bedrock_agentcore.endpoint_name",
            part: "after_double_colon",
          },
        ],
        integration: [
          {
            name: "aws.dimensions.Name",
          },
          {
            name: "aws.bedrock_agentcore.agent_name",
            part: "before_double_colon",
          },
          {
            name: "aws.bedrock_agentcore.endpoint_name",
            part: "after_double_colon",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.agentcore.name",
          },
        ],
      },
    },
    {
      name: "Service",
      attributes: {
        ecs: [
          {
            name: "aws.dimensions.Service",
          },
        ],
        integration: [
          {
            name: "aws.dimensions.Service",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.agentcore.service",
          },
        ],
      },
    },
    {
      name: "Protocol",
      attributes: {
        ecs: [
          {
            name: "aws.dimensions.Protocol",
          },
        ],
        integration: [
          {
            name: "aws.dimensions.Protocol",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.agentcore.protocol",
          },
        ],
      },
    },
    {
      name: "Method",
      attributes: {
        ecs: [
          {
            name: "aws.dimensions.Method",
          },
        ],
        integration: [
          {
            name: "aws.dimensions.Method",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.agentcore.method",
          },
        ],
      },
    },
    {
      name: "WorkloadIdentity",
      attributes: {
        ecs: [
          {
            name: "aws.dimensions.WorkloadIdentity",
          },
        ],
        integration: [
          {
            name: "aws.dimensions.WorkloadIdentity",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.agentcore.workload_identity",
          },
        ],
      },
    },
    {
      name: "ProviderName",
      attributes: {
        ecs: [
          {
            name: "aws.dimensions.ProviderName",
          },
        ],
        integration: [
          {
            name: "aws.dimensions.ProviderName",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.agentcore.provider",
          },
        ],
      },
    },
    {
      name: "ExceptionType",
      attributes: {
        ecs: [
          {
            name: "aws.dimensions.ExceptionType",
          },
        ],
        integration: [
          {
            name: "aws.dimensions.ExceptionType",
          },
        ],
        otel: [
          {
            name: "aws.bedrock.agentcore.exception_type",
          },
        ],
      },
    },
  ],
} as const satisfies MetricStream;
