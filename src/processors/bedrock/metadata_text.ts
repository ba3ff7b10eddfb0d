import type { InvocationAttributes } from "../../mappings/generated/invocation.ts";
import { allowedValue } from "./allow_list.ts";
import { countOf, doubleOf, isObject, type JsonObject, labelOf, objectOf } from "./read/json.ts";
import { timeOf } from "./read/record.ts";

/** Members that are texts, and their attributes, whose checks a text must pass to leave as it is. */
export type TextNames = Readonly<Record<string, keyof InvocationAttributes>>;

/** Texts of a record that are no content. */
export const RECORD_TEXTS: TextNames = {
  schemaType: "aws_bedrock.invocation.schema_type",
  schemaVersion: "aws_bedrock.invocation.schema_version",
  accountId: "cloud.account.id",
  region: "cloud.region",
  requestId: "aws_bedrock.invocation.request_id",
  operation: "event.action",
  modelId: "aws_bedrock.invocation.model_id",
  inferenceRegion: "aws_bedrock.invocation.inference_region",
  errorCode: "error.code",
  status: "aws_bedrock.invocation.status",
  serviceTier: "aws_bedrock.invocation.service_tier",
};
export const INPUT_TEXTS: TextNames = {
  inputContentType: "aws_bedrock.invocation.input.content_type",
  inputBodyS3Path: "aws_bedrock.invocation.input.body_s3_path",
};
export const OUTPUT_TEXTS: TextNames = {
  outputContentType: "aws_bedrock.invocation.output.content_type",
  outputBodyS3Path: "aws_bedrock.invocation.output.body_s3_path",
  outputVideoS3Path: "aws_bedrock.invocation.output.video.s3_path",
};
/** Counts that are read with those of the bodies. */
export const INPUT_COUNTS = ["inputTokenCount", "cacheReadInputTokenCount", "cacheWriteInputTokenCount"];
export const OUTPUT_COUNTS = ["outputTokenCount"];
/** Numbers of a video that was made, their attributes, and how they are read. */
export const VIDEO_NUMBERS = [
  ["outputVideoWidth", "aws_bedrock.invocation.output.video.width", countOf],
  ["outputVideoHeight", "aws_bedrock.invocation.output.video.height", countOf],
  ["outputVideoDurationSeconds", "aws_bedrock.invocation.output.video.duration_seconds", doubleOf],
  ["outputVideoFramesPerSecond", "aws_bedrock.invocation.output.video.frames_per_second", doubleOf],
] as const;

/** The record as JSON without its content: no bodies, and of `requestMetadata` only these keys. */
export function metadataText(log: JsonObject, metadataKeys: readonly string[]): string {
  const metadata = objectOf(log["requestMetadata"]);
  return JSON.stringify({
    ...texts(log, RECORD_TEXTS),
    timestamp: timeOf(log["timestamp"]) === undefined ? undefined : log["timestamp"],
    identity: isObject(log["identity"]) ? texts(log["identity"], { arn: "user.id" }) : undefined,
    performanceConfig: isObject(log["performanceConfig"])
      ? texts(log["performanceConfig"], { latency: "aws_bedrock.invocation.performance_latency" })
      : undefined,
    requestMetadata: metadataKeys.length > 0
      ? Object.fromEntries(metadataKeys.map((key) => [key, stringOf(metadata, key)]))
      : undefined,
    input: { ...texts(objectOf(log["input"]), INPUT_TEXTS), ...counts(objectOf(log["input"]), INPUT_COUNTS) },
    output: {
      ...texts(objectOf(log["output"]), OUTPUT_TEXTS),
      ...counts(objectOf(log["output"]), OUTPUT_COUNTS),
      ...videoNumbers(objectOf(log["output"])),
    },
  });
}

/** Sets the attributes of an object's texts. */
export function putTexts(attributes: InvocationAttributes, object: JsonObject, names: TextNames): void {
  const target = attributes as Record<string, unknown>;
  for (const name in names) {
    const text = labelOf(object[name]);
    if (text !== undefined) target[names[name] as string] = text;
  }
}

function texts(object: JsonObject, names: TextNames): JsonObject {
  return Object.fromEntries(
    Object.entries(names).map(([name, attribute]) => [name, allowedValue(attribute, labelOf(object[name]))]),
  );
}

function counts(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, countOf(object[name])]));
}

function videoNumbers(output: JsonObject): JsonObject {
  return Object.fromEntries(VIDEO_NUMBERS.map(([name, , read]) => [name, read(output[name])]));
}

function stringOf(object: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === "string" ? value : undefined;
}
