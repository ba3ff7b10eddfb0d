/** Records whose bodies are too large to be logged: Bedrock stores them beside the log. */
import { BUCKET } from "./aws.ts";
import { type Sample, sample, type SampleOptions } from "./samples.ts";

export const FOLDER = "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/02/05";

/** A record without its bodies, with their paths, and what is stored there. */
export interface StoredSample {
  readonly record: Sample;
  /** Keys and bodies of the two. */
  readonly stored: readonly (readonly [key: string, body: unknown])[];
  /** The record as it would be with its bodies. */
  readonly whole: Sample;
}

/** The sample with this number, its bodies stored in `bucket`. */
export function storedSample(
  number: number,
  { bucket = BUCKET, ...options }: SampleOptions & { bucket?: string } = {},
): StoredSample {
  const whole = sample(number, options);
  const { inputBodyJson, ...input } = whole["input"] as Record<string, unknown>;
  const { outputBodyJson, ...output } = whole["output"] as Record<string, unknown>;
  const inputKey = `${FOLDER}/data/${whole.requestId}_input.json.gz`;
  const outputKey = `${FOLDER}/data/${whole.requestId}_output.json.gz`;
  const paths = {
    input: { ...input, inputBodyS3Path: `s3://${bucket}/${inputKey}` },
    output: { ...output, outputBodyS3Path: `s3://${bucket}/${outputKey}` },
  };
  return {
    record: { ...whole, ...paths },
    stored: [[inputKey, inputBodyJson], [outputKey, outputBodyJson]],
    whole,
  };
}
