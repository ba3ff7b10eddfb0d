/** ES|QL queries to start with, on documents of mode `ecs`. */
export const QUERIES: readonly { readonly title: string; readonly esql: string }[] = [
  {
    title: "Tokens by model",
    esql: `FROM logs-aws_bedrock.invocation-*
| WHERE @timestamp > NOW() - 24 hours
| STATS calls = COUNT(*), input_tokens = SUM(gen_ai.usage.input_tokens), output_tokens = SUM(gen_ai.usage.output_tokens)
    BY gen_ai.request.model
| SORT output_tokens DESC`,
  },
  {
    title: "Error rate by hour",
    esql: `FROM logs-aws_bedrock.invocation-*
| WHERE @timestamp > NOW() - 24 hours AND event.kind == "event"
| STATS calls = COUNT(*), errors = COUNT(error.code) BY hour = BUCKET(@timestamp, 1 hour)
| EVAL error_rate = ROUND(TO_DOUBLE(errors) / calls, 4)
| SORT hour`,
  },
  {
    title: "Guardrail interventions by identity",
    esql: `FROM logs-aws_bedrock.invocation-*
| WHERE @timestamp > NOW() - 7 days AND event.outcome == "failure" AND error.code IS NULL
| STATS interventions = COUNT(*), policies = VALUES(gen_ai.policy.name) BY user.id
| SORT interventions DESC`,
  },
];
