import { z } from "zod";
import { type AwsSettings, awsShape } from "../../src/aws/settings.ts";

const schema = z.strictObject(awsShape);

/** Parsed settings with keys and a region, unless told otherwise. */
export function awsSettings(settings: Record<string, unknown> = {}): AwsSettings {
  return schema.parse({ region: "us-east-1", access_key_id: "KEY", secret_access_key: "SECRET", ...settings });
}
