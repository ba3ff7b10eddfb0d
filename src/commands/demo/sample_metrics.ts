import type { Datum } from "./cloudwatch.ts";
import type { Invocation } from "./samples.ts";

const NAMESPACE = "AWS/Bedrock";

/** What Bedrock would have told CloudWatch of these invocations. */
export function sampleMetrics(invocations: readonly Invocation[]): Datum[] {
  return invocations.flatMap((invocation) => {
    const timeMs = Date.parse(String(invocation["timestamp"]));
    const ofModel = { namespace: NAMESPACE, dimensions: { ModelId: String(invocation["modelId"]) }, timeMs };
    return [
      ...valuesOf(invocation).map(([metric, value]) => ({ ...ofModel, metric, value })),
      { namespace: NAMESPACE, dimensions: {}, timeMs, metric: "ModelInvocationLogsS3DeliverySuccess", value: 1 },
    ];
  });
}

function valuesOf(invocation: Invocation): (readonly [metric: string, value: number])[] {
  if (invocation["errorCode"] === "ThrottlingException") return [["InvocationThrottles", 1]];
  const { input, output } = invocation as unknown as {
    input: { inputTokenCount: number };
    output: { outputTokenCount: number };
  };
  const firstTokenMs = measured(invocation, "firstByteLatency");
  return [
    ["Invocations", 1],
    ["InvocationLatency", measured(invocation, "invocationLatency") ?? measured(invocation, "latencyMs") ?? 0],
    ["InputTokenCount", input.inputTokenCount],
    ["OutputTokenCount", output.outputTokenCount],
    ...firstTokenMs === undefined ? [] : [["TimeToFirstToken", firstTokenMs] as const],
  ];
}

/** A number that stands in a place that depends on how the model answers. */
function measured(invocation: Invocation, name: string): number | undefined {
  const digits = new RegExp(`"${name}":(\\d+)`).exec(JSON.stringify(invocation))?.[1];
  return digits === undefined ? undefined : Number(digits);
}
