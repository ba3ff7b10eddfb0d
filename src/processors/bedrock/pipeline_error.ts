import type { InvocationAttributes } from "../../mappings/generated/invocation.ts";
import type { Origin } from "../../component/batch.ts";

/**
 * The attributes of a stretch of input that is no invocation record: what was wrong with it and its size. Where it
 * was is among the attributes that the receiver gave. `message` quotes nothing of its text.
 */
export function pipelineErrorAttributes(origin: Origin, message: string): InvocationAttributes {
  return {
    "event.kind": "pipeline_error",
    "error.message": message,
    "aws_bedrock.invocation.record_size": origin.sizeBytes,
  };
}
