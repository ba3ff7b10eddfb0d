/** The attributes of OpenTelemetry's GenAI conventions, which modes `ecs` and `otel` share. */
import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { put } from "./attributes.ts";
import type { BedrockConfig } from "../config.ts";
import type { ManagedPrompt, ModelRequest } from "../dialects/dialect.ts";
import type { Exchange } from "../dialects/exchange.ts";
import type { Identity } from "../read/identity.ts";
import { type JsonObject, labelOf, textOf } from "../read/json.ts";
import type { Message, OutputMessage } from "../dialects/messages.ts";
import { askedInBodies, operationNameOf } from "../dialects/operation_name.ts";
import type { ToolDefinition } from "../dialects/tools.ts";
import { tokenCountsOf, usageOf } from "../dialects/usage.ts";
import { type ModelId, modelIdOf } from "../read/model_id.ts";
import type { Invocation } from "../read/record.ts";
import type { Target } from "./mode.ts";
import { firstOf, metadataField, requestMetadataOf } from "./request_metadata.ts";
import { structured } from "./structured.ts";

/** How free-form values leave: tool arguments and results, schemas of tools. */
export type FreeForm = (value: unknown) => unknown;

/** Adds `gen_ai.*` of the request: what was asked of which model. */
export function addRequest(
  attributes: InvocationAttributes,
  { operation, requestBody, request, response }: Exchange,
  { modelId, freeForm }: { modelId: ModelId | undefined; freeForm: FreeForm },
): void {
  const asked = askedInBodies({ request, response }, modelId);
  put(attributes, "gen_ai.provider.name", "aws.bedrock");
  put(attributes, "gen_ai.operation.name", asked?.operation ?? operationNameOf(operation, modelId));
  put(attributes, "gen_ai.request.model", textOf(modelId?.name));
  if (operation.endsWith("Stream") || requestBody?.["stream"] === true) put(attributes, "gen_ai.request.stream", true);
  if (request !== undefined) Object.assign(attributes, request.parameters);
  put(attributes, "gen_ai.output.type", asked?.outputType);
  addAsked(attributes, { request, modelId });
  put(attributes, "gen_ai.system_instructions", request?.system);
  put(attributes, "gen_ai.input.messages", encodeFreeForm(request?.messages, freeForm));
  put(attributes, "gen_ai.tool.definitions", encodeParameters(request?.tools, freeForm));
}

/** Adds the stored prompt that was used, and which tools the model was to use. */
function addAsked(
  attributes: InvocationAttributes,
  { request, modelId }: { request: ModelRequest | undefined; modelId: ModelId | undefined },
): void {
  const prompt = promptOf(modelId) ?? request?.prompt;
  if (prompt !== undefined) {
    put(attributes, "gen_ai.prompt.name", prompt.name);
    put(attributes, "gen_ai.prompt.version", prompt.version);
  }
  if (request?.toolChoice === undefined) return;
  put(attributes, "aws_bedrock.invocation.tool_choice.type", request.toolChoice.type);
  put(attributes, "aws_bedrock.invocation.tool_choice.name", request.toolChoice.name);
}

/** A prompt of Bedrock's prompt management, which stands in the place of a model: `PROMPT1234:2`. */
function promptOf(model: ModelId | undefined): ManagedPrompt | undefined {
  if (model?.kind !== "prompt") return undefined;
  const [name = "", version] = model.name.split(":");
  return { name, version };
}

/** Adds `gen_ai.*` of the response: what the model answered and used. */
export function addResponse(
  attributes: InvocationAttributes,
  { operation, response, usage, invokedModel, metrics }: Exchange,
  { invocation: { log, input, output }, modelId, freeForm }: {
    invocation: Invocation;
    modelId: ModelId | undefined;
    freeForm: FreeForm;
  },
): void {
  const used = tokenCountsOf({
    input,
    output,
    body: usage,
    measured: usageOf(metrics.measuredBody),
    isOpenAiStream: operation === "ConverseStream" && modelId?.vendor === "openai",
  });
  put(attributes, "gen_ai.response.id", response?.id ?? labelOf(log["requestId"]));
  put(attributes, "gen_ai.response.model", response?.model ?? modelIdOf(invokedModel)?.name);
  put(attributes, "gen_ai.response.finish_reasons", response?.finishReasons);
  put(attributes, "gen_ai.usage.input_tokens", used.input);
  put(attributes, "gen_ai.usage.output_tokens", used.output);
  put(attributes, "gen_ai.usage.cache_read.input_tokens", used.cacheRead);
  put(attributes, "gen_ai.usage.cache_creation.input_tokens", used.cacheWrite);
  put(attributes, "gen_ai.usage.reasoning.output_tokens", used.reasoning);
  put(attributes, "aws_bedrock.invocation.usage.cache_write_5m_tokens", used.cacheWrite5m);
  put(attributes, "aws_bedrock.invocation.usage.cache_write_1h_tokens", used.cacheWrite1h);
  if (used.modalities !== undefined) Object.assign(attributes, used.modalities);
  const additional = response?.additionalFields;
  if (additional !== undefined) {
    put(attributes, "aws_bedrock.invocation.output.additional_model_response_fields", structured(additional));
  }
  put(attributes, "gen_ai.output.messages", encodeFreeForm(response?.messages, freeForm));
}

/**
 * Adds the caller's metadata, and the conversation and the agent that it names; else the conversation of the bodies, and the
 * agent that the caller is.
 */
export function addMetadata(
  { attributes, alwaysAllowed }: Target,
  { request, response }: Exchange,
  { log, identity, config }: { log: JsonObject; identity: Identity | undefined; config: BedrockConfig },
): void {
  const metadata = requestMetadataOf([log["requestMetadata"], request?.metadata], config);
  put(alwaysAllowed, "gen_ai.agent.id", firstOf(metadata, config.agent_id_keys) ?? identity?.agentId);
  put(alwaysAllowed, "gen_ai.agent.name", firstOf(metadata, config.agent_name_keys));
  const named = firstOf(metadata, config.conversation_id_keys);
  put(alwaysAllowed, "gen_ai.conversation.id", named);
  if (named === undefined) put(attributes, "gen_ai.conversation.id", request?.conversation ?? response?.conversation);
  put(alwaysAllowed, "aws_bedrock.invocation.request_metadata", metadataField(metadata));
}

/** Encodes the free-form values in place: the messages were made for this record. */
function encodeFreeForm<T extends Message | OutputMessage>(
  messages: T[] | undefined,
  freeForm: FreeForm,
): T[] | undefined {
  for (const { parts } of messages ?? []) {
    for (const part of parts) {
      if (part.type === "tool_call") part.arguments = freeForm(part.arguments);
      else if (part.type === "tool_call_response") part.response = freeForm(part.response);
      else if (part.type === "server_tool_call") {
        part.server_tool_call.arguments = freeForm(part.server_tool_call.arguments);
      } else if (part.type === "server_tool_call_response") {
        part.server_tool_call_response.response = freeForm(part.server_tool_call_response.response);
      }
    }
  }
  return messages;
}

function encodeParameters(tools: ToolDefinition[] | undefined, freeForm: FreeForm): ToolDefinition[] | undefined {
  for (const tool of tools ?? []) {
    if (tool.parameters !== undefined) tool.parameters = freeForm(tool.parameters);
  }
  return tools;
}
