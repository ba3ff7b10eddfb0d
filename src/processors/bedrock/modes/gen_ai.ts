/** The attributes of OpenTelemetry's GenAI conventions, which modes `ecs` and `otel` share. */
import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { put } from "./attributes.ts";
import type { BedrockConfig } from "../config.ts";
import type { OperationName } from "../dialects/dialect.ts";
import type { Exchange } from "../dialects/exchange.ts";
import type { Identity } from "../read/identity.ts";
import { textOf } from "../read/json.ts";
import type { Message, OutputMessage } from "../dialects/messages.ts";
import { operationNameOf } from "../dialects/operation_name.ts";
import type { ToolDefinition } from "../dialects/tools.ts";
import { tokenCountsOf, usageOf } from "../dialects/usage.ts";
import { type ModelId, modelIdOf } from "../read/model_id.ts";
import type { Invocation } from "../read/record.ts";
import { firstOf, type RequestMetadata } from "./request_metadata.ts";

/** How free-form values leave: tool arguments and results, schemas of tools. */
export type FreeForm = (value: unknown) => unknown;

/** Adds `gen_ai.*` of the request: what was asked of which model. */
export function addRequest(
  attributes: InvocationAttributes,
  { operation, requestBody, request, response }: Exchange,
  { modelId, freeForm }: { modelId: ModelId | undefined; freeForm: FreeForm },
): void {
  const name = request?.operation ?? response?.operation ?? operationNameOf(operation, modelId);
  put(attributes, "gen_ai.provider.name", "aws.bedrock");
  put(attributes, "gen_ai.operation.name", name);
  put(attributes, "gen_ai.request.model", textOf(modelId?.name));
  if (operation.endsWith("Stream") || requestBody?.["stream"] === true) put(attributes, "gen_ai.request.stream", true);
  if (request !== undefined) Object.assign(attributes, request.parameters);
  put(attributes, "gen_ai.output.type", request?.outputType ?? (response && outputTypeOf(response.operation)));
  put(attributes, "gen_ai.system_instructions", request?.system);
  put(attributes, "gen_ai.input.messages", encodeFreeForm(request?.messages, freeForm));
  put(attributes, "gen_ai.tool.definitions", encodeParameters(request?.tools, freeForm));
}

/** Adds `gen_ai.*` of the response: what the model answered and used. */
export function addResponse(
  attributes: InvocationAttributes,
  { operation, response, invokedModel, metrics }: Exchange,
  { invocation: { log, input, output }, modelId, freeForm }: {
    invocation: Invocation;
    modelId: ModelId | undefined;
    freeForm: FreeForm;
  },
): void {
  const used = tokenCountsOf({
    input,
    output,
    body: response?.usage,
    measured: usageOf(metrics.measuredBody),
    isOpenAiStream: operation === "ConverseStream" && modelId?.vendor === "openai",
  });
  put(attributes, "gen_ai.response.id", response?.id ?? textOf(log["requestId"]));
  put(attributes, "gen_ai.response.model", response?.model ?? modelIdOf(invokedModel)?.name);
  put(attributes, "gen_ai.response.finish_reasons", response?.finishReasons);
  put(attributes, "gen_ai.usage.input_tokens", used.input);
  put(attributes, "gen_ai.usage.output_tokens", used.output);
  put(attributes, "gen_ai.usage.cache_read.input_tokens", used.cacheRead);
  put(attributes, "gen_ai.usage.cache_creation.input_tokens", used.cacheWrite);
  put(attributes, "gen_ai.usage.reasoning.output_tokens", used.reasoning);
  put(attributes, "aws_bedrock.invocation.usage.cache_write_5m_tokens", used.cacheWrite5m);
  put(attributes, "aws_bedrock.invocation.usage.cache_write_1h_tokens", used.cacheWrite1h);
  put(attributes, "gen_ai.output.messages", encodeFreeForm(response?.messages, freeForm));
}

/** Adds the conversation and the agent that callers name in their metadata; else the agent that the caller is. */
export function addConversation(
  attributes: InvocationAttributes,
  metadata: RequestMetadata,
  { identity, config }: { identity: Identity | undefined; config: BedrockConfig },
): void {
  put(attributes, "gen_ai.agent.id", firstOf(metadata, config.agent_id_keys) ?? identity?.agentId);
  put(attributes, "gen_ai.agent.name", firstOf(metadata, config.agent_name_keys));
  put(attributes, "gen_ai.conversation.id", firstOf(metadata, config.conversation_id_keys));
}

function outputTypeOf(operation: OperationName): "text" | undefined {
  return operation === "chat" || operation === "text_completion" ? "text" : undefined;
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
