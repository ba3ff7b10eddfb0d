import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import type { ModelId } from "../read/model_id.ts";
import { put } from "./attributes.ts";

/** Adds what the model id says that the conventions have no name for. */
export function addModel(attributes: InvocationAttributes, model: ModelId | undefined): void {
  put(attributes, "aws_bedrock.invocation.model_arn", model?.arn);
  put(attributes, "aws_bedrock.invocation.model_kind", model?.kind);
  put(attributes, "aws_bedrock.invocation.model_vendor", model?.vendor);
  put(attributes, "aws_bedrock.invocation.underlying_model", model?.underlying);
  put(attributes, "aws_bedrock.invocation.inference_profile_id", model?.profileId);
  put(attributes, "aws_bedrock.invocation.inference_profile_prefix", model?.prefix);
}
