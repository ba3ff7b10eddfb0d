/**
 * Embeddings of Amazon Titan and Nova, Cohere and TwelveLabs Marengo, and in OpenAI's shape.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-marengo.html
 */
import { isObject, type JsonObject, listOf, objectOf, textOf, valueAt } from "../read/json.ts";
import type { Dialect, ModelRequest } from "./dialect.ts";
import { inputRequest, responseOf } from "./envelope.ts";
import { addImage, addImageUrl, addMediaSource, addSource, MODALITIES } from "./media.ts";
import { addText, type Parts } from "./messages.ts";
import { embeddingParametersOf } from "./parameters.ts";

const REQUEST_MEMBERS = [
  ...["dimensions", "normalize", "embeddingTypes", "embeddingConfig", "embedding_types", "inputImage"],
];
const RESPONSE_MEMBERS = ["embedding", "embeddings", "embeddingsByType"];
/** What Cohere's and Marengo's requests hold beside the type of their input. */
const INPUT_MEMBERS = [
  ...["texts", "images", "inputs", "inputText", "mediaSource", "text", "image", "audio", "video", "text_image"],
  "multi_input",
];
/** Nova's task types: `SINGLE_EMBEDDING`, `SEGMENTED_EMBEDDING`. */
const TASK = /_EMBEDDING$/;

export const embeddings: Dialect = {
  recognises: ({ request, response }) =>
    has(response, RESPONSE_MEMBERS) || has(objectOf(listOf(response?.["data"])[0]), ["embedding"]) ||
    has(request, REQUEST_MEMBERS) || TASK.test(textOf(request?.["taskType"]) ?? "") ||
    (textOf(request?.["input_type"] ?? request?.["inputType"]) !== undefined && has(request, INPUT_MEMBERS)),
  request,
  response: (body) => responseOf(body, [], { operation: "embeddings" }),
  stream: () => ({}),
};

function has(body: JsonObject | undefined, members: readonly string[]): boolean {
  return body !== undefined && members.some((member) => body[member] !== undefined && body[member] !== null);
}

function request(body: JsonObject): ModelRequest {
  const result: Parts = { parts: [], kinds: new Set() };
  const { input } = body;
  const texts = [body["inputText"], ...listOf(body["texts"]), ...Array.isArray(input) ? input : [input]];
  for (const text of texts) addText(result, text);
  addImage(result, body["inputImage"]);
  for (const url of listOf(body["images"])) addImageUrl(result, url);
  for (const block of listOf(body["inputs"]).flatMap((input) => listOf(objectOf(input)["content"])).map(objectOf)) {
    const { text, image_url: image } = block;
    addText(result, text);
    addImageUrl(result, isObject(image) ? image["url"] : image);
  }
  addMarengo(result, body);
  for (const name of ["singleEmbeddingParams", "segmentedEmbeddingParams"]) addNova(result, objectOf(body[name]));
  const holders = ["embeddingConfig", "singleEmbeddingParams", "segmentedEmbeddingParams"];
  const parameters = embeddingParametersOf(body, ...holders.map((name) => objectOf(body[name])));
  return inputRequest(result, { operation: "embeddings", parameters });
}

/** Marengo 2.7 has its input at the top, 3.0 in a member named for the type; several inputs are a text and images. */
function addMarengo(result: Parts, body: JsonObject): void {
  const type = textOf(body["inputType"]) ?? "";
  const { inputText, mediaSource, mediaSources } = objectOf(body[type]);
  addText(result, inputText);
  for (const source of [body["mediaSource"], mediaSource, ...listOf(mediaSources)]) {
    const named = textOf(objectOf(source)["mediaType"]) ?? type;
    const modality = MODALITIES.find((modality) => modality === named) ?? "image";
    addMediaSource(result, modality, objectOf(source)["mediaSource"] ?? source);
  }
}

function addNova(result: Parts, parameters: JsonObject): void {
  addText(result, valueAt(parameters, "text.value"));
  for (const modality of MODALITIES) {
    const medium = parameters[modality];
    if (isObject(medium)) addSource(result, modality, medium);
  }
}
