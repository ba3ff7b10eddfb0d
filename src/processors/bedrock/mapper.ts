import { type HrTime, SeverityNumber } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { InvocationAttributes } from "../../mappings/generated/invocation.ts";
import type { LogRecord, Origin } from "../../component/batch.ts";
import { MAX_VALUES } from "../../decode/weight.ts";
import { VERSION } from "../../version.ts";
import { addAllowed } from "./allow_list.ts";
import { noAttributes, put } from "./modes/attributes.ts";
import type { BedrockConfig } from "./config.ts";
import { METADATA_BYTES } from "./content.ts";
import { bytesOf } from "./modes/document.ts";
import { type JsonObject, textOf } from "./read/json.ts";
import type { Body, Mode } from "./modes/mode.ts";
import { modeOf } from "./modes/modes.ts";
import { outcomeOf } from "./read/outcome.ts";
import { type Invocation, type Outcome, timeOf } from "./read/record.ts";

/** The core semantic conventions, whose names the records of most modes use. */
const SCHEMA_URL = "https://opentelemetry.io/schemas/1.45.0";

const ERROR = { severityNumber: SeverityNumber.ERROR, severityText: "ERROR" };
const WARN = { severityNumber: SeverityNumber.WARN, severityText: "WARN" };
const INFO = { severityNumber: SeverityNumber.INFO, severityText: "INFO" };

/** Ids that Elasticsearch takes, without blanks. */
const DOCUMENT_ID = /^[\w-]{1,128}$/;

/** Makes the mapped records: what the mode maps, and what is the same in every mode. */
export class Mapper {
  readonly #config: BedrockConfig;
  readonly #mode: Mode;
  /** Whether records have content, whole or redacted. */
  readonly #hasContent: boolean;
  readonly #constants: InvocationAttributes;
  readonly #resource: LogRecord["resource"];
  readonly #scope: LogRecord["instrumentationScope"];

