import type { HrTime } from "@opentelemetry/api";
import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { allowedValue } from "../allow_list.ts";
import { put } from "./attributes.ts";
import type { BedrockConfig } from "../config.ts";
import { type Document, place, reducedDocument } from "./document.ts";
import { cutOriginal, originalOf } from "../read/original_text.ts";
import { metadataField, requestMetadataOf } from "./request_metadata.ts";
import { tagsOf } from "./tags.ts";
import { invocationDocument } from "./integration/invocation_document.ts";
import { renamedKey } from "./integration/renames.ts";
import { normalized, normalizedDocument } from "./integration/normalized.ts";
import type { Mode } from "./mode.ts";

/** A tag by which users of the integration keep the bodies in the document as objects too. */
const KEEP_BODIES = "preserve_duplicate_custom_fields";

/**
 * Mode `integration`: the body is the document that the ingest pipeline of Elastic's integration would make. Where the
 * pipeline fails, the rest is mapped by the same rules. `docs/elastic.md` lists what differs on purpose.
 *
 * @see https://github.com/elastic/integrations/tree/main/packages/aws_bedrock/data_stream/invocation
 */
export function integrationMode(config: BedrockConfig): Mode {
  const keepsBodies = config.tags.includes(KEEP_BODIES);
  return {
    storedAs: "bodymap",
    idAttributes: ["elasticsearch.document_id"],
    constants: {
      ...tagsOf(config),
      "ecs.version": "8.11.0",
      "event.module": "aws_bedrock",
      "event.dataset": "aws_bedrock.invocation",
    },
    map(invocation, { time, target: { attributes, alwaysAllowed } }) {
      if (config.preserve_original_event) attributes["event.original"] = originalOf(invocation.text);
      const metadata = requestMetadataOf([normalized(invocation.log["requestMetadata"])], config);
      put(alwaysAllowed, "aws_bedrock.invocation.requestMetadata", metadataField(metadata, renamedKey));
      const document = normalizedDocument(
        invocationDocument(invocation, { timestamp: timestampOf(time), keepsBodies }),
      );
      return config.content === "metadata_only" ? reducedDocument(document, allowedValue) : document;
    },
    original(text, attributes) {
      attributes["event.original"] = cutOriginal(text);
      return undefined;
    },
    document(attributes, { body, time }) {
      const document: Document = { "@timestamp": timestampOf(time), ...typeof body === "object" && body };
      for (const [name, value] of Object.entries(attributes)) {
        if (name === "error.message") place(document, name, problemsIn(String(value)));
        else if (name !== "elasticsearch.document_id") place(document, name, value);
      }
      return { attributes: routingOf(attributes), body: document };
    },
  };
}

/** The problems that a message reports, as the integration lists them. */
function problemsIn(message: string): string[] {
  return message.split(/; (?=Cannot |Too )/);
}

/** The attributes that stay beside the document: they say where it goes. */
function routingOf(attributes: InvocationAttributes): InvocationAttributes {
  const routing: InvocationAttributes = {};
  put(routing, "data_stream.type", attributes["data_stream.type"]);
  put(routing, "data_stream.dataset", attributes["data_stream.dataset"]);
  put(routing, "data_stream.namespace", attributes["data_stream.namespace"]);
  put(routing, "elasticsearch.document_id", attributes["elasticsearch.document_id"]);
  return routing;
}

/** `2026-03-04T03:13:23.000Z` */
function timestampOf([seconds, nanos]: HrTime): string {
  return new Date(seconds * 1000 + Math.floor(nanos / 1e6)).toISOString();
}
