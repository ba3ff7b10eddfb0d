/** Records with less in them than was mapped. */
import type { LogRecord } from "../../pipeline/batch.ts";
import { allowedAttributes } from "./allow_list.ts";
import { metadataText } from "./metadata_text.ts";
import { readInvocation } from "./record.ts";

/** About the encoded size of a record without content. */
export const METADATA_BYTES = 1500;

/**
 * The record reduced to what may leave without content, whatever its mode: attributes of the field table's allow-list
 * that pass its checks, and no body.
 */
export function withoutContent(record: LogRecord): LogRecord {
  const { body: _, ...rest } = record;
  const attributes = allowedAttributes(record.attributes) as LogRecord["attributes"];
  return { ...rest, attributes, sizeBytes: METADATA_BYTES };
}

/** Attributes that grow with the bodies. */
const BULK: ReadonlySet<string> = new Set([
  "gen_ai.system_instructions",
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "gen_ai.tool.definitions",
  "gen_ai.policy.match_detail",
  "event.original",
  "aws_bedrock.invocation.artifacts",
  "aws_bedrock.invocation.input.body",
  "aws_bedrock.invocation.output.body",
  "aws_bedrock.invocation.output.completion_text",
]);

/**
 * A record that is too large for an endpoint, without its messages and bodies: their sizes and the place where the
 * record was read stay. Undefined when there is nothing to leave out.
 */
export function shrunk(record: LogRecord): LogRecord | undefined {
  const { body, ...rest } = record;
  const kept = Object.entries(record.attributes).filter(([name]) => !BULK.has(name));
  const reducedBody = typeof body === "string" ? withoutBodies(body) : undefined;
  const isSmaller = kept.length < Object.keys(record.attributes).length || reducedBody !== body;
  if (!isSmaller) return undefined;
  const attributes = Object.fromEntries(kept);
  const message =
    `Too large for the endpoint: left out messages and bodies of a record of ${record.origin.sizeBytes} bytes`;
  const before = attributes["error.message"];
  attributes["error.message"] = typeof before === "string" ? `${before}; ${message}` : message;
  return {
    ...rest,
    ...reducedBody === undefined ? undefined : { body: reducedBody },
    attributes,
    sizeBytes: METADATA_BYTES + (reducedBody?.length ?? 0),
  };
}

/** The text of a record (mode `raw`) without its bodies; undefined when it is no record. */
function withoutBodies(text: string): string | undefined {
  const invocation = readInvocation(text);
  return "reason" in invocation ? undefined : metadataText(invocation.log, []);
}
