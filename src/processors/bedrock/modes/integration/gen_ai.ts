import { isObject, type JsonObject, listOf, objectOf } from "../../read/json.ts";
import { structured } from "../structured.ts";
import type { BodyText } from "./bodies.ts";
import { guardrailFindingsOf } from "./guardrail_findings.ts";

/** What the integration reads of an invocation; everything is under its own names. */
export interface InvocationParts {
  readonly invocation: JsonObject;
  readonly input: JsonObject;
  readonly output: JsonObject;
  readonly userId: unknown;
  /** Time of the invocation, as written in the document. */
  readonly timestamp: string;
  readonly prompt: BodyText;
  readonly completion: BodyText;
  /** Whether the response body is a reassembled stream. */
  readonly isReassembled: boolean;
}

/** The member `gen_ai` of the document; missing values are undefined. */
export function genAiOf(
  { invocation, input, output, userId, timestamp, prompt, completion, isReassembled }: InvocationParts,
) {
  const requestBody = objectOf(input["input_body_json"]);
  const responseBody = output["output_body_json"];
  const events = (isReassembled ? [responseBody] : listOf(responseBody)).filter(isObject);
  const response = objectOf(responseBody);
  const message = objectOf(events.find((event) => isPresent(objectOf(event["message"])["id"]))?.["message"]);
  const metrics = events.map((event) => objectOf(event["amazon_bedrock_invocation_metrics"]))
    .findLast((measured) => isPresent(measured["invocation_latency"]));
  return {
    system: "aws",
    user: { id: userId },
    input: { messages: messagesOf(requestBody["messages"]) },
    output: { messages: messagesOf(objectOf(response["output"])["message"]) },
    prompt: prompt.text,
    completion: completion.text,
    request: {
      id: invocation["request_id"],
      model: {
        id: invocation["model_id"],
        ...isPresent(input["input_body_json"]) && typeAndVersionOf(invocation["model_id"], requestBody),
        role: message["role"] ?? objectOf(objectOf(response["output"])["message"])["role"] ??
          (isReassembled ? response["role"] : undefined),
      },
      top_k: requestBody["top_k"] ?? objectOf(requestBody["additionalModelRequestFields"])["top_k"],
      top_p: requestBody["top_p"],
      temperature: requestBody["temperature"] ?? objectOf(requestBody["inferenceConfig"])["temperature"],
      max_tokens: requestBody["max_tokens"],
    },
    response: {
      id: message["id"] ?? response["id"],
      timestamp,
      finish_reasons: response["stop_reason"],
      error_code: invocation["error_code"],
    },
    usage: { prompt_tokens: input["input_token_count"], completion_tokens: output["output_token_count"] },
    performance: {
      request_size: prompt.length,
      response_size: completion.length,
      start_response_time: metrics?.["first_byte_latency"],
      response_time: metrics?.["invocation_latency"],
    },
    ...guardrailFindingsOf(Array.isArray(responseBody) ? events : [response]),
  };
}

/** Messages as they were logged, as far as a flattened field can hold them: objects, and lists of objects. */
function messagesOf(value: unknown): unknown {
  const messages = structured(value);
  if (Array.isArray(messages)) return messages.filter(isObject);
  return isObject(messages) ? messages : undefined;
}

/** The model id up to its first dot, and the version in the request under that name. */
function typeAndVersionOf(modelId: unknown, requestBody: JsonObject): JsonObject | undefined {
  const dot = typeof modelId === "string" ? modelId.indexOf(".") : -1;
  if (typeof modelId !== "string" || dot < 0) return undefined;
  const type = modelId.slice(0, dot);
  return { type, version: requestBody[`${type}_version`] };
}

/** Kinds of content in the messages of a request: texts and documents, these with their format. */
export function contentKindsOf(requestBody: unknown): string[] {
  const items = listOf(objectOf(requestBody)["messages"]).flatMap((message) => listOf(objectOf(message)["content"]));
  return [...new Set(items.filter(isObject).map(kindOf))].filter((kind) => kind !== undefined).sort();
}

function kindOf(item: JsonObject): string | undefined {
  if ("text" in item) return "text";
  if (!("document" in item)) return undefined;
  const { format } = objectOf(item["document"]);
  return typeof format === "string" ? `document/${format}` : "document";
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
