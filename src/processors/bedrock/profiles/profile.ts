import { type JsonObject, textOf } from "../read/json.ts";
import { modelIdOf } from "../read/model_id.ts";

/** An application's inference profile, as Bedrock may be asked for it. */
export interface Profile {
  /** ARN, or id. */
  readonly identifier: string;
  /** Where it is. */
  readonly region: string | undefined;
}

/** The id of an application's profile without an ARN; others have a model's name in them. */
const BARE_ID = /^[a-z0-9]{12}$/;
const REGION = /^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/;

/** The profile that a record names whose id says nothing of its model; undefined for all others. */
export function profileOf({ modelId, region }: JsonObject): Profile | undefined {
  const model = modelIdOf(modelId);
  if (model === undefined) return undefined;
  if (model.kind === "application_inference_profile" && model.arn !== undefined) {
    return { identifier: model.arn, region: regionOf(model.arn.split(":")[3]) };
  }
  return model.kind === undefined && BARE_ID.test(model.name)
    ? { identifier: model.name, region: regionOf(region) }
    : undefined;
}

/** What a caller writes becomes part of a host's name. */
function regionOf(value: unknown): string | undefined {
  const region = textOf(value);
  return region !== undefined && REGION.test(region) ? region : undefined;
}
