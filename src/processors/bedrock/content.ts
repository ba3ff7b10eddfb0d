/** Reduced records. */
import type { LogRecord } from "../../component/batch.ts";
import { allowedAttributes, allowedValue } from "./allow_list.ts";
import { bytesOf, type Document, fieldOf, place, reducedDocument } from "./modes/document.ts";
import { isObject, type JsonObject, listOf, objectOf } from "./read/json.ts";
import { metadataText } from "./metadata_text.ts";
import { readInvocation } from "./read/record.ts";

/** About the encoded size of a record without content. */
export const METADATA_BYTES = 1500;

/**
 * The record without content, in any mode: only attributes on the field table's allow-list that pass its checks, the
 * fields of a document by the same rule, and no text as body.
 */
export function withoutContent(record: LogRecord): LogRecord {
  const { body, ...rest } = record;
  const attributes = allowedAttributes(record.attributes) as LogRecord["attributes"];
  return {
    ...rest,
    ...isObject(body) && { body: reducedBody(body, allowedValue) as Body },
    attributes,
    sizeBytes: METADATA_BYTES,
  };
}

type Body = NonNullable<LogRecord["body"]>;

/** A document with fewer fields; its time stays. */
function reducedBody(document: JsonObject, keep: (path: string, value: unknown) => unknown): Document {
  return { ...reducedDocument(document, keep), "@timestamp": document["@timestamp"] };
}

/** Fields that grow with the bodies. */
const BULK: ReadonlySet<string> = new Set([
  "gen_ai.system_instructions",
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "gen_ai.tool.definitions",
  "gen_ai.policy.match_detail",
  "gen_ai.prompt",
  "gen_ai.completion",
  "event.original",
  "aws_bedrock.invocation.artifacts",
  "aws_bedrock.invocation.images",
  "aws_bedrock.invocation.image_variation_params.images",
  "aws_bedrock.invocation.image_variation_params.text",
  "aws_bedrock.invocation.messages",
  "aws_bedrock.invocation.system.text",
  "aws_bedrock.invocation.input.body",
  "aws_bedrock.invocation.input.input_body_json",
  "aws_bedrock.invocation.output.body",
  "aws_bedrock.invocation.record",
  "aws_bedrock.invocation.output.output_body_json",
  "aws_bedrock.invocation.output.additional_model_response_fields",
  "aws_bedrock.invocation.input.prompt_text",
  "aws_bedrock.invocation.output.completion_text",
]);

/**
 * A record that is too large for an endpoint, without its messages and bodies: their sizes and the record's place in
 * its source stay. Undefined when there is nothing to leave out.
 */
export function withoutBodies(record: LogRecord): LogRecord | undefined {
  return isObject(record.body) ? documentWithoutBodies(record, record.body) : attributesWithoutBodies(record);
}

function attributesWithoutBodies(record: LogRecord): LogRecord | undefined {
  const { body, ...rest } = record;
  const kept = Object.entries(record.attributes).filter(([name]) => !BULK.has(name));
  const reducedText = typeof body === "string" ? textWithoutBodies(body) : undefined;
  const isSmaller = kept.length < Object.keys(record.attributes).length || reducedText !== body;
  if (!isSmaller) return undefined;
  const attributes = Object.fromEntries(kept);
  const before = attributes["error.message"];
  attributes["error.message"] = typeof before === "string" ? `${before}; ${tooLarge(record)}` : tooLarge(record);
  return {
    ...rest,
    ...reducedText === undefined ? undefined : { body: reducedText },
    attributes,
    sizeBytes: METADATA_BYTES + (reducedText?.length ?? 0),
  };
}

/** Members of the invocation that the table does not list may have any size, so they are left out too. */
function documentWithoutBodies(record: LogRecord, document: JsonObject): LogRecord | undefined {
  let leftOut = 0;
  const body = reducedBody(document, (path, value) => {
    const stays = !BULK.has(path) && (fieldOf(path) !== undefined || !path.startsWith("aws_bedrock.invocation."));
    if (!stays) leftOut++;
    return stays ? value : undefined;
  });
  if (leftOut === 0) return undefined;
  place(body, "error.message", [...listOf(objectOf(document["error"])["message"]), tooLarge(record)]);
  return { ...record, body: body as Body, sizeBytes: METADATA_BYTES + bytesOf(body) };
}

function tooLarge({ origin }: LogRecord): string {
  return `Too large for the endpoint: left out messages and bodies of a record of ${origin.sizeBytes} bytes`;
}

/** The text of a record (mode `raw`) without its bodies; undefined when it is no record. */
function textWithoutBodies(text: string): string | undefined {
  const invocation = readInvocation(text);
  return "reason" in invocation ? undefined : metadataText(invocation.log, []);
}
