import { put } from "./attributes.ts";
import type { BedrockConfig } from "../config.ts";
import { SEMCONV_SCHEMA_URLS } from "../../../mappings/semconv.ts";
import { exchangeOf } from "../dialects/exchange.ts";
import { addConversation, addRequest, addResponse } from "./gen_ai.ts";
import { addGuardrailId } from "./guardrails.ts";
import { addKeptBodies, messageValuesOf } from "./kept_bodies.ts";
import { identityOf } from "../read/identity.ts";
import { textOf, valueAt } from "../read/json.ts";
import type { ToolDefinition } from "../dialects/tools.ts";
import { modelIdOf } from "../read/model_id.ts";
import { addModel } from "./model_fields.ts";
import { requestMetadataOf } from "./request_metadata.ts";
import { cutOriginal } from "../read/original_text.ts";
import { followSemconv } from "./semconv.ts";
import { structured } from "./structured.ts";
import type { Mode } from "./mode.ts";

/**
 * Mode `otel`: attributes of OpenTelemetry's semantic conventions alone, and no `elastic.mapping.mode`.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-events/#event-gen_aiclientinferenceoperationdetails
 */
export function otelMode(config: BedrockConfig): Mode {
  return {
    schemaUrl: SEMCONV_SCHEMA_URLS[config.semconv],
    eventName: "gen_ai.client.inference.operation.details",
    idAttributes: ["elasticsearch.document_id", "log.record.uid"],
    constants: {},
    map(invocation, { target: { attributes, alwaysAllowed }, modelBehind }) {
      const { log } = invocation;
      const exchange = exchangeOf(invocation);
      const mapped = messageValuesOf(exchange);
      const modelId = modelIdOf(log["modelId"], modelBehind ?? exchange.invokedModel);
      const identity = identityOf(valueAt(log, "identity.arn"));
      put(attributes, "cloud.provider", "aws");
      put(attributes, "cloud.account.id", textOf(log["accountId"]));
      put(attributes, "cloud.region", textOf(log["region"]));
      put(attributes, "error.type", exchange.failure);
      addRequest(attributes, exchange, { modelId, freeForm: structured });
      addResponse(attributes, exchange, { invocation, modelId, freeForm: structured });
      addModel(attributes, modelId);
      addGuardrailId(attributes, exchange);
      followSemconv(attributes, config.semconv);
      if (config.content !== "metadata_only") addKeptBodies(attributes, exchange, { invocation, mapped });
      addConversation(alwaysAllowed, requestMetadataOf(log["requestMetadata"], config), { identity, config });
      if (config.content === "metadata_only") {
        put(alwaysAllowed, "gen_ai.tool.definitions", namesOnly(exchange.request?.tools));
      }
      // The conventions have no place for what was not parsed.
      return invocation.isHeavy === true && config.content === "full" ? invocation.text : undefined;
    },
    original: cutOriginal,
  };
}

/** Tools of Amazon's and Anthropic's own. The names of others are the caller's words. */
const KNOWN_TOOLS: ReadonlySet<string> = new Set([
  ...["nova_grounding", "nova_code_interpreter", "bash", "computer", "text_editor", "memory"],
  ...["str_replace_editor", "str_replace_based_edit_tool", "web_search", "web_fetch", "code_execution"],
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
