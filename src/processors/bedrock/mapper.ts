import { type HrTime, SeverityNumber } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { InvocationAttributes } from "../../mappings/generated/invocation.ts";
import type { LogRecord, Origin } from "../../pipeline/batch.ts";
import { VERSION } from "../../version.ts";
import { allowedAttributes } from "./allow_list.ts";
import { put } from "./attributes.ts";
import type { BedrockConfig } from "./config.ts";
import { METADATA_BYTES } from "./content.ts";
import { hasIntervened } from "./guardrails.ts";
import { type JsonObject, textOf } from "./json.ts";
import type { Mode } from "./modes/mode.ts";
import { modeOf } from "./modes/modes.ts";
import { pipelineErrorAttributes } from "./pipeline_error.ts";
import { type Invocation, timeOf } from "./record.ts";

/** The semantic conventions whose names the records use. */
const SCHEMA_URL = "https://opentelemetry.io/schemas/1.45.0";

const ERROR = { severityNumber: SeverityNumber.ERROR, severityText: "ERROR" };
const WARN = { severityNumber: SeverityNumber.WARN, severityText: "WARN" };
const INFO = { severityNumber: SeverityNumber.INFO, severityText: "INFO" };

/** Ids that Elasticsearch takes, without blanks. */
const DOCUMENT_ID = /^[\w-]{1,128}$/;

/** Makes the records that leave: what a mode maps, and what is the same in every mode. */
export class Mapper {
  readonly #config: BedrockConfig;
  readonly #mode: Mode;
  readonly #keepsContent: boolean;
  readonly #constants: InvocationAttributes;
  readonly #resource: LogRecord["resource"];
  readonly #scope: LogRecord["instrumentationScope"];

  constructor(config: BedrockConfig, { resource }: { resource: Readonly<Record<string, string>> }) {
    this.#config = config;
    this.#mode = modeOf(config);
    this.#keepsContent = config.content === "full";
    this.#resource = resourceFromAttributes({ "cloud.provider": "aws", "service.name": "bedrock-otel", ...resource });
    // The Collector writes the attributes to the document's root, and a text body to `message`.
    const attributes = { "elastic.mapping.mode": "ecs" };
    this.#scope = { name: "bedrock-otel", version: VERSION, schemaUrl: SCHEMA_URL, attributes };
    const keepsOriginal = config.preserve_original_event && this.#keepsContent;
    const tags = keepsOriginal ? [...config.tags, "preserve_original_event"] : config.tags;
    this.#constants = {
      "data_stream.type": "logs",
      "data_stream.dataset": "aws_bedrock.invocation",
      "data_stream.namespace": config.namespace,
      ...tags.length > 0 ? { tags } : undefined,
      ...this.#mode.constants,
    };
  }

  /** The record of an invocation. */
  invocation(record: LogRecord, invocation: Invocation): LogRecord {
    const { log, output } = invocation;
    const attributes = this.#begin(record);
    const mapped = this.#keepsContent ? attributes : {};
    const body = this.#mode.map(invocation, {
      origin: record.origin,
      target: { attributes: mapped, chosen: attributes },
    });
    if (!this.#keepsContent) Object.assign(attributes, allowedAttributes(mapped));
    put(attributes, "elasticsearch.document_id", this.#documentId(record.origin, textOf(log["requestId"])));
    const time = timeOf(log["timestamp"]);
    if (time === undefined) put(attributes, "error.message", timestampProblem(log));
    const intervened = hasIntervened(output["outputBodyJson"]);
    const severity = textOf(log["errorCode"]) !== undefined ? ERROR : intervened ? WARN : INFO;
    return this.#finish(record, { time, severity, attributes, body });
  }

  /** The record of a text that is no invocation. `message` quotes nothing of it. */
  pipelineError(record: LogRecord, { message, text }: { message: string; text: string }): LogRecord {
    const attributes = this.#begin(record);
    const body = this.#keepsContent && text !== "" ? this.#mode.original(text, attributes) : undefined;
    put(attributes, "elasticsearch.document_id", this.#documentId(record.origin, undefined));
    Object.assign(attributes, pipelineErrorAttributes(record.origin, message));
    return this.#finish(record, { time: undefined, severity: ERROR, attributes, body });
  }

  /** What is the same for every record, and what the receiver knows of the place. */
  #begin(record: LogRecord): InvocationAttributes {
    return Object.assign({ ...this.#constants }, record.attributes);
  }

  #finish(
    { hrTimeObserved, origin }: LogRecord,
    { time, severity, attributes, body }: {
      time: HrTime | undefined;
      severity: typeof INFO;
      attributes: InvocationAttributes;
      body: string | undefined;
    },
  ): LogRecord {
    Object.assign(attributes, this.#config.fields);
    const contentBytes = this.#keepsContent && this.#config.mapping !== "raw" ? contentBytesOf(attributes, origin) : 0;
    const record = {
      hrTime: time ?? hrTimeObserved,
      hrTimeObserved,
      severityNumber: severity.severityNumber,
      severityText: severity.severityText,
      resource: this.#resource,
      instrumentationScope: this.#scope,
      attributes: attributes as LogRecord["attributes"],
      droppedAttributesCount: 0,
      origin,
      sizeBytes: METADATA_BYTES + contentBytes + (body?.length ?? 0),
    };
    return body === undefined ? record : { ...record, body };
  }

  #documentId({ id }: Origin, requestId: string | undefined): string | undefined {
    switch (this.#config.document_id) {
      case "none":
        return undefined;
      case "request_id":
        return requestId !== undefined && DOCUMENT_ID.test(requestId) ? requestId : id;
      default:
        return id;
    }
  }
}

function timestampProblem({ timestamp }: JsonObject): string {
  return `Cannot read the record's timestamp: it is ${
    timestamp === undefined ? "missing" : "no time from 1970 to 2262"
  }`;
}

/** About how many bytes the content takes: its messages are as long as the record, some of it is there twice. */
function contentBytesOf(attributes: InvocationAttributes, { sizeBytes }: Origin): number {
  return sizeBytes + (attributes["event.original"]?.length ?? 0) +
    (attributes["aws_bedrock.invocation.output.completion_text"]?.length ?? 0);
}
