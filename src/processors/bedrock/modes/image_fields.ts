import { createHash } from "node:crypto";
import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { put } from "./attributes.ts";
import type { Exchange } from "../dialects/exchange.ts";
import {
  countOf,
  doubleOf,
  intOf,
  isObject,
  type JsonObject,
  listOf,
  nonEmpty,
  objectOf,
  textOf,
} from "../read/json.ts";
import { droppedLength } from "../redaction/binary.ts";

/** Adds the fields of requested and generated images, from the bodies or from the record itself. */
export function addImageFields(
  attributes: InvocationAttributes,
  log: JsonObject,
  { requestBody, responseBody }: Exchange,
): void {
  const request = requestBody ?? log;
  put(attributes, "aws_bedrock.invocation.task_type", textOf(request["taskType"] ?? log["taskType"]));
  const config = request["imageGenerationConfig"] ?? log["imageGenerationConfig"];
  if (isObject(config)) addConfig(attributes, config);
  const variation = request["imageVariationParams"] ?? log["imageVariationParams"];
  if (isObject(variation)) {
    put(attributes, "aws_bedrock.invocation.image_variation_params.text", textOf(variation["text"]));
    put(attributes, "aws_bedrock.invocation.image_variation_params.image_count", listOf(variation["images"]).length);
  }
  const artifacts = objectOf(responseBody)["artifacts"] ?? log["artifacts"];
  if (!Array.isArray(artifacts)) return;
  put(attributes, "aws_bedrock.invocation.artifacts", nonEmpty(artifacts.filter(isObject).map(artifactOf)));
}

function addConfig(attributes: InvocationAttributes, config: JsonObject): void {
  const prefix = "aws_bedrock.invocation.image_generation_config";
  put(attributes, `${prefix}.cfg_scale`, doubleOf(config["cfgScale"]));
  put(attributes, `${prefix}.height`, countOf(config["height"]));
  put(attributes, `${prefix}.width`, countOf(config["width"]));
  put(attributes, `${prefix}.number_of_images`, countOf(config["numberOfImages"]));
  put(attributes, `${prefix}.quality`, textOf(config["quality"]));
  put(attributes, `${prefix}.seed`, intOf(config["seed"]));
}

/** An image by hash and length of its base64 text; after redaction only the length is known. */
function artifactOf({ base64, finishReason, seed }: JsonObject): JsonObject {
  const reason = textOf(finishReason);
  const seedNumber = intOf(seed);
  return {
    ...reason === undefined ? undefined : { finish_reason: reason },
    ...seedNumber === undefined ? undefined : { seed: seedNumber },
    ...typeof base64 === "string" ? hashAndLength(base64) : undefined,
  };
}

function hashAndLength(base64: string): JsonObject {
  const length = droppedLength(base64);
  return length === undefined
    ? { sha1: createHash("sha1").update(base64).digest("hex"), length: base64.length }
    : { length };
}
