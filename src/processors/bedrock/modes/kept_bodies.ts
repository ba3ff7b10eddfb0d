import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import type { Exchange } from "../dialects/exchange.ts";
import { addKeptRecord } from "./kept_record.ts";
import { bodyTextsOf } from "../read/body_text.ts";
import { bodyIn, sideValueOf } from "../read/body_value.ts";
import { isObject, type JsonObject, jsonTextOf } from "../read/json.ts";
import type { Invocation } from "../read/record.ts";
import { put } from "./attributes.ts";
import { addAttributes, MappedValues } from "./mapped_values.ts";
import { unmappedOf } from "./unmapped.ts";

/** The values of the messages and tools, and what leaves as it was logged, before a mode encodes them. */
export function messageValuesOf({ request, response }: Exchange, log: JsonObject): MappedValues {
  const mapped = new MappedValues();
  for (const own of [request?.system, request?.messages, request?.tools, response?.messages]) mapped.addOwn(own);
  mapped.add(response?.additionalFields);
  // Of two values of a key one leaves: the other stays in its body.
  if (!isObject(log["requestMetadata"])) mapped.add(request?.metadata);
  return mapped;
}

/**
 * Keeps of the bodies what stands in no other field: a body without messages as it was logged, of others the members that no
 * field has. So it does with what stands beside the bodies. `mapped`: the values of the messages; all other attributes are
 * there.
 */
export function addKept(
  attributes: InvocationAttributes,
  { request, response }: Exchange,
  { invocation, mapped }: { invocation: Invocation; mapped: MappedValues },
): void {
  addAttributes(mapped, attributes);
  const isWholeRequest = !request?.messages && !request?.system;
  put(
    attributes,
    "aws_bedrock.invocation.input.body",
    keptText(invocation, "input", isWholeRequest ? undefined : mapped),
  );
  const isWholeResponse = !response?.messages && response?.operation !== "embeddings";
  put(
    attributes,
    "aws_bedrock.invocation.output.body",
    keptText(invocation, "output", isWholeResponse ? undefined : mapped),
  );
  addKeptRecord(attributes, invocation, mapped);
}

/** The whole body, or what of it is not mapped. */
function keptText(
  invocation: Invocation,
  side: "input" | "output",
  mapped: MappedValues | undefined,
): string | undefined {
  const body = bodyIn(invocation, side);
  if (body === undefined || body === null || body === "") return undefined;
  if (mapped === undefined) return wholeText(invocation, side);
  const rest = unmappedOf(sideValueOf(invocation, side), mapped);
  return rest === undefined ? undefined : jsonTextOf(rest) ?? wholeText(invocation, side);
}

function wholeText(invocation: Invocation, side: "input" | "output"): string | undefined {
  const body = bodyIn(invocation, side);
  if (typeof body === "string") return body;
  // A redacted body is written again.
  if (invocation.loggedSizes !== undefined) return jsonTextOf(body);
  return (invocation.bodyTexts ?? bodyTextsOf(invocation.text))[side];
}