  constructor(config: BedrockConfig, { resource }: { resource: Readonly<Record<string, string>> }) {
    this.#config = config;
    this.#mode = modeOf(config);
    this.#hasContent = config.content !== "metadata_only";
    this.#resource = resourceFromAttributes({ "cloud.provider": "aws", "service.name": "bedrock-otel", ...resource });
    this.#scope = scopeOf(this.#mode);
    this.#constants = {
      "data_stream.type": "logs",
      "data_stream.dataset": "aws_bedrock.invocation",
      "data_stream.namespace": config.namespace,
      ...this.#mode.constants,
    };
  }

  /** The record of an invocation; `modelBehind`: what is known of the model that its `modelId` does not name. */
  invocation(
    record: LogRecord,
    invocation: Invocation,
    { modelBehind }: { modelBehind: string | undefined },
  ): LogRecord {
    const { log } = invocation;
    const attributes = this.#begin(record);
    const mapped = this.#hasContent ? attributes : noAttributes();
    const time = timeOf(log["timestamp"]);
    const body = this.#mode.map(invocation, {
      origin: record.origin,
      time: time ?? record.hrTimeObserved,
      modelBehind,
      target: { attributes: mapped, alwaysAllowed: attributes },
    });
    if (!this.#hasContent) addAllowed(attributes, mapped);
    this.#addId(attributes, record.origin, textOf(log["requestId"]));
    if (time === undefined) addProblem(attributes, timestampProblem(log));
    if (invocation.isHeavy === true && body !== invocation.text) addProblem(attributes, this.#heavyProblem());
    const severity = severityOf(outcomeOf(invocation));
    return this.#finish(record, { time, severity, attributes, body, eventName: this.#mode.eventName });
  }

  /** The record of a text that is no invocation. `message` quotes nothing of it. */
  pipelineError(record: LogRecord, { message, text }: { message: string; text: string }): LogRecord {
    const attributes = this.#begin(record);
    const body = this.#config.content === "full" && text !== "" ? this.#mode.original(text, attributes) : undefined;
    this.#addId(attributes, record.origin);
    Object.assign(
      attributes,
      {
        "event.kind": "pipeline_error",
        "error.message": message,
        "aws_bedrock.invocation.record_size": record.origin.sizeBytes,
      } satisfies InvocationAttributes,
    );
    return this.#finish(record, { time: undefined, severity: ERROR, attributes, body, eventName: undefined });
  }

  /** The attributes of every record, and those of its place in the source. */
  #begin(record: LogRecord): InvocationAttributes {
    return Object.assign(noAttributes(), this.#constants, record.attributes);
  }

  #finish(
    { hrTimeObserved, origin, body: text }: LogRecord,
    { time, severity, attributes, body, eventName }: {
      time: HrTime | undefined;
      severity: typeof INFO;
      attributes: InvocationAttributes;
      body: Body;
      eventName: string | undefined;
    },
  ): LogRecord {
    Object.assign(attributes, this.#config.fields);
    const hrTime = time ?? hrTimeObserved;
    const mapped = { attributes, body };
    const final = this.#mode.document?.(attributes, { body, time: hrTime }) ?? mapped;
    const record: { -readonly [member in keyof LogRecord]: LogRecord[member] } = {
      hrTime,
      hrTimeObserved,
      severityNumber: severity.severityNumber,
      severityText: severity.severityText,
      resource: this.#resource,
      instrumentationScope: this.#scope,
      attributes: final.attributes as LogRecord["attributes"],
      droppedAttributesCount: 0,
      origin,
      sizeBytes: METADATA_BYTES + this.#contentBytes(final, { origin, text }),
    };
    if (final.body !== undefined) record.body = final.body as NonNullable<LogRecord["body"]>;
    if (eventName !== undefined) record.eventName = eventName;
    return record;
  }

  #heavyProblem(): string {
    const fate = this.#config.content === "full" ? "taken as text" : "left out";
    return `Too many values to be read (more than ${MAX_VALUES}): the parts of the record that have most are ${fate}`;
  }

  /** About how many bytes the content takes, if its characters take as many as those of the record. */
  #contentBytes(
    { attributes, body }: { attributes: InvocationAttributes; body: Body },
    { origin, text }: { origin: Origin; text: LogRecord["body"] },
  ): number {
    const characters = typeof text === "string" ? text.length : 0;
    const bytesPerCharacter = characters === 0 ? 1 : origin.sizeBytes / characters;
    return Math.ceil(this.#contentCharacters({ attributes, body }, characters) * bytesPerCharacter);
  }

  #contentCharacters(
    { attributes, body }: { attributes: InvocationAttributes; body: Body },
    ofRecord: number,
  ): number {
    if (typeof body === "object") return bytesOf(body);
    const mapped = this.#hasContent && this.#config.mapping !== "raw" ? charactersOf(attributes, ofRecord) : 0;
    return mapped + (body?.length ?? 0);
  }

  #addId(attributes: InvocationAttributes, origin: Origin, requestId?: string): void {
    const id = this.#documentId(origin, requestId);
    for (const name of this.#mode.idAttributes) put(attributes, name, id);
  }

  #documentId({ id }: Origin, requestId: string | undefined): string | undefined {
    const { document_id } = this.#config;
    if (document_id === "none") return undefined;
    return document_id === "request_id" && requestId !== undefined && DOCUMENT_ID.test(requestId) ? requestId : id;
  }
}

function severityOf({ failure, intervened }: Outcome): typeof INFO {
  return failure !== undefined ? ERROR : intervened ? WARN : INFO;
}

function scopeOf({ storedAs, schemaUrl = SCHEMA_URL }: Mode): LogRecord["instrumentationScope"] {
  const attributes = storedAs && { "elastic.mapping.mode": storedAs };
  return { name: "bedrock-otel", version: VERSION, schemaUrl, ...attributes && { attributes } };
}

/** Appends a problem to `error.message`. */
function addProblem(attributes: InvocationAttributes, problem: string): void {
  const before = attributes["error.message"];
  attributes["error.message"] = before === undefined ? problem : `${before}; ${problem}`;
}

function timestampProblem({ timestamp }: JsonObject): string {
  const problem = timestamp === undefined ? "missing" : "no time from 1970 to 2262";
  return `Cannot read the record's timestamp: it is ${problem}`;
}

/** About how many characters the content has: its messages are as long as the record, some of it is there twice. */
function charactersOf(attributes: InvocationAttributes, ofRecord: number): number {
  return ofRecord + (attributes["event.original"]?.length ?? 0) +
    (attributes["aws_bedrock.invocation.input.prompt_text"]?.length ?? 0) +
    (attributes["aws_bedrock.invocation.output.completion_text"]?.length ?? 0);
}
