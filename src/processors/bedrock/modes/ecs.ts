import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { put, take } from "./attributes.ts";
import type { BedrockConfig } from "../config.ts";
import { type Exchange, exchangeOf } from "../dialects/exchange.ts";
import { addMetadata, addRequest, addResponse } from "./gen_ai.ts";
import { addGuardrails } from "./guardrails.ts";
import { type Identity, identityOf } from "../read/identity.ts";
import { addImageFields } from "./image_fields.ts";
import { countOf, type JsonObject, jsonTextOf, labelOf, valueAt } from "../read/json.ts";
import { addKept, messageValuesOf } from "./kept_bodies.ts";
import type { ServerToolCallPart, ToolCallPart } from "../dialects/messages.ts";
import { modelIdOf } from "../read/model_id.ts";
import { addUser } from "./caller.ts";
import { addModel } from "./model_fields.ts";
import { cutOriginal, originalOf } from "../read/original_text.ts";
import { putTexts, RECORD_TEXTS } from "../metadata_text.ts";
import { addBodies, addServed } from "./invocation_fields.ts";
import { promptTextOf } from "./prompt_text.ts";
import { tagsOf } from "./tags.ts";
import { cutToBytes } from "../read/text.ts";
import type { Mode } from "./mode.ts";

/** Mode `ecs`: attributes under ECS 9 and OpenTelemetry's names, and `aws_bedrock.invocation.*`. */
export function ecsMode(config: BedrockConfig): Mode {
  return {
    storedAs: "ecs",
    idAttributes: ["elasticsearch.document_id"],
    constants: {
      ...tagsOf(config),
      "event.kind": "event",
      "event.module": "aws_bedrock",
      "event.dataset": "aws_bedrock.invocation",
      "ecs.version": "9.4.0",
    },
    map(invocation, { origin, target: { attributes, alwaysAllowed }, modelBehind }) {
      const { log } = invocation;
      const exchange = exchangeOf(invocation);
      const mapped = config.content === "metadata_only" ? undefined : messageValuesOf(exchange, log);
      const modelId = modelIdOf(log["modelId"], modelBehind ?? exchange.invokedModel);
      const identity = identityOf(valueAt(log, "identity.arn"));
      // Before free-form values of the messages become JSON text.
      const prompt = promptTextOf(exchange.request?.messages, config.max_text_length);
      put(attributes, "aws_bedrock.invocation.input.prompt_text", prompt);
      addEvent(attributes, log, exchange);
      addCaller(attributes, identity);
      addRequest(attributes, exchange, { modelId, freeForm });
      movePrompt(attributes);
      addResponse(attributes, exchange, { invocation, modelId, freeForm });
      addGuardrails(attributes, exchange);
      addImageFields(attributes, log, exchange);
      putTexts(attributes, log, RECORD_TEXTS);
      addServed(attributes, exchange, log);
      addModel(attributes, modelId);
      addBodies(attributes, exchange, { invocation, origin });
      addAnswer(attributes, exchange, config);
      addMetadata({ attributes, alwaysAllowed }, exchange, { log, identity, config });
      if (mapped !== undefined) addKept(attributes, exchange, { invocation, mapped });
      if (config.preserve_original_event) attributes["event.original"] = originalOf(invocation.text);
      return undefined;
    },
    original(text, attributes) {
      attributes["event.original"] = cutOriginal(text);
      return undefined;
    },
  };
}

/** `gen_ai.prompt` is an alias in this mode: a document with anything below it is refused. */
function movePrompt(attributes: InvocationAttributes): void {
  put(attributes, "aws_bedrock.invocation.prompt.name", take(attributes, "gen_ai.prompt.name"));
  put(attributes, "aws_bedrock.invocation.prompt.version", take(attributes, "gen_ai.prompt.version"));
}

/** One index cannot hold `city` once as text and once as an object: free-form values leave as JSON text. */
function freeForm(value: unknown): string {
  return jsonTextOf(value) ?? "";
}

function addCaller(attributes: InvocationAttributes, identity: Identity | undefined): void {
  put(attributes, "cloud.provider", "aws");
  put(attributes, "cloud.service.name", "bedrock");
  addUser(attributes, identity);
  if (identity === undefined) return;
  const { arn, name } = identity;
  put(attributes, "related.user", name === undefined ? [arn] : [arn, name]);
}

function addEvent(attributes: InvocationAttributes, log: JsonObject, { intervened, failure, metrics }: Exchange): void {
  put(attributes, "event.id", labelOf(log["requestId"]));
  attributes["event.outcome"] = failure !== undefined || intervened ? "failure" : "success";
  put(attributes, "error.type", failure);
  if (metrics.totalMs !== undefined) put(attributes, "event.duration", countOf(metrics.totalMs * 1e6));
}

/** The text of the answer and the tools it calls. */
function addAnswer(attributes: InvocationAttributes, { response }: Exchange, config: BedrockConfig): void {
  // Speech is answered together with a transcript of the question.
  const calls: (ToolCallPart | ServerToolCallPart)[] = [];
  let completion = "";
  for (const { role, parts } of response?.messages ?? []) {
    if (role === "user") continue;
    for (const part of parts) {
      if (part.type === "text") completion += part.content;
      else if (part.type === "tool_call" || part.type === "server_tool_call") calls.push(part);
    }
  }
  if (completion !== "") {
    attributes["aws_bedrock.invocation.output.completion_text"] = cutToBytes(completion, config.max_text_length);
  }
  if (calls.length === 0) return;
  attributes["gen_ai.tool.name"] = calls.map(({ name }) => name);
  attributes["gen_ai.tool.type"] = calls.map(toolTypeOf);
  const ids = calls.map(({ id }) => id).filter((id) => id !== undefined);
  if (ids.length > 0) attributes["gen_ai.tool.call.id"] = ids;
}

/** What the conventions call a kind of tool: one that the caller runs, or the provider, or one that looks things up in data. */
function toolTypeOf(call: ToolCallPart | ServerToolCallPart): string {
  if (call.type === "tool_call") return "function";
  return call.server_tool_call.type === "file_search" ? "datastore" : "extension";
}
