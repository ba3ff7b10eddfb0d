import { put } from "./attributes.ts";
import type { BedrockConfig } from "../config.ts";
import { SEMCONV_SCHEMA_URLS } from "../../../mappings/semconv.ts";
import { type Exchange, exchangeOf } from "../dialects/exchange.ts";
import { addMetadata, addRequest, addResponse } from "./gen_ai.ts";
import { addGuardrails } from "./guardrails.ts";
import { addImageFields } from "./image_fields.ts";
import { addBodies, addServed } from "./invocation_fields.ts";
import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { putTexts, type TextNames } from "../metadata_text.ts";
import { addKept, messageValuesOf } from "./kept_bodies.ts";
import { identityOf } from "../read/identity.ts";
import { valueAt } from "../read/json.ts";
import type { ToolDefinition } from "../dialects/tools.ts";
import { modelIdOf } from "../read/model_id.ts";
import { addUser } from "./caller.ts";
import { addModel } from "./model_fields.ts";
import { cutOriginal } from "../read/original_text.ts";
import { followSemconv } from "./semconv.ts";
import { structured } from "./structured.ts";
import type { Mode } from "./mode.ts";

/**
 * Mode `otel`: attributes of OpenTelemetry's semantic conventions, `aws_bedrock.*` for what they have no name for, and no
 * `elastic.mapping.mode`.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-events/#event-gen_aiclientinferenceoperationdetails
 */
export function otelMode(config: BedrockConfig): Mode {
  return {
    schemaUrl: SEMCONV_SCHEMA_URLS[config.semconv],
    eventName: "gen_ai.client.inference.operation.details",
    idAttributes: ["elasticsearch.document_id", "log.record.uid"],
    constants: {},
    map(invocation, { origin, target: { attributes, alwaysAllowed }, modelBehind }) {
      const { log } = invocation;
      const exchange = exchangeOf(invocation);
      const mapped = config.content === "metadata_only" ? undefined : messageValuesOf(exchange, log);
      const modelId = modelIdOf(log["modelId"], modelBehind ?? exchange.invokedModel);
      const identity = identityOf(valueAt(log, "identity.arn"));
      put(attributes, "cloud.provider", "aws");
      putTexts(attributes, log, OTEL_TEXTS);
      addUser(attributes, identity);
      put(attributes, "error.type", exchange.failure);
      addRequest(attributes, exchange, { modelId, freeForm: structured });
      addResponse(attributes, exchange, { invocation, modelId, freeForm: structured });
      addModel(attributes, modelId);
      addServed(attributes, exchange, log);
      if (exchange.metrics.firstByteMs !== undefined) {
        attributes["gen_ai.response.time_to_first_chunk"] = exchange.metrics.firstByteMs / 1000;
      }
      addBodies(attributes, exchange, { invocation, origin });
      addImageFields(attributes, log, exchange);
      addFindings(attributes, exchange);
      followSemconv(attributes, config.semconv);
      addMetadata({ attributes, alwaysAllowed }, exchange, { log, identity, config });
      if (mapped !== undefined) addKept(attributes, exchange, { invocation, mapped });
      if (config.content === "metadata_only") {
        put(alwaysAllowed, "gen_ai.tool.definitions", namesOnly(exchange.request?.tools));
      }
      // The conventions have no place for what was not parsed.
      return invocation.isHeavy === true && config.content === "full" ? invocation.text : undefined;
    },
    original: cutOriginal,
  };
}

/** Texts of a record; those that the conventions name are under their names. */
const OTEL_TEXTS: TextNames = {
  accountId: "cloud.account.id",
  region: "cloud.region",
  requestId: "aws.request_id",
  operation: "aws_bedrock.invocation.operation",
  errorCode: "aws_bedrock.invocation.error_code",
  modelId: "aws_bedrock.invocation.model_id",
  inferenceRegion: "aws_bedrock.invocation.inference_region",
  status: "aws_bedrock.invocation.status",
  schemaType: "aws_bedrock.invocation.schema_type",
  schemaVersion: "aws_bedrock.invocation.schema_version",
};

/** What Elastic's integration calls `gen_ai.*`, and OpenTelemetry does not: no name of ours may stand in its namespace. */
const FINDINGS = {
  "gen_ai.guardrail_id": "aws_bedrock.invocation.guardrail.id",
  "gen_ai.policy.name": "aws_bedrock.invocation.guardrail.policy.name",
  "gen_ai.policy.action": "aws_bedrock.invocation.guardrail.policy.action",
  "gen_ai.policy.confidence": "aws_bedrock.invocation.guardrail.policy.confidence",
  "gen_ai.policy.direction": "aws_bedrock.invocation.guardrail.policy.direction",
  "gen_ai.policy.match_detail": "aws_bedrock.invocation.guardrail.policy.match_detail",
  "gen_ai.compliance.violation_code": "aws_bedrock.invocation.guardrail.violation_code",
  "gen_ai.compliance.violation_detected": "aws_bedrock.invocation.guardrail.violation_detected",
} as const satisfies Partial<Record<keyof InvocationAttributes, keyof InvocationAttributes>>;

/** Adds what guardrails did and found. */
function addFindings(attributes: InvocationAttributes, exchange: Exchange): void {
  addGuardrails(attributes, exchange);
  if (exchange.intervened) attributes["aws_bedrock.invocation.guardrail.intervened"] = true;
  const target = attributes as Record<string, unknown>;
  for (const [name, own] of Object.entries(FINDINGS)) {
    if (!Object.hasOwn(target, name)) continue;
    target[own] = target[name];
    delete target[name];
  }
}

/** Tools of Amazon's, Anthropic's and OpenAI's own. The names of others are the caller's words. */
const KNOWN_TOOLS: ReadonlySet<string> = new Set([
  ...["nova_grounding", "nova_code_interpreter", "bash", "computer", "text_editor", "memory"],
  ...["str_replace_editor", "str_replace_based_edit_tool", "web_search", "web_fetch", "code_execution"],
  ...["web_search_preview", "file_search", "code_interpreter", "image_generation", "mcp", "local_shell", "shell"],
  ...["apply_patch", "tool_search"],
]);

/** What the conventions have of tools by default: type and name. Undefined when there are none. */
function namesOnly(tools: readonly ToolDefinition[] = []): ToolDefinition[] | undefined {
  const known = tools.filter(({ name, type }) => KNOWN_TOOLS.has(name) && isToolType(type));
  return known.length > 0 ? known.map(({ type, name }) => ({ type, name })) : undefined;
}

/** `web_search_20250305` is one of Anthropic's. */
function isToolType(type: string): boolean {
  return type === "function" || type === "system" || KNOWN_TOOLS.has(type.replace(/_\d{8}$/, ""));
}
