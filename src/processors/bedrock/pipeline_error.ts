import type { InvocationAttributes } from "../../mappings/generated/invocation.ts";
import type { Origin } from "../../component/batch.ts";

/**
 * The attributes of input that is no invocation record: the problem and the size. The receiver has set its place. `message` quotes nothing of its text.
 */
export function pipelineErrorAttributes(origin: Origin, message: string): InvocationAttributes {
  return {
    "event.kind": "pipeline_error",
    "error.message": message,
    "aws_bedrock.invocation.record_size": origin.sizeBytes,
  };
}
