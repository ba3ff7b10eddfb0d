/** Attributes of an invocation that no conventions have, which modes `ecs` and `otel` share. */
import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import type { Origin } from "../../../component/batch.ts";
import type { Exchange } from "../dialects/exchange.ts";
import { INPUT_TEXTS, OUTPUT_TEXTS, putTexts, VIDEO_NUMBERS } from "../metadata_text.ts";
import { countOf, type JsonObject } from "../read/json.ts";
import { loggedBodiesOf } from "../read/logged_bodies.ts";
import type { Invocation } from "../read/record.ts";
import { performanceLatencyOf, serviceTierOf } from "../read/served.ts";
import { put } from "./attributes.ts";

/** Adds how a call was served: in which tier, and how fast. */
export function addServed(
  attributes: InvocationAttributes,
  { requestBody, answered, metrics }: Exchange,
  log: JsonObject,
): void {
  const served = { log, request: requestBody, answered };
  put(attributes, "aws_bedrock.invocation.performance_latency", performanceLatencyOf(served));
  put(attributes, "aws_bedrock.invocation.service_tier", serviceTierOf(served));
  put(attributes, "aws_bedrock.invocation.latency.total_ms", metrics.totalMs);
  put(attributes, "aws_bedrock.invocation.latency.first_byte_ms", metrics.firstByteMs);
}

/** Adds type, size and place of the bodies, and what kinds of content are in the request. */
export function addBodies(
  attributes: InvocationAttributes,
  { request }: Exchange,
  { invocation, origin }: { invocation: Invocation; origin: Origin },
): void {
  const { input, output, loggedSizes } = invocation;
  putTexts(attributes, input, INPUT_TEXTS);
  putTexts(attributes, output, OUTPUT_TEXTS);
  for (const [name, attribute, read] of VIDEO_NUMBERS) put(attributes, attribute, read(output[name]));
  put(attributes, "aws_bedrock.invocation.input.token_count", countOf(input["inputTokenCount"]));
  if (request !== undefined && request.kinds.size > 0) {
    attributes["aws_bedrock.invocation.input.content_kinds"] = [...request.kinds].sort();
  }
  // A redacted body is written again only where its text is needed.
  const logged = loggedSizes === undefined
    ? loggedBodiesOf(invocation, { isAscii: invocation.text.length === origin.sizeBytes })
    : undefined;
  put(attributes, "aws_bedrock.invocation.input.body_size", loggedSizes?.input ?? logged?.input?.sizeBytes);
  put(attributes, "aws_bedrock.invocation.output.body_size", loggedSizes?.output ?? logged?.output?.sizeBytes);
}
