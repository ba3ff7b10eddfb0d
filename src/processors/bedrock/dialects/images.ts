/**
 * Images and videos: Amazon Titan Image Generator, Nova Canvas and Reel, Stability AI.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-image.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-stability-diffusion.html
 */
import { isObject, type JsonObject, listOf, objectOf, textOf, valueAt } from "../read/json.ts";
import type { Dialect, ModelRequest, ModelResponse } from "./dialect.ts";
import { inputRequest, responseOf } from "./envelope.ts";
import { addImage, addSource } from "./media.ts";
import { addText, type Parts } from "./messages.ts";
import { parametersOf } from "./parameters.ts";

export const images: Dialect = {
  recognises: ({ request, response }) =>
    ["images", "artifacts", "finish_reasons"].some((name) => Array.isArray(response?.[name])) ||
    (request !== undefined && isImageRequest(request)),
  request,
  response,
  stream: () => ({}),
};

function isImageRequest(body: JsonObject): boolean {
  if ([body["taskType"], body["image"]].some((value) => typeof value === "string")) return true;
  if (Array.isArray(body["text_prompts"])) return true;
  return typeof body["prompt"] === "string" &&
    (isVideoRequest(body) ||
      ["aspect_ratio", "output_format", "negative_prompt"].some((name) => body[name] !== undefined));
}

/** Luma's Ray has these at the top, Nova Reel a task for videos and a configuration. */
function isVideoRequest(body: JsonObject): boolean {
  return /VIDEO|MULTI_SHOT/.test(textOf(body["taskType"]) ?? "") ||
    ["videoGenerationConfig", "duration", "keyframes", "loop"].some((name) => body[name] !== undefined);
}

/** Names of the objects that hold a task's text and images: `textToImageParams`, `inPaintingParams`, … */
export const TASK_PARAMETERS = /Params$/;

function request(body: JsonObject): ModelRequest {
  const result: Parts = { parts: [], kinds: new Set() };
  for (const text of listOf(body["text_prompts"])) addText(result, objectOf(text)["text"]);
  addInput(result, body);
  const tasks = Object.keys(body).filter((name) => TASK_PARAMETERS.test(name));
  for (const name of tasks) addInput(result, objectOf(body[name]));
  for (const frame of Object.values(objectOf(body["keyframes"]))) addImage(result, valueAt(frame, "source.data"));
  return inputRequest(result, {
    operation: "generate_content",
    parameters: parametersOf(
      objectOf(body["imageGenerationConfig"]),
      objectOf(body["videoGenerationConfig"]),
      { seed: body["seed"], samples: body["samples"] },
    ),
    outputType: isVideoRequest(body) ? "video" : "image",
  });
}

/** Members with an image beside `image` and `images`. */
const IMAGES = [
  "init_image",
  "mask_image",
  "mask",
  "style_image",
  "conditionImage",
  "maskImage",
  "referenceImage",
  "sourceImage",
];

/** Texts and images of a request, of a task, or of one of the shots that a video is made of. */
function addInput(result: Parts, { prompt, text, image, images, shots, ...others }: JsonObject): void {
  addText(result, prompt ?? text);
  for (const given of [image, ...listOf(images), ...IMAGES.map((name) => others[name])]) {
    if (isObject(given)) addSource(result, "image", given);
    else addImage(result, given);
  }
  for (const shot of listOf(shots)) addInput(result, { ...objectOf(shot), shots: undefined });
}

function response(body: JsonObject): ModelResponse {
  const artifacts = listOf(body["artifacts"]).map(objectOf);
  const { parts, kinds }: Parts = { parts: [], kinds: new Set() };
  for (const data of [...listOf(body["images"]), ...artifacts.map(({ base64 }) => base64)]) {
    addImage({ parts, kinds }, data);
  }
  const reasons = [...listOf(body["finish_reasons"]), ...artifacts.map(({ finishReason }) => finishReason)];
  const reason = reasons.find((each) => textOf(each) !== undefined) ?? "stop";
  return responseOf(body, [{ parts, reason }], { operation: "generate_content", reasons });
}
