import type { Document } from "../document.ts";
import { isObject, type JsonObject } from "../../read/json.ts";
import type { Invocation } from "../../read/record.ts";
import { type BodyText, bodyTextOf, reducedArtifacts } from "./bodies.ts";
import { completionTextOf } from "./completion_text.ts";
import { contentKindsOf, genAiOf } from "./gen_ai.ts";
import { reducedMessages, reducedSystem } from "./reduced_messages.ts";
import { renamed } from "./renames.ts";

/**
 * The document of an invocation with all its possible members, also missing and empty ones, without
 * `requestMetadata`.
 */
export function invocationDocument(
  record: Invocation,
  { timestamp, keepsBodies }: { timestamp: string; keepsBodies: boolean },
): Document {
  const { timestamp: _, requestMetadata: __, operation, accountId, region, identity, ...rest } = record.log;
  const invocation = renamed(rest) as JsonObject;
  const input = partOf(invocation["input"]);
  const output = partOf(invocation["output"]);
  const prompt = bodyTextOf(record, "input");
  const completion = bodyTextOf(record, "output");
  const userId = isObject(identity) ? identity["arn"] : undefined;
  const { isReassembled = false } = record;
  const genAi = genAiOf({ invocation, input, output, userId, timestamp, prompt, completion, isReassembled });
  const hasFailed = (genAi.response.error_code ?? undefined) !== undefined ||
    genAi.compliance?.["violation_detected"] === true;
  return {
    cloud: { provider: "aws", service: { name: "bedrock" }, account: { id: accountId }, region },
    event: { action: operation, outcome: hasFailed ? "failure" : "success" },
    user: { id: userId },
    gen_ai: genAi,
    aws_bedrock: {
      invocation: {
        ...invocation,
        identity: isObject(identity) ? { ...identity, arn: undefined } : identity,
        system: reducedSystem(invocation["system"]),
        messages: reducedMessages(invocation["messages"]),
        artifacts: reducedArtifacts(invocation["artifacts"]),
        input: inputOf(input, { prompt, keepsBodies }),
        output: outputOf(output, {
          completion,
          keepsBodies,
          completionText: completionTextOf(output["output_body_json"], { isReassembled }),
        }),
      },
    },
  };
}

function partOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function inputOf(input: JsonObject, { prompt, keepsBodies }: { prompt: BodyText; keepsBodies: boolean }): JsonObject {
  const body = input["input_body_json"];
  return {
    ...input,
    messages_content_kinds: contentKindsOf(body),
    input_body_json: keepsBodies && prompt.hash === undefined ? body : undefined,
    input_body_json_massive_hash: prompt.hash,
  };
}

function outputOf(
  output: JsonObject,
  { completion, keepsBodies, completionText }: { completion: BodyText; keepsBodies: boolean; completionText: string },
): JsonObject {
  const body = output["output_body_json"];
  return {
    ...output,
    completion_text: completionText,
    output_body_json: keepsBodies && completion.hash === undefined ? eventsAsObjects(body) : undefined,
    output_body_json_massive_hash: completion.hash,
  };
}

/** Elements of a stream that are no objects, such as `"[DONE]"`, become `{value}`. */
function eventsAsObjects(body: unknown): unknown {
  return Array.isArray(body) ? body.map((element) => isObject(element) ? element : { value: element }) : body;
}
