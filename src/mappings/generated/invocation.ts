// Made from mappings/invocation/ by `deno task generate`: change it there.
import type { FieldTable } from "../field.ts";

/** The attributes of the data stream `invocation`. */
export const INVOCATION_FIELDS = {
  "data_stream.type": {
    otlp: "string",
    modes: ["ecs", "integration", "otel", "raw"],
    withoutContent: true,
    check: new Set(["logs"]),
  },
  "data_stream.dataset": {
    otlp: "string",
    modes: ["ecs", "integration", "otel", "raw"],
    withoutContent: true,
    check: new Set(["aws_bedrock.invocation"]),
  },
  "data_stream.namespace": { otlp: "string", modes: ["ecs", "integration", "otel", "raw"], withoutContent: true },
  "elasticsearch.document_id": { otlp: "string", modes: ["ecs", "integration", "otel", "raw"], withoutContent: true },
  "log.record.uid": { otlp: "string", modes: ["otel"], withoutContent: true },
  "ecs.version": { otlp: "string", modes: ["ecs", "integration"], withoutContent: true },
  "tags": { otlp: "string[]", modes: ["ecs", "integration", "raw"], withoutContent: true },
  "event.kind": {
    otlp: "string",
    modes: ["ecs", "integration", "otel", "raw"],
    withoutContent: true,
    check: new Set(["event", "pipeline_error"]),
  },
  "event.module": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: new Set(["aws_bedrock"]),
  },
  "event.dataset": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: new Set(["aws_bedrock.invocation"]),
  },
  "event.action": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: /^(?:[A-Za-z][A-Za-z0-9_-]{0,63})$/u,
  },
  "event.outcome": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: new Set(["success", "failure"]),
  },
  "event.id": {
    otlp: "string",
    modes: ["ecs"],
    withoutContent: true,
    check: /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u,
  },
  "event.duration": { otlp: "int", modes: ["ecs"], withoutContent: true },
  "event.original": { otlp: "string", modes: ["ecs", "integration"], withoutContent: false },
  "error.code": {
    otlp: "string",
    modes: ["ecs"],
    withoutContent: true,
    check: /^(?:(?:[A-Z][A-Za-z]{1,56}(?:Exception|Error|Fault|Failure|Failed)|\d{3}))$/u,
  },
  "error.type": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check:
      /^(?:(?:[A-Z][A-Za-z]{1,56}(?:Exception|Error|Fault|Failure|Failed)|[a-z]{2,20}(?:_[a-z]{2,20}){1,5}|overloaded|_OTHER|\d{3}))$/u,
  },
  "error.message": { otlp: "string", modes: ["ecs", "integration", "otel", "raw"], withoutContent: true },
  "aws.s3.bucket.name": { otlp: "string", modes: ["ecs", "integration", "otel", "raw"], withoutContent: true },
  "aws.s3.bucket.arn": { otlp: "string", modes: ["ecs", "integration", "otel", "raw"], withoutContent: true },
  "aws.s3.object.key": { otlp: "string", modes: ["ecs", "integration", "otel", "raw"], withoutContent: true },
  "aws.s3.metadata.*": { otlp: "string", modes: ["ecs", "integration", "otel", "raw"], withoutContent: true },
  "log.file.path": { otlp: "string", modes: ["ecs", "integration", "otel", "raw"], withoutContent: true },
  "log.offset": { otlp: "int", modes: ["ecs", "integration", "otel", "raw"], withoutContent: true },
  "aws.cloudwatch.log_group": { otlp: "string", modes: ["ecs", "integration", "otel", "raw"], withoutContent: true },
  "aws.cloudwatch.log_stream": { otlp: "string", modes: ["ecs", "integration", "otel", "raw"], withoutContent: true },
  "aws.cloudwatch.ingestion_time": {
    otlp: "string",
    modes: ["ecs", "integration", "otel", "raw"],
    withoutContent: true,
  },
  "aws.cloudwatch.event_id": { otlp: "string", modes: ["ecs", "integration", "otel", "raw"], withoutContent: true },
  "cloud.provider": { otlp: "string", modes: ["ecs", "integration", "otel"], withoutContent: true },
  "cloud.account.id": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
    check: /^(?:\d{12})$/u,
  },
  "cloud.region": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
    check: /^(?:[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2})$/u,
  },
  "cloud.service.name": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: new Set(["bedrock"]),
  },
  "user.id": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
    check: /^(?:arn:aws[a-z-]*:[\w-]*:[\w-]*:\d*:[\w+=,.@:\/-]{1,512})$/u,
  },
  "user.name": { otlp: "string", modes: ["ecs", "otel"], withoutContent: true, check: /^(?:[\w+=,.@-]{1,128})$/u },
  "user.roles": { otlp: "string[]", modes: ["ecs", "otel"], withoutContent: true, check: /^(?:[\w+=,.@-]{1,128})$/u },
  "related.user": {
    otlp: "string[]",
    modes: ["ecs"],
    withoutContent: true,
    check: /^(?:(?:arn:aws[a-z-]*:[\w-]*:[\w-]*:\d*:[\w+=,.@:\/-]{1,512}|[\w+=,.@-]{1,128}))$/u,
  },
  "gen_ai.provider.name": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: new Set(["aws.bedrock"]),
  },
  "gen_ai.operation.name": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: new Set(["chat", "text_completion", "embeddings", "generate_content", "rerank"]),
  },
  "gen_ai.request.model": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,127}(?::[A-Za-z0-9._-]{1,32}){0,3})$/u,
  },
  "gen_ai.request.max_tokens": { otlp: "int", modes: ["ecs", "otel", "integration"], withoutContent: true },
  "gen_ai.request.temperature": { otlp: "double", modes: ["ecs", "otel", "integration"], withoutContent: true },
  "gen_ai.request.top_p": { otlp: "double", modes: ["ecs", "otel", "integration"], withoutContent: true },
  "gen_ai.request.top_k": { otlp: "double", modes: ["ecs", "otel", "integration"], withoutContent: true },
  "gen_ai.request.stop_sequences": { otlp: "string[]", modes: ["ecs", "otel"], withoutContent: false },
  "gen_ai.request.seed": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.request.frequency_penalty": { otlp: "double", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.request.presence_penalty": { otlp: "double", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.request.choice.count": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.request.encoding_formats": {
    otlp: "string[]",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: new Set(["float", "base64", "int8", "uint8", "binary", "ubinary"]),
  },
  "gen_ai.embeddings.dimension.count": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.request.reasoning.level": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: new Set(["none", "minimal", "low", "medium", "high", "xhigh", "max"]),
  },
  "gen_ai.request.previous_response.id": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:resp_[A-Za-z0-9]{1,64})$/u,
  },
  "gen_ai.prompt.name": {
    otlp: "string",
    modes: ["otel"],
    withoutContent: true,
    check: /^(?:(?:[A-Za-z0-9]{10}|pmpt_[0-9a-f]{32,64}))$/u,
  },
  "gen_ai.prompt.version": {
    otlp: "string",
    modes: ["otel"],
    withoutContent: true,
    check: /^(?:(?:[0-9]{1,5}|DRAFT))$/u,
  },
  "aws_bedrock.invocation.prompt.name": {
    otlp: "string",
    modes: ["ecs"],
    withoutContent: true,
    check: /^(?:(?:[A-Za-z0-9]{10}|pmpt_[0-9a-f]{32,64}))$/u,
  },
  "aws_bedrock.invocation.prompt.version": {
    otlp: "string",
    modes: ["ecs"],
    withoutContent: true,
    check: /^(?:(?:[0-9]{1,5}|DRAFT))$/u,
  },
  "gen_ai.request.stream": { otlp: "bool", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.output.type": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: new Set(["text", "json", "image", "speech", "video"]),
  },
  "gen_ai.conversation.id": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:conv_[0-9a-f]{32,64})$/u,
  },
  "gen_ai.agent.id": { otlp: "string", modes: ["ecs", "otel"], withoutContent: false },
  "gen_ai.agent.name": { otlp: "string", modes: ["ecs", "otel"], withoutContent: false },
  "gen_ai.system_instructions": { otlp: "any", modes: ["ecs", "otel"], withoutContent: false },
  "gen_ai.input.messages": { otlp: "any", modes: ["ecs", "integration", "otel"], withoutContent: false },
  "gen_ai.tool.definitions": { otlp: "any", modes: ["ecs", "otel"], withoutContent: false },
  "gen_ai.response.id": {
    otlp: "string",
    modes: ["ecs", "otel", "integration"],
    withoutContent: true,
    check:
      /^(?:(?:msg_(?:bdrk_)?[A-Za-z0-9]{2,64}|(?:chat)?cmpl-[A-Za-z0-9-]{1,64}|resp_[A-Za-z0-9]{1,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))$/u,
  },
  "gen_ai.response.model": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check:
      /^(?:(?:[a-z]{2,12}\.){0,2}(?:claude|nova|titan|llama|mistral|mixtral|ministral|magistral|pixtral|devstral|voxtral|command|embed|rerank|jamba|j2|deepseek|qwen|gpt|o\d|gemma|kimi|minimax|palmyra|nemotron|glm|sd3|stable|marengo|pegasus|ray)[A-Za-z0-9.:_-]{0,80})$/u,
  },
  "gen_ai.response.finish_reasons": {
    otlp: "string[]",
    modes: ["ecs", "otel", "integration"],
    withoutContent: true,
    check: new Set([
      "stop",
      "end_turn",
      "max_tokens",
      "length",
      "stop_sequence",
      "tool_use",
      "tool_calls",
      "tool_call",
      "function_call",
      "content_filter",
      "content_filtered",
      "guardrail_intervened",
      "pause_turn",
      "compaction",
      "refusal",
      "error",
      "model_context_window_exceeded",
      "model_length",
      "malformed_model_output",
      "malformed_tool_use",
      "endoftext",
      "eos",
      "eos_token",
      "FINISH",
      "FINISHED",
      "LENGTH",
      "STOP_CRITERIA_MET",
      "RAG_QUERY_WHEN_RAG_DISABLED",
      "CONTENT_FILTERED",
      "COMPLETE",
      "MAX_TOKENS",
      "STOP_SEQUENCE",
      "TOOL_CALL",
      "ERROR",
      "ERROR_TOXIC",
      "ERROR_LIMIT",
      "USER_CANCEL",
      "complete",
      "error_toxic",
      "error_limit",
      "user_cancel",
      "SUCCESS",
      "Filter reason: prompt",
      "Filter reason: input image",
      "Filter reason: output image",
      "Inference error",
      "completed",
      "incomplete",
      "failed",
      "cancelled",
      "max_output_tokens",
      "END_TURN",
      "INTERRUPTED",
    ]),
  },
  "gen_ai.usage.input_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.output_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.cache_read.input_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.cache_creation.input_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.cache_write.input_tokens": { otlp: "int", modes: ["otel"], withoutContent: true },
  "gen_ai.usage.reasoning.output_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.text.input_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.text.output_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.text.cache_read.input_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.image.input_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.image.output_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.image.cache_read.input_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.audio.input_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.audio.output_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.usage.audio.cache_read.input_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "gen_ai.output.messages": { otlp: "any", modes: ["ecs", "integration", "otel"], withoutContent: false },
  "gen_ai.tool.name": { otlp: "string[]", modes: ["ecs"], withoutContent: false },
  "gen_ai.tool.call.id": { otlp: "string[]", modes: ["ecs"], withoutContent: false },
  "gen_ai.tool.type": {
    otlp: "string[]",
    modes: ["ecs"],
    withoutContent: true,
    check: new Set(["function", "extension", "datastore"]),
  },
  "aws.bedrock.guardrail.id": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check:
      /^(?:(?:[a-z0-9]{8,16}|arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:guardrail(?:-profile)?\/[a-z0-9.:_-]{1,80}))$/u,
  },
  "gen_ai.guardrail_id": {
    otlp: "string[]",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check:
      /^(?:(?:[a-z0-9]{8,16}|arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:guardrail(?:-profile)?\/[a-z0-9.:_-]{1,80}))$/u,
  },
  "gen_ai.policy.name": {
    otlp: "string[]",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: new Set([
      "topic_policy",
      "content_policy",
      "word_policy",
      "sensitive_information_policy",
      "contextual_grounding_policy",
      "automated_reasoning_policy",
    ]),
  },
  "gen_ai.policy.action": {
    otlp: "string[]",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: new Set(["BLOCKED", "ANONYMIZED", "NONE", "DETECTED"]),
  },
  "gen_ai.policy.confidence": {
    otlp: "string[]",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: new Set(["NONE", "LOW", "MEDIUM", "HIGH"]),
  },
  "gen_ai.policy.direction": {
    otlp: "string[]",
    modes: ["ecs"],
    withoutContent: true,
    check: new Set(["input", "output"]),
  },
  "gen_ai.policy.match_detail": { otlp: "any", modes: ["ecs", "integration"], withoutContent: false },
  "gen_ai.compliance.violation_code": {
    otlp: "string[]",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: new Set([
      "DENY",
      "INSULTS",
      "HATE",
      "SEXUAL",
      "VIOLENCE",
      "MISCONDUCT",
      "PROMPT_ATTACK",
      "PROFANITY",
      "GROUNDING",
      "RELEVANCE",
      "ADDRESS",
      "AGE",
      "AWS_ACCESS_KEY",
      "AWS_SECRET_KEY",
      "CA_HEALTH_NUMBER",
      "CA_SOCIAL_INSURANCE_NUMBER",
      "CREDIT_DEBIT_CARD_CVV",
      "CREDIT_DEBIT_CARD_EXPIRY",
      "CREDIT_DEBIT_CARD_NUMBER",
      "DRIVER_ID",
      "EMAIL",
      "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
      "IP_ADDRESS",
      "LICENSE_PLATE",
      "MAC_ADDRESS",
      "NAME",
      "PASSWORD",
      "PHONE",
      "PIN",
      "SWIFT_CODE",
      "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
      "UK_NATIONAL_INSURANCE_NUMBER",
      "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
      "URL",
      "USERNAME",
      "US_BANK_ACCOUNT_NUMBER",
      "US_BANK_ROUTING_NUMBER",
      "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
      "US_PASSPORT_NUMBER",
      "US_SOCIAL_SECURITY_NUMBER",
      "VEHICLE_IDENTIFICATION_NUMBER",
    ]),
  },
  "gen_ai.compliance.violation_detected": { otlp: "bool", modes: ["ecs", "integration"], withoutContent: true },
  "aws_bedrock.invocation.guardrail.latency_ms": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "aws_bedrock.invocation.guardrail.units.topic_policy": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "aws_bedrock.invocation.guardrail.units.content_policy": {
    otlp: "int",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.guardrail.units.word_policy": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "aws_bedrock.invocation.guardrail.units.sensitive_information_policy": {
    otlp: "int",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.guardrail.units.sensitive_information_policy_free": {
    otlp: "int",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.guardrail.units.contextual_grounding_policy": {
    otlp: "int",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.guardrail.units.content_policy_images": {
    otlp: "int",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.guardrail.units.automated_reasoning_policy": {
    otlp: "int",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.guardrail.automated_reasoning_policies": {
    otlp: "int",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.guardrail.coverage.text_characters.guarded": {
    otlp: "int",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.guardrail.coverage.text_characters.total": {
    otlp: "int",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.guardrail.coverage.images.guarded": {
    otlp: "int",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.guardrail.coverage.images.total": {
    otlp: "int",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.request_id": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: true,
    check: /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u,
  },
  "aws_bedrock.invocation.model_id": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
    check:
      /^(?:(?:arn:aws[a-z-]*:(?:bedrock|sagemaker):[a-z0-9-]*:(?:\d*|aws):[\w.:\/-]{1,512}|[a-z0-9][A-Za-z0-9._-]{0,127}(?::[A-Za-z0-9._-]{1,32}){0,3}))$/u,
  },
  "aws_bedrock.invocation.model_arn": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:arn:aws[a-z-]*:(?:bedrock|sagemaker):[a-z0-9-]*:(?:\d*|aws):[\w.:\/-]{1,512})$/u,
  },
  "aws_bedrock.invocation.model_kind": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: new Set([
      "foundation_model",
      "inference_profile",
      "application_inference_profile",
      "prompt_router",
      "provisioned_model",
      "custom_model",
      "imported_model",
      "marketplace_endpoint",
      "prompt",
    ]),
  },
  "aws_bedrock.invocation.underlying_model": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:[a-z0-9][A-Za-z0-9._-]{0,127}(?::[A-Za-z0-9._-]{1,32}){0,3})$/u,
  },
  "aws_bedrock.invocation.inference_profile_id": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:[a-z0-9][A-Za-z0-9._-]{0,127}(?::[A-Za-z0-9._-]{1,32}){0,3})$/u,
  },
  "aws_bedrock.invocation.model_vendor": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:[a-z][a-z0-9_-]{0,31})$/u,
  },
  "aws_bedrock.invocation.inference_profile_prefix": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:[a-z]{2,6}(?:-[a-z]{2,6})?)$/u,
  },
  "aws_bedrock.invocation.schema_type": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
    check: new Set(["ModelInvocationLog"]),
  },
  "aws_bedrock.invocation.schema_version": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
    check: /^(?:\d{1,4}(?:\.\d{1,4}){0,2})$/u,
  },
  "aws_bedrock.invocation.status": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
    check: /^(?:(?:[A-Z][A-Za-z_]{1,31}|\d{3}))$/u,
  },
  "aws_bedrock.invocation.inference_region": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2})$/u,
  },
  "aws_bedrock.invocation.usage.cache_write_5m_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "aws_bedrock.invocation.usage.cache_write_1h_tokens": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "aws_bedrock.invocation.performance_latency": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: new Set(["standard", "optimized"]),
  },
  "aws_bedrock.invocation.service_tier": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: new Set(["auto", "default", "standard", "priority", "flex", "reserved", "scale"]),
  },
  "aws_bedrock.invocation.request_metadata": { otlp: "any", modes: ["ecs", "otel"], withoutContent: false },
  "aws_bedrock.invocation.tool_choice.type": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: new Set([
      "auto",
      "any",
      "none",
      "required",
      "tool",
      "function",
      "custom",
      "allowed_tools",
      "mcp",
      "file_search",
      "web_search_preview",
      "code_interpreter",
      "image_generation",
    ]),
  },
  "aws_bedrock.invocation.tool_choice.name": { otlp: "string", modes: ["ecs", "otel"], withoutContent: false },
  "aws_bedrock.invocation.record": { otlp: "string", modes: ["ecs", "otel"], withoutContent: false },
  "aws_bedrock.invocation.record_size": {
    otlp: "int",
    modes: ["ecs", "integration", "otel", "raw"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.input.content_type": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:[a-z]+\/[a-z0-9.+-]{1,80}(?:; ?charset=[A-Za-z0-9-]{1,20})?)$/u,
  },
  "aws_bedrock.invocation.input.token_count": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "aws_bedrock.invocation.input.body_size": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "aws_bedrock.invocation.input.body_s3_path": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:s3:\/\/[a-z0-9][a-z0-9.-]{1,62}\/[!-~]{1,1024})$/u,
  },
  "aws_bedrock.invocation.input.content_kinds": {
    otlp: "string[]",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: new Set([
      "text",
      "tool_use",
      "tool_result",
      "guard_content",
      "reasoning",
      "search_result",
      "compaction",
      "refusal",
      "image",
      "document",
      "video",
      "audio",
      "image/png",
      "image/jpeg",
      "image/gif",
      "image/webp",
      "document/pdf",
      "document/csv",
      "document/doc",
      "document/docx",
      "document/xls",
      "document/xlsx",
      "document/html",
      "document/txt",
      "document/md",
      "video/mkv",
      "video/mov",
      "video/mp4",
      "video/webm",
      "video/flv",
      "video/mpeg",
      "video/mpg",
      "video/wmv",
      "video/three_gp",
      "audio/mp3",
      "audio/opus",
      "audio/wav",
      "audio/aac",
      "audio/flac",
      "audio/mp4",
      "audio/ogg",
      "audio/m4a",
      "audio/webm",
      "audio/pcm",
      "audio/pcm16",
      "audio/lpcm",
      "audio/mpeg",
      "audio/mpga",
      "audio/mkv",
      "audio/mka",
      "audio/x-aac",
    ]),
  },
  "aws_bedrock.invocation.input.prompt_text": { otlp: "string", modes: ["ecs"], withoutContent: false },
  "aws_bedrock.invocation.input.body": { otlp: "string", modes: ["ecs", "otel"], withoutContent: false },
  "aws_bedrock.invocation.output.body": { otlp: "string", modes: ["ecs", "otel"], withoutContent: false },
  "aws_bedrock.invocation.output.content_type": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:[a-z]+\/[a-z0-9.+-]{1,80}(?:; ?charset=[A-Za-z0-9-]{1,20})?)$/u,
  },
  "aws_bedrock.invocation.output.body_size": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "aws_bedrock.invocation.output.body_s3_path": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:s3:\/\/[a-z0-9][a-z0-9.-]{1,62}\/[!-~]{1,1024})$/u,
  },
  "aws_bedrock.invocation.output.video.s3_path": {
    otlp: "string",
    modes: ["ecs", "otel"],
    withoutContent: true,
    check: /^(?:s3:\/\/[a-z0-9][a-z0-9.-]{1,62}\/[!-~]{1,1024})$/u,
  },
  "aws_bedrock.invocation.output.video.width": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "aws_bedrock.invocation.output.video.height": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "aws_bedrock.invocation.output.video.duration_seconds": {
    otlp: "double",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.output.video.frames_per_second": {
    otlp: "double",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.output.additional_model_response_fields": {
    otlp: "any",
    modes: ["ecs", "otel"],
    withoutContent: false,
  },
  "aws_bedrock.invocation.output.completion_text": {
    otlp: "string",
    modes: ["ecs", "integration"],
    withoutContent: false,
  },
  "aws_bedrock.invocation.latency.total_ms": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "aws_bedrock.invocation.latency.first_byte_ms": { otlp: "int", modes: ["ecs", "otel"], withoutContent: true },
  "aws_bedrock.invocation.task_type": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
    check: new Set([
      "TEXT_IMAGE",
      "IMAGE_VARIATION",
      "INPAINTING",
      "OUTPAINTING",
      "COLOR_GUIDED_GENERATION",
      "BACKGROUND_REMOVAL",
      "VIRTUAL_TRY_ON",
      "TEXT_VIDEO",
      "MULTI_SHOT_AUTOMATED",
      "MULTI_SHOT_MANUAL",
      "SINGLE_EMBEDDING",
      "SEGMENTED_EMBEDDING",
    ]),
  },
  "aws_bedrock.invocation.image_generation_config.cfg_scale": {
    otlp: "double",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.image_generation_config.height": {
    otlp: "int",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.image_generation_config.width": {
    otlp: "int",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.image_generation_config.number_of_images": {
    otlp: "int",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.image_generation_config.quality": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
    check: new Set(["standard", "premium"]),
  },
  "aws_bedrock.invocation.image_generation_config.seed": {
    otlp: "int",
    modes: ["ecs", "integration", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.image_variation_params.text": {
    otlp: "string",
    modes: ["ecs", "integration", "otel"],
    withoutContent: false,
  },
  "aws_bedrock.invocation.image_variation_params.image_count": {
    otlp: "int",
    modes: ["ecs", "otel"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.artifacts": { otlp: "any", modes: ["ecs", "integration", "otel"], withoutContent: false },
  "aws.request_id": {
    otlp: "string",
    modes: ["otel"],
    withoutContent: true,
    check: /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u,
  },
  "aws_bedrock.invocation.operation": {
    otlp: "string",
    modes: ["otel"],
    withoutContent: true,
    check: /^(?:[A-Za-z][A-Za-z0-9_-]{0,63})$/u,
  },
  "gen_ai.response.time_to_first_chunk": { otlp: "double", modes: ["otel"], withoutContent: true },
  "aws_bedrock.invocation.guardrail.intervened": { otlp: "bool", modes: ["otel"], withoutContent: true },
  "aws_bedrock.invocation.guardrail.id": {
    otlp: "string[]",
    modes: ["otel"],
    withoutContent: true,
    check:
      /^(?:(?:[a-z0-9]{8,16}|arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:guardrail(?:-profile)?\/[a-z0-9.:_-]{1,80}))$/u,
  },
  "aws_bedrock.invocation.guardrail.policy.name": {
    otlp: "string[]",
    modes: ["otel"],
    withoutContent: true,
    check: new Set([
      "topic_policy",
      "content_policy",
      "word_policy",
      "sensitive_information_policy",
      "contextual_grounding_policy",
      "automated_reasoning_policy",
    ]),
  },
  "aws_bedrock.invocation.guardrail.policy.action": {
    otlp: "string[]",
    modes: ["otel"],
    withoutContent: true,
    check: new Set(["BLOCKED", "ANONYMIZED", "NONE", "DETECTED"]),
  },
  "aws_bedrock.invocation.guardrail.policy.confidence": {
    otlp: "string[]",
    modes: ["otel"],
    withoutContent: true,
    check: new Set(["NONE", "LOW", "MEDIUM", "HIGH"]),
  },
  "aws_bedrock.invocation.guardrail.policy.direction": {
    otlp: "string[]",
    modes: ["otel"],
    withoutContent: true,
    check: new Set(["input", "output"]),
  },
  "aws_bedrock.invocation.guardrail.policy.match_detail": { otlp: "any", modes: ["otel"], withoutContent: false },
  "aws_bedrock.invocation.guardrail.violation_code": {
    otlp: "string[]",
    modes: ["otel"],
    withoutContent: true,
    check: new Set([
      "DENY",
      "INSULTS",
      "HATE",
      "SEXUAL",
      "VIOLENCE",
      "MISCONDUCT",
      "PROMPT_ATTACK",
      "PROFANITY",
      "GROUNDING",
      "RELEVANCE",
      "ADDRESS",
      "AGE",
      "AWS_ACCESS_KEY",
      "AWS_SECRET_KEY",
      "CA_HEALTH_NUMBER",
      "CA_SOCIAL_INSURANCE_NUMBER",
      "CREDIT_DEBIT_CARD_CVV",
      "CREDIT_DEBIT_CARD_EXPIRY",
      "CREDIT_DEBIT_CARD_NUMBER",
      "DRIVER_ID",
      "EMAIL",
      "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
      "IP_ADDRESS",
      "LICENSE_PLATE",
      "MAC_ADDRESS",
      "NAME",
      "PASSWORD",
      "PHONE",
      "PIN",
      "SWIFT_CODE",
      "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
      "UK_NATIONAL_INSURANCE_NUMBER",
      "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
      "URL",
      "USERNAME",
      "US_BANK_ACCOUNT_NUMBER",
      "US_BANK_ROUTING_NUMBER",
      "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
      "US_PASSPORT_NUMBER",
      "US_SOCIAL_SECURITY_NUMBER",
      "VEHICLE_IDENTIFICATION_NUMBER",
    ]),
  },
  "aws_bedrock.invocation.guardrail.violation_detected": { otlp: "bool", modes: ["otel"], withoutContent: true },
  "aws_bedrock.invocation.error_code": {
    otlp: "string",
    modes: ["integration", "otel"],
    withoutContent: true,
    check: /^(?:(?:[A-Z][A-Za-z]{1,56}(?:Exception|Error|Fault|Failure|Failed)|\d{3}))$/u,
  },
  "aws_bedrock.invocation.inferenceRegion": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: /^(?:[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2})$/u,
  },
  "aws_bedrock.invocation.performanceConfig.latency": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: new Set(["standard", "optimized"]),
  },
  "aws_bedrock.invocation.serviceTier": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: new Set(["default", "standard", "priority", "flex", "reserved"]),
  },
  "aws_bedrock.invocation.requestMetadata": { otlp: "any", modes: ["integration"], withoutContent: false },
  "aws_bedrock.invocation.input.input_content_type": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: /^(?:[a-z]+\/[a-z0-9.+-]{1,80}(?:; ?charset=[A-Za-z0-9-]{1,20})?)$/u,
  },
  "aws_bedrock.invocation.input.input_token_count": { otlp: "int", modes: ["integration"], withoutContent: true },
  "aws_bedrock.invocation.input.cacheReadInputTokenCount": {
    otlp: "int",
    modes: ["integration"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.input.cacheWriteInputTokenCount": {
    otlp: "int",
    modes: ["integration"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.input.input_body_s3_path": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: /^(?:s3:\/\/[a-z0-9][a-z0-9.-]{1,62}\/[!-~]{1,1024})$/u,
  },
  "aws_bedrock.invocation.output.output_content_type": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: /^(?:[a-z]+\/[a-z0-9.+-]{1,80}(?:; ?charset=[A-Za-z0-9-]{1,20})?)$/u,
  },
  "aws_bedrock.invocation.output.output_token_count": { otlp: "int", modes: ["integration"], withoutContent: true },
  "aws_bedrock.invocation.output.output_body_s3_path": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: /^(?:s3:\/\/[a-z0-9][a-z0-9.-]{1,62}\/[!-~]{1,1024})$/u,
  },
  "aws_bedrock.invocation.output.outputVideoS3Path": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: /^(?:s3:\/\/[a-z0-9][a-z0-9.-]{1,62}\/[!-~]{1,1024})$/u,
  },
  "aws_bedrock.invocation.output.outputVideoWidth": { otlp: "int", modes: ["integration"], withoutContent: true },
  "aws_bedrock.invocation.output.outputVideoHeight": { otlp: "int", modes: ["integration"], withoutContent: true },
  "aws_bedrock.invocation.output.outputVideoDurationSeconds": {
    otlp: "double",
    modes: ["integration"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.output.outputVideoFramesPerSecond": {
    otlp: "double",
    modes: ["integration"],
    withoutContent: true,
  },
  "aws_bedrock.invocation.image_variation_params.images": {
    otlp: "string[]",
    modes: ["integration"],
    withoutContent: false,
  },
  "aws_bedrock.invocation.images": { otlp: "string[]", modes: ["integration"], withoutContent: false },
  "aws_bedrock.invocation.result": { otlp: "string", modes: ["integration"], withoutContent: false },
  "aws_bedrock.invocation.error": { otlp: "string", modes: ["integration"], withoutContent: false },
  "aws_bedrock.invocation.system.type": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: new Set(["text"]),
  },
  "aws_bedrock.invocation.system.text": { otlp: "string", modes: ["integration"], withoutContent: false },
  "aws_bedrock.invocation.messages": { otlp: "any", modes: ["integration"], withoutContent: false },
  "aws_bedrock.invocation.input.messages_content_kinds": {
    otlp: "string[]",
    modes: ["integration"],
    withoutContent: true,
    check: new Set([
      "text",
      "document",
      "document/pdf",
      "document/csv",
      "document/doc",
      "document/docx",
      "document/xls",
      "document/xlsx",
      "document/html",
      "document/txt",
      "document/md",
    ]),
  },
  "aws_bedrock.invocation.input.input_body_json": { otlp: "any", modes: ["integration"], withoutContent: false },
  "aws_bedrock.invocation.output.output_body_json": { otlp: "any", modes: ["integration"], withoutContent: false },
  "aws_bedrock.invocation.input.input_body_json_massive_hash": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: false,
  },
  "aws_bedrock.invocation.output.output_body_json_massive_hash": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: false,
  },
  "gen_ai.system": { otlp: "string", modes: ["integration"], withoutContent: true, check: new Set(["aws"]) },
  "gen_ai.user.id": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: /^(?:arn:aws[a-z-]*:[\w-]*:[\w-]*:\d*:[\w+=,.@:\/-]{1,512})$/u,
  },
  "gen_ai.prompt": { otlp: "string", modes: ["integration"], withoutContent: false },
  "gen_ai.completion": { otlp: "string", modes: ["integration"], withoutContent: false },
  "gen_ai.request.model.id": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check:
      /^(?:(?:arn:aws[a-z-]*:(?:bedrock|sagemaker):[a-z0-9-]*:(?:\d*|aws):[\w.:\/-]{1,512}|[a-z0-9][A-Za-z0-9._-]{0,127}(?::[A-Za-z0-9._-]{1,32}){0,3}))$/u,
  },
  "gen_ai.request.model.type": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: /^(?:[a-z][a-z0-9-]{0,31})$/u,
  },
  "gen_ai.request.model.version": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: /^(?:(?:[a-z]{2,16}-)?\d{4}-\d{2}-\d{2})$/u,
  },
  "gen_ai.request.model.role": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: new Set(["assistant", "user", "system", "tool"]),
  },
  "gen_ai.request.id": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u,
  },
  "gen_ai.usage.prompt_tokens": { otlp: "int", modes: ["integration"], withoutContent: true },
  "gen_ai.usage.completion_tokens": { otlp: "int", modes: ["integration"], withoutContent: true },
  "gen_ai.response.timestamp": { otlp: "string", modes: ["integration"], withoutContent: true },
  "gen_ai.response.error_code": {
    otlp: "string",
    modes: ["integration"],
    withoutContent: true,
    check: /^(?:(?:[A-Z][A-Za-z]{1,56}(?:Exception|Error|Fault|Failure|Failed)|\d{3}))$/u,
  },
  "gen_ai.performance.request_size": { otlp: "int", modes: ["integration"], withoutContent: true },
  "gen_ai.performance.response_size": { otlp: "int", modes: ["integration"], withoutContent: true },
  "gen_ai.performance.start_response_time": { otlp: "int", modes: ["integration"], withoutContent: true },
  "gen_ai.performance.response_time": { otlp: "int", modes: ["integration"], withoutContent: true },
} as const satisfies FieldTable;

