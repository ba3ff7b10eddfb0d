/**
 * Embeddings of Amazon Titan and Nova, Cohere and TwelveLabs Marengo.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-marengo.html
 */
import { countOf, isObject, type JsonObject, listOf, objectOf, textOf } from "../read/json.ts";
import { mediaTypeOf } from "./media.ts";
import { addImageUrl, addMedium, addText, type Modality, type Parts } from "./messages.ts";
import { NO_USAGE } from "./usage.ts";
import { promptRequest, textResponse } from "./completion.ts";
import type { Dialect, ModelRequest } from "./dialect.ts";
import { addMediaSource } from "./twelve_labs.ts";

const REQUEST_MEMBERS = [
  ...["dimensions", "normalize", "embeddingTypes", "embeddingConfig", "embedding_types", "inputImage"],
];
const RESPONSE_MEMBERS = ["embedding", "embeddings", "embeddingsByType"];
/** What Cohere's and Marengo's requests hold beside the type of their input. */
const INPUT_MEMBERS = ["texts", "images", "inputs", "inputText", "mediaSource", "text", "image", "audio", "video"];
/** Nova's task types: `SINGLE_EMBEDDING`, `SEGMENTED_EMBEDDING`. */
const TASK = /_EMBEDDING$/;

export const embeddings: Dialect = {
  recognises: ({ request, response }) =>
    has(response, RESPONSE_MEMBERS) || has(objectOf(listOf(response?.["data"])[0]), ["embedding"]) ||
    has(request, REQUEST_MEMBERS) || TASK.test(textOf(request?.["taskType"]) ?? "") ||
    (textOf(request?.["input_type"] ?? request?.["inputType"]) !== undefined && has(request, INPUT_MEMBERS)),
  request,
  response: (body) =>
    textResponse([], {
      body,
      operation: "embeddings",
      usage: { ...NO_USAGE, input: countOf(body["inputTextTokenCount"]) },
    }),
  stream: () => ({}),
};

function request(body: JsonObject): ModelRequest {
  const result: Parts = { parts: [], kinds: new Set() };
  for (const text of [body["inputText"], ...listOf(body["texts"])]) addText(result, text);
  if (textOf(body["inputImage"]) !== undefined) addImage(result, { data: body["inputImage"] });
  for (const url of listOf(body["images"])) addUrl(result, url);
  for (const block of listOf(body["inputs"]).flatMap((input) => listOf(objectOf(input)["content"])).map(objectOf)) {
    addText(result, block["text"]);
    addUrl(result, isObject(block["image_url"]) ? block["image_url"]["url"] : block["image_url"]);
  }
  addMarengo(result, body);
  for (const name of ["singleEmbeddingParams", "segmentedEmbeddingParams"]) addNova(result, objectOf(body[name]));
  return {
    ...promptRequest(undefined, { operation: "embeddings", parameters: {} }),
    messages: result.parts.length > 0 ? [{ role: "user", parts: result.parts }] : undefined,
    kinds: result.kinds,
  };
}

function addUrl(result: Parts, url: unknown): void {
  if (typeof url === "string" && url !== "") addImageUrl(result, url);
}

function addImage(result: Parts, { data }: { data: unknown }): void {
  addMedium(result, { modality: "image", mediaType: "image/*", kind: "image", data, uri: undefined });
}

const MEDIA = ["image", "video", "audio"] as const satisfies readonly Modality[];

/** Marengo 2.7 has its input at the top, 3.0 in a member named for the type. */
function addMarengo(result: Parts, body: JsonObject): void {
  const type = textOf(body["inputType"]) ?? "";
  addText(result, objectOf(body[type])["inputText"]);
  const modality = MEDIA.find((medium) => medium === type);
  if (modality === undefined) return;
  addMediaSource(result, modality, body["mediaSource"] ?? objectOf(body[type])["mediaSource"]);
}

function addNova(result: Parts, parameters: JsonObject): void {
  addText(result, objectOf(parameters["text"])["value"]);
  for (const modality of MEDIA) {
    const medium = parameters[modality];
    if (!isObject(medium)) continue;
    const format = textOf(medium["format"]);
    const { bytes, s3Location } = objectOf(medium["source"]);
    const mediaType = mediaTypeOf(modality, format);
    const kind = format === undefined ? modality : mediaType;
    addMedium(result, { modality, mediaType, kind, data: bytes, uri: objectOf(s3Location)["uri"] });
  }
}

function has(body: JsonObject | undefined, members: readonly string[]): boolean {
  return body !== undefined && members.some((member) => body[member] !== undefined && body[member] !== null);
}
