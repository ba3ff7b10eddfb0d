/**
 * Images and videos: Amazon Titan Image Generator, Nova Canvas and Reel, Stability AI.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-image.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-stability-diffusion.html
 */
import { isObject, type JsonObject, listOf, objectOf, textOf } from "../read/json.ts";
import { addMedium, addText, finishReasonOf, type Parts } from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { NO_USAGE } from "./usage.ts";
import { reasonsOf } from "./completion.ts";
import type { Dialect, ModelRequest, ModelResponse } from "./dialect.ts";

export const images: Dialect = {
  recognises: ({ request, response }) =>
    Array.isArray(response?.["images"]) || Array.isArray(response?.["artifacts"]) ||
    (request !== undefined && isImageRequest(request)),
  request,
  response,
  stream: () => ({}),
};

function isImageRequest(body: JsonObject): boolean {
  if (typeof body["taskType"] === "string" || Array.isArray(body["text_prompts"])) return true;
  return typeof body["prompt"] === "string" &&
    (body["aspect_ratio"] !== undefined || body["output_format"] !== undefined ||
      body["negative_prompt"] !== undefined || isVideoRequest(body));
}

/** Luma's Ray has these at the top, Nova Reel a configuration. */
function isVideoRequest(body: JsonObject): boolean {
  return ["videoGenerationConfig", "duration", "keyframes", "loop"].some((name) => body[name] !== undefined);
}

/** Names of the objects that hold a task's text and images: `textToImageParams`, `inPaintingParams`, … */
const TASK_PARAMETERS = /Params$/;

function request(body: JsonObject): ModelRequest {
  const result: Parts = { parts: [], kinds: new Set() };
  for (const text of listOf(body["text_prompts"])) addText(result, objectOf(text)["text"]);
  addInput(result, body);
  const tasks = Object.keys(body).filter((name) => TASK_PARAMETERS.test(name));
  for (const name of tasks) addInput(result, objectOf(body[name]));
  for (const frame of Object.values(objectOf(body["keyframes"]))) addImage(result, sourceOf(frame)["data"]);
  return {
    operation: "generate_content",
    parameters: parametersOf(
      objectOf(body["imageGenerationConfig"]),
      objectOf(body["videoGenerationConfig"]),
      objectOf({ seed: body["seed"], samples: body["samples"] }),
    ),
    outputType: isVideoRequest(body) ? "video" : "image",
    system: undefined,
    messages: result.parts.length > 0 ? [{ role: "user", parts: result.parts }] : undefined,
    tools: undefined,
    kinds: result.kinds,
  };
}

function addInput(result: Parts, { prompt, text, image, images, ...others }: JsonObject): void {
  addText(result, prompt ?? text);
  const given = [image, ...listOf(images), others["init_image"], others["mask_image"]];
  for (const data of [...given, others["conditionImage"], others["maskImage"]]) {
    addImage(result, isObject(data) ? sourceOf(data)["bytes"] : data);
  }
}

function sourceOf(value: unknown): JsonObject {
  return objectOf(objectOf(value)["source"]);
}

function addImage(result: Parts, data: unknown): void {
  if (textOf(data) === undefined) return;
  addMedium(result, { modality: "image", mediaType: "image/*", kind: "image", data, uri: undefined });
}

function response(body: JsonObject): ModelResponse {
  const artifacts = listOf(body["artifacts"]).map(objectOf);
  const result: Parts = { parts: [], kinds: new Set() };
  for (const data of [...listOf(body["images"]), ...artifacts.map(({ base64 }) => base64)]) addImage(result, data);
  const reasons = reasonsOf([...listOf(body["finish_reasons"]), ...artifacts.map(({ finishReason }) => finishReason)]);
  const message = { role: "assistant", parts: result.parts, finish_reason: finishReasonOf(reasons?.[0] ?? "stop") };
  return {
    operation: "generate_content",
    id: textOf(body["id"]),
    model: undefined,
    finishReasons: reasons,
    usage: NO_USAGE,
    messages: result.parts.length > 0 ? [message] : undefined,
  };
}