/** The attributes of a record of `invocation`, by the JavaScript type of their value. */
export interface InvocationAttributes {
  /** Type of the data stream that the record goes to: logs */
  "data_stream.type"?: string;
  /** Dataset of the data stream */
  "data_stream.dataset"?: string;
  /** Namespace of the data stream */
  "data_stream.namespace"?: string;
  /** Id of the document, equal for the same record read twice */
  "elasticsearch.document_id"?: string;
  /** Unique id of the record, the same as the document id */
  "log.record.uid"?: string;
  /** Version of the Elastic Common Schema that the record follows */
  "ecs.version"?: string;
  /** Tags from the configuration */
  "tags"?: readonly string[];
  /** What kind of record this is: event, or pipeline_error for a stretch of input that is no invocation record */
  "event.kind"?: string;
  /** Name of the module, as in the integration */
  "event.module"?: string;
  /** Dataset of the event, equal to data_stream.dataset */
  "event.dataset"?: string;
  /** Operation of the Bedrock runtime that was called */
  "event.action"?: string;
  /** failure when the call failed or a guardrail intervened (integration: and named a violation), otherwise success */
  "event.outcome"?: string;
  /** Id of the request */
  "event.id"?: string;
  /** How long the invocation took (ns) */
  "event.duration"?: number;
  /** The record as it was read; for a long one its SHA-1 and length. Of what is not a record, its capped text */
  "event.original"?: string;
  /** Error that Bedrock answered */
  "error.code"?: string;
  /** Error that Bedrock answered, or that a response reports after its status 200, as in the middle of a stream; _OTHER: an error without a type of its own */
  "error.type"?: string;
  /** What this program could not do with the record, in its own words; integration: a list */
  "error.message"?: string;
  /** Bucket of the object */
  "aws.s3.bucket.name"?: string;
  /** ARN of the bucket */
  "aws.s3.bucket.arn"?: string;
  /** Key of the object */
  "aws.s3.object.key"?: string;
  /** Metadata of the object, when the receiver was told to take it along; dots in names are underscores */
  [name: `aws.s3.metadata.${string}`]: string;
  /** URL or path of the object or file */
  "log.file.path"?: string;
  /** Offset of the record in the uncompressed object (bytes) */
  "log.offset"?: number;
  /** Log group of the event */
  "aws.cloudwatch.log_group"?: string;
  /** Log stream of the event */
  "aws.cloudwatch.log_stream"?: string;
  /** When CloudWatch Logs took the event */
  "aws.cloudwatch.ingestion_time"?: string;
  /** Id of the event in CloudWatch Logs */
  "aws.cloudwatch.event_id"?: string;
  /** Name of the cloud provider: aws */
  "cloud.provider"?: string;
  /** Account that made the call */
  "cloud.account.id"?: string;
  /** Region in which the call was made */
  "cloud.region"?: string;
  /** Name of the cloud service: bedrock */
  "cloud.service.name"?: string;
  /** ARN of the caller */
  "user.id"?: string;
  /** Name of the IAM user, the role session or the federated user */
  "user.name"?: string;
  /** Role that the caller had assumed */
  "user.roles"?: readonly string[];
  /** ARN and name of the caller */
  "related.user"?: readonly string[];
  /** Provider of the models: aws.bedrock */
  "gen_ai.provider.name"?: string;
  /** What was asked of the model */
  "gen_ai.operation.name"?: string;
  /** Model id with its cross-region prefix; of an ARN what follows its last slash */
  "gen_ai.request.model"?: string;
  /** Most tokens that the model may generate (tokens) */
  "gen_ai.request.max_tokens"?: number;
  /** Sampling temperature */
  "gen_ai.request.temperature"?: number;
  /** Nucleus sampling: share of probability to choose from */
  "gen_ai.request.top_p"?: number;
  /** Number of tokens to choose from; an integer with semconv genai-0.1.0 */
  "gen_ai.request.top_k"?: number;
  /** Texts at which the model stops */
  "gen_ai.request.stop_sequences"?: readonly string[];
  /** Seed of the random choices */
  "gen_ai.request.seed"?: number;
  /** Penalty for tokens by how often they were used */
  "gen_ai.request.frequency_penalty"?: number;
  /** Penalty for tokens that were used at all */
  "gen_ai.request.presence_penalty"?: number;
  /** Number of answers that were asked for */
  "gen_ai.request.choice.count"?: number;
  /** Kinds of numbers that embeddings were asked for in */
  "gen_ai.request.encoding_formats"?: readonly string[];
  /** Number of dimensions that embeddings were asked for in */
  "gen_ai.embeddings.dimension.count"?: number;
  /** How much the model was asked to reason */
  "gen_ai.request.reasoning.level"?: string;
  /** Id of the response that the request goes on from */
  "gen_ai.request.previous_response.id"?: string;
  /** Id of the stored prompt that was used */
  "gen_ai.prompt.name"?: string;
  /** Version of the stored prompt that was used */
  "gen_ai.prompt.version"?: string;
  /** Id of the stored prompt that was used (gen_ai.prompt.name, which would stand below the alias gen_ai.prompt) */
  "aws_bedrock.invocation.prompt.name"?: string;
  /** Version of the stored prompt that was used */
  "aws_bedrock.invocation.prompt.version"?: string;
  /** Set to true when the answer was streamed */
  "gen_ai.request.stream"?: boolean;
  /** Kind of output that was asked for */
  "gen_ai.output.type"?: string;
  /** Conversation to which the call belongs */
  "gen_ai.conversation.id"?: string;
  /** Agent that made the call */
  "gen_ai.agent.id"?: string;
  /** Name of the agent that made the call */
  "gen_ai.agent.name"?: string;
  /** Instructions to the model apart from the messages: a list of parts */
  "gen_ai.system_instructions"?: unknown;
  /** Messages given to the model: a list of {role, parts}; integration: as logged */
  "gen_ai.input.messages"?: unknown;
  /** Tools that the model may call: a list of {type, name, description, parameters} */
  "gen_ai.tool.definitions"?: unknown;
  /** Id of the answer */
  "gen_ai.response.id"?: string;
  /** Model that answered, in the words of the answer */
  "gen_ai.response.model"?: string;
  /** Why the model stopped, as the provider says it */
  "gen_ai.response.finish_reasons"?: readonly string[];
  /** Input tokens, cached ones included (tokens) */
  "gen_ai.usage.input_tokens"?: number;
  /** Output tokens (tokens) */
  "gen_ai.usage.output_tokens"?: number;
  /** Input tokens read from the prompt cache (tokens) */
  "gen_ai.usage.cache_read.input_tokens"?: number;
  /** Input tokens written to the prompt cache (tokens) */
  "gen_ai.usage.cache_creation.input_tokens"?: number;
  /** Input tokens written to the prompt cache (tokens) */
  "gen_ai.usage.cache_write.input_tokens"?: number;
  /** Output tokens spent on reasoning (tokens) */
  "gen_ai.usage.reasoning.output_tokens"?: number;
  /** Input tokens of text, cached ones included (tokens) */
  "gen_ai.usage.text.input_tokens"?: number;
  /** Output tokens of text (tokens) */
  "gen_ai.usage.text.output_tokens"?: number;
  /** Input tokens of text read from the prompt cache (tokens) */
  "gen_ai.usage.text.cache_read.input_tokens"?: number;
  /** Input tokens of images, cached ones included (tokens) */
  "gen_ai.usage.image.input_tokens"?: number;
  /** Output tokens of images (tokens) */
  "gen_ai.usage.image.output_tokens"?: number;
  /** Input tokens of images read from the prompt cache (tokens) */
  "gen_ai.usage.image.cache_read.input_tokens"?: number;
  /** Input tokens of sound, cached ones included (tokens) */
  "gen_ai.usage.audio.input_tokens"?: number;
  /** Output tokens of sound (tokens) */
  "gen_ai.usage.audio.output_tokens"?: number;
  /** Input tokens of sound read from the prompt cache (tokens) */
  "gen_ai.usage.audio.cache_read.input_tokens"?: number;
  /** Answers of the model: a list of {role, parts, finish_reason}; integration: Converse's message as logged */
  "gen_ai.output.messages"?: unknown;
  /** Names of the tools that the answer calls */
  "gen_ai.tool.name"?: readonly string[];
  /** Ids of the tool calls in the answer */
  "gen_ai.tool.call.id"?: readonly string[];
  /** Types of the tools that the answer calls: function, or of tools that run at the provider extension or datastore */
  "gen_ai.tool.type"?: readonly string[];
  /** Guardrail of the call */
  "aws.bedrock.guardrail.id"?: string;
  /** Guardrails that assessed the call */
  "gen_ai.guardrail_id"?: readonly string[];
  /** Policies that found something */
  "gen_ai.policy.name"?: readonly string[];
  /** What the policies did */
  "gen_ai.policy.action"?: readonly string[];
  /** How sure the content filters were */
  "gen_ai.policy.confidence"?: readonly string[];
  /** Whether the input or the output was at fault */
  "gen_ai.policy.direction"?: readonly string[];
  /** Details of what was found */
  "gen_ai.policy.match_detail"?: unknown;
  /** Types of what was found */
  "gen_ai.compliance.violation_code"?: readonly string[];
  /** Set to true when there is a violation code */
  "gen_ai.compliance.violation_detected"?: boolean;
  /** Time that the guardrail took, over all assessments (ms) */
  "aws_bedrock.invocation.guardrail.latency_ms"?: number;
  /** Text units that the guardrail charged for: topic policy */
  "aws_bedrock.invocation.guardrail.units.topic_policy"?: number;
  /** Text units that the guardrail charged for: content policy */
  "aws_bedrock.invocation.guardrail.units.content_policy"?: number;
  /** Text units that the guardrail charged for: word policy */
  "aws_bedrock.invocation.guardrail.units.word_policy"?: number;
  /** Text units that the guardrail charged for: sensitive information policy */
  "aws_bedrock.invocation.guardrail.units.sensitive_information_policy"?: number;
  /** Text units that the guardrail charged for: sensitive information policy free */
  "aws_bedrock.invocation.guardrail.units.sensitive_information_policy_free"?: number;
  /** Text units that the guardrail charged for: contextual grounding policy */
  "aws_bedrock.invocation.guardrail.units.contextual_grounding_policy"?: number;
  /** Images that the guardrail charged for: content policy */
  "aws_bedrock.invocation.guardrail.units.content_policy_images"?: number;
  /** Text units that the guardrail charged for: automated reasoning policy */
  "aws_bedrock.invocation.guardrail.units.automated_reasoning_policy"?: number;
  /** Policies of automated reasoning that were checked */
  "aws_bedrock.invocation.guardrail.automated_reasoning_policies"?: number;
  /** Characters that were guarded */
  "aws_bedrock.invocation.guardrail.coverage.text_characters.guarded"?: number;
  /** Characters in total */
  "aws_bedrock.invocation.guardrail.coverage.text_characters.total"?: number;
  /** Images that were guarded */
  "aws_bedrock.invocation.guardrail.coverage.images.guarded"?: number;
  /** Images in total */
  "aws_bedrock.invocation.guardrail.coverage.images.total"?: number;
  /** Id of the request */
  "aws_bedrock.invocation.request_id"?: string;
  /** Model id as logged */
  "aws_bedrock.invocation.model_id"?: string;
  /** The ARN, when the model was named by one */
  "aws_bedrock.invocation.model_arn"?: string;
  /** What the model id names: a model, a profile, a router, … */
  "aws_bedrock.invocation.model_kind"?: string;
  /** Id of the foundation model behind the model id */
  "aws_bedrock.invocation.underlying_model"?: string;
  /** Id of the inference profile that was called, of the system's or an application's */
  "aws_bedrock.invocation.inference_profile_id"?: string;
  /** Who made the underlying model: the part of its id before the first dot, after a region prefix */
  "aws_bedrock.invocation.model_vendor"?: string;
  /** Region prefix of a cross-region model id */
  "aws_bedrock.invocation.inference_profile_prefix"?: string;
  /** Schema of the record */
  "aws_bedrock.invocation.schema_type"?: string;
  /** Version of the schema */
  "aws_bedrock.invocation.schema_version"?: string;
  /** Status of the invocation as logged */
  "aws_bedrock.invocation.status"?: string;
  /** Region in which the model ran */
  "aws_bedrock.invocation.inference_region"?: string;
  /** Input tokens written to the prompt cache for five minutes (tokens) */
  "aws_bedrock.invocation.usage.cache_write_5m_tokens"?: number;
  /** Input tokens written to the prompt cache for an hour (tokens) */
  "aws_bedrock.invocation.usage.cache_write_1h_tokens"?: number;
  /** Latency option of the call */
  "aws_bedrock.invocation.performance_latency"?: string;
  /** Service tier of the call */
  "aws_bedrock.invocation.service_tier"?: string;
  /** Metadata that the caller gave the request, dots in keys as underscores; without content only the keys in setting metadata_keys */
  "aws_bedrock.invocation.request_metadata"?: unknown;
  /** Which tools the model was to use, in the provider's words, or the kind of the one that it was to use */
  "aws_bedrock.invocation.tool_choice.type"?: string;
  /** The tool that the model was to use */
  "aws_bedrock.invocation.tool_choice.name"?: string;
  /** What of the record, beside its bodies, stands in no other field, as JSON: members that are new, or of another type than is known */
  "aws_bedrock.invocation.record"?: string;
  /** Size of what is not a record (bytes) */
  "aws_bedrock.invocation.record_size"?: number;
  /** Content type of the request body */
  "aws_bedrock.invocation.input.content_type"?: string;
  /** Input tokens as logged, without cached ones (tokens) */
  "aws_bedrock.invocation.input.token_count"?: number;
  /** Size of the request body as logged (bytes) */
  "aws_bedrock.invocation.input.body_size"?: number;
  /** Where a large request body was stored */
  "aws_bedrock.invocation.input.body_s3_path"?: string;
  /** Kinds of content in the request: text, image/png, document/pdf, tool_use, tool_result, … */
  "aws_bedrock.invocation.input.content_kinds"?: readonly string[];
  /** Text of the turn that is new in the request: what follows the last answer (texts, results of tools), behind that answer's tool calls, and an answer that the caller begins; cut after max_text_length bytes, with a marker that says so */
  "aws_bedrock.invocation.input.prompt_text"?: string;
  /** The request body as logged, where its shape is not known; else what of it stands in no other field, as JSON */
  "aws_bedrock.invocation.input.body"?: string;
  /** The response body as logged, where its shape is not known; else what of it stands in no other field, as JSON */
  "aws_bedrock.invocation.output.body"?: string;
  /** Content type of the response body */
  "aws_bedrock.invocation.output.content_type"?: string;
  /** Size of the response body as logged (bytes) */
  "aws_bedrock.invocation.output.body_size"?: number;
  /** Where a large response body was stored */
  "aws_bedrock.invocation.output.body_s3_path"?: string;
  /** Where a video was stored */
  "aws_bedrock.invocation.output.video.s3_path"?: string;
  /** Width of the video (px) */
  "aws_bedrock.invocation.output.video.width"?: number;
  /** Height of the video (px) */
  "aws_bedrock.invocation.output.video.height"?: number;
  /** Length of the video (s) */
  "aws_bedrock.invocation.output.video.duration_seconds"?: number;
  /** Frame rate of the video */
  "aws_bedrock.invocation.output.video.frames_per_second"?: number;
  /** Members of the model's own answer that Converse was asked to hand on, dots in keys as underscores */
  "aws_bedrock.invocation.output.additional_model_response_fields"?: unknown;
  /** Text of the answer, cut after max_text_length bytes; integration: after 32,766 UTF-16 units */
  "aws_bedrock.invocation.output.completion_text"?: string;
  /** How long the invocation took (ms) */
  "aws_bedrock.invocation.latency.total_ms"?: number;
  /** Time to the first byte of a stream (ms) */
  "aws_bedrock.invocation.latency.first_byte_ms"?: number;
  /** Task of an image, video or embedding model */
  "aws_bedrock.invocation.task_type"?: string;
  /** How closely the image follows the prompt */
  "aws_bedrock.invocation.image_generation_config.cfg_scale"?: number;
  /** Height of the image (px) */
  "aws_bedrock.invocation.image_generation_config.height"?: number;
  /** Width of the image (px) */
  "aws_bedrock.invocation.image_generation_config.width"?: number;
  /** Number of images that were asked for */
  "aws_bedrock.invocation.image_generation_config.number_of_images"?: number;
  /** Quality that was asked for */
  "aws_bedrock.invocation.image_generation_config.quality"?: string;
  /** Seed of the random choices */
  "aws_bedrock.invocation.image_generation_config.seed"?: number;
  /** Text that describes the variation */
  "aws_bedrock.invocation.image_variation_params.text"?: string;
  /** Number of images to vary */
  "aws_bedrock.invocation.image_variation_params.image_count"?: number;
  /** Images that were made: a list of {finish_reason, seed, sha1, length}; integration: as logged, hash and length for long base64 */
  "aws_bedrock.invocation.artifacts"?: unknown;
  /** Id of the request */
  "aws.request_id"?: string;
  /** Operation of the Bedrock runtime that was called */
  "aws_bedrock.invocation.operation"?: string;
  /** Time to the first byte of a stream (s) */
  "gen_ai.response.time_to_first_chunk"?: number;
  /** Set to true when a guardrail intervened */
  "aws_bedrock.invocation.guardrail.intervened"?: boolean;
  /** Guardrails that assessed the call */
  "aws_bedrock.invocation.guardrail.id"?: readonly string[];
  /** Policies that found something */
  "aws_bedrock.invocation.guardrail.policy.name"?: readonly string[];
  /** What the policies did */
  "aws_bedrock.invocation.guardrail.policy.action"?: readonly string[];
  /** How sure the content filters were */
  "aws_bedrock.invocation.guardrail.policy.confidence"?: readonly string[];
  /** Whether the input or the output was at fault */
  "aws_bedrock.invocation.guardrail.policy.direction"?: readonly string[];
  /** Details of what was found */
  "aws_bedrock.invocation.guardrail.policy.match_detail"?: unknown;
  /** Types of what was found */
  "aws_bedrock.invocation.guardrail.violation_code"?: readonly string[];
  /** Set to true when there is a violation code */
  "aws_bedrock.invocation.guardrail.violation_detected"?: boolean;
  /** Error that Bedrock answered */
  "aws_bedrock.invocation.error_code"?: string;
  /** Region in which the model ran */
  "aws_bedrock.invocation.inferenceRegion"?: string;
  /** Latency option of the call */
  "aws_bedrock.invocation.performanceConfig.latency"?: string;
  /** Service tier of the call */
  "aws_bedrock.invocation.serviceTier"?: string;
  /** Metadata that the caller gave the request, dots in keys as underscores; without content only the keys in setting metadata_keys */
  "aws_bedrock.invocation.requestMetadata"?: unknown;
  /** Content type of the request body */
  "aws_bedrock.invocation.input.input_content_type"?: string;
  /** Input tokens, without cached ones (tokens) */
  "aws_bedrock.invocation.input.input_token_count"?: number;
  /** Input tokens read from the prompt cache (tokens) */
  "aws_bedrock.invocation.input.cacheReadInputTokenCount"?: number;
  /** Input tokens written to the prompt cache (tokens) */
  "aws_bedrock.invocation.input.cacheWriteInputTokenCount"?: number;
  /** Where a large request body was stored */
  "aws_bedrock.invocation.input.input_body_s3_path"?: string;
  /** Content type of the response body */
  "aws_bedrock.invocation.output.output_content_type"?: string;
  /** Output tokens (tokens) */
  "aws_bedrock.invocation.output.output_token_count"?: number;
  /** Where a large response body was stored */
  "aws_bedrock.invocation.output.output_body_s3_path"?: string;
  /** Where a video was stored */
  "aws_bedrock.invocation.output.outputVideoS3Path"?: string;
  /** Width of the video (px) */
  "aws_bedrock.invocation.output.outputVideoWidth"?: number;
  /** Height of the video (px) */
  "aws_bedrock.invocation.output.outputVideoHeight"?: number;
  /** Length of the video (s) */
  "aws_bedrock.invocation.output.outputVideoDurationSeconds"?: number;
  /** Frame rate of the video */
  "aws_bedrock.invocation.output.outputVideoFramesPerSecond"?: number;
  /** Images to vary, as base64 */
  "aws_bedrock.invocation.image_variation_params.images"?: readonly string[];
  /** Images of an image operation, as base64 */
  "aws_bedrock.invocation.images"?: readonly string[];
  /** Result of an image operation */
  "aws_bedrock.invocation.result"?: string;
  /** Error of an image operation */
  "aws_bedrock.invocation.error"?: string;
  /** Kind of a system prompt that stands beside the bodies */
  "aws_bedrock.invocation.system.type"?: string;
  /** System prompt that stands beside the bodies */
  "aws_bedrock.invocation.system.text"?: string;
  /** Messages that stand beside the bodies: their content as {type, text} */
  "aws_bedrock.invocation.messages"?: unknown;
  /** Kinds of content in the messages: text, document/pdf, … */
  "aws_bedrock.invocation.input.messages_content_kinds"?: readonly string[];
  /** The request body, with the tag preserve_duplicate_custom_fields */
  "aws_bedrock.invocation.input.input_body_json"?: unknown;
  /** The response body, with the tag preserve_duplicate_custom_fields */
  "aws_bedrock.invocation.output.output_body_json"?: unknown;
  /** SHA-1 of a request body that is too long */
  "aws_bedrock.invocation.input.input_body_json_massive_hash"?: string;
  /** SHA-1 of a response body that is too long */
  "aws_bedrock.invocation.output.output_body_json_massive_hash"?: string;
  /** Provider of the models: aws */
  "gen_ai.system"?: string;
  /** ARN of the caller */
  "gen_ai.user.id"?: string;
  /** The request body as JSON with sorted names, up to 32,766 UTF-16 units */
  "gen_ai.prompt"?: string;
  /** The response body as JSON with sorted names, up to 32,766 UTF-16 units */
  "gen_ai.completion"?: string;
  /** Model id as logged */
  "gen_ai.request.model.id"?: string;
  /** What stands before the first dot of the model id */
  "gen_ai.request.model.type"?: string;
  /** Version in the request body */
  "gen_ai.request.model.version"?: string;
  /** Role of the answer */
  "gen_ai.request.model.role"?: string;
  /** Id of the request */
  "gen_ai.request.id"?: string;
  /** Input tokens, without cached ones (tokens) */
  "gen_ai.usage.prompt_tokens"?: number;
  /** Output tokens (tokens) */
  "gen_ai.usage.completion_tokens"?: number;
  /** When the model was invoked, equal to @timestamp */
  "gen_ai.response.timestamp"?: string;
  /** Error that Bedrock answered */
  "gen_ai.response.error_code"?: string;
  /** Length of the request body as JSON, in UTF-16 units */
  "gen_ai.performance.request_size"?: number;
  /** Length of the response body as JSON, in UTF-16 units */
  "gen_ai.performance.response_size"?: number;
  /** Time to the first byte (ms) */
  "gen_ai.performance.start_response_time"?: number;
  /** Time of the invocation (ms) */
  "gen_ai.performance.response_time"?: number;
}
