import type { HrTime } from "@opentelemetry/api";
import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import type { Origin } from "../../../component/batch.ts";
import type { Document } from "./document.ts";
import type { Invocation } from "../read/record.ts";

/** Where a mode puts what it maps. */
export interface Target {
  /** Reduced to the allow-list with `content: metadata_only`. */
  readonly attributes: InvocationAttributes;
  /** The caller's metadata that the configuration allows, whatever `content` is. */
  readonly alwaysAllowed: InvocationAttributes;
}

/** What a mode maps with. */
export interface MapOptions {
  readonly origin: Origin;
  /** Time of the invocation. */
  readonly time: HrTime;
  /** The model behind the one that the record names, where it is known otherwise. */
  readonly modelBehind: string | undefined;
  readonly target: Target;
}

/** The body of a record: a text, or a whole document. */
export type Body = string | Document | undefined;

/** One value of the setting `mapping`. What is the same in every mode is added by the mapper. */
export interface Mode {
  /** The exporter's mapping mode (`elastic.mapping.mode`); absent: OpenTelemetry's own structure. */
  readonly storedAs?: "ecs" | "bodymap";
  /** The semantic conventions whose names the records use; absent: the core conventions. */
  readonly schemaUrl?: string;
  /** Event name of an invocation's record. */
  readonly eventName?: string;
  /** Attributes that hold the document's id. */
  readonly idAttributes: readonly ("elasticsearch.document_id" | "log.record.uid")[];
  /** Attributes of every record, also of those that are no invocation. */
  readonly constants: InvocationAttributes;
  /** Maps an invocation and returns the record's body. */
  map(invocation: Invocation, options: MapOptions): Body;
  /** Keeps the text of a record that is no invocation: in an attribute, or as the returned body. */
  original(text: string, attributes: InvocationAttributes): Body;
  /** Makes attributes and body one document, in a mode whose records are their body. */
  document?(
    attributes: InvocationAttributes,
    options: { body: Body; time: HrTime },
  ): { attributes: InvocationAttributes; body: Document };
}
