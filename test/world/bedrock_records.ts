/** For tests of the processor: samples, what becomes of them, and whether that agrees with the field table. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { plainNumber } from "../../src/mappings/exact_number.ts";
import { type FieldDefinition, FieldLookup, type Mode } from "../../src/mappings/field.ts";
import { INVOCATION_FIELDS } from "../../src/mappings/generated/invocation.ts";
import { batchOf, type LogRecord, type OriginFault } from "../../src/component/batch.ts";
import { createFlowControl } from "../../src/component/flow_control.ts";
import { quietEvents } from "./quiet_events.ts";
import { bedrockFactory } from "../../src/processors/bedrock/factory.ts";
import { isObject, type JsonObject } from "../../src/processors/bedrock/read/json.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/invocation/", import.meta.url));

/** Names of all sample records; each has an expected document in every mode. */
export const ALL_SAMPLES = readdirSync(FIXTURES).map((file) => /^(\w+)\.json$/.exec(file)?.[1])
  .filter((name) => name !== undefined).sort();

/** A file of the fixtures as JSON. */
export function fixture(file: string): unknown {
  return JSON.parse(readFileSync(FIXTURES + file, "utf8"));
}

/** A sample as Bedrock writes it: one line. */
export function sampleText(name: string): string {
  return JSON.stringify(fixture(`${name}.json`));
}

/** A sample with some members replaced, and with these bodies. */
export function sampleWith(
  name: string,
  members: JsonObject,
  { request, response }: { request?: unknown; response?: unknown } = {},
): string {
  const record = { ...fixture(`${name}.json`) as { input: JsonObject; output: JsonObject }, ...members };
  return JSON.stringify({
    ...record,
    ...request !== undefined && { input: { ...record.input, inputBodyJson: request } },
    ...response !== undefined && { output: { ...record.output, outputBodyJson: response } },
  });
}

const SOURCE_ATTRIBUTES = {
  "aws.s3.bucket.name": "example-bedrock-logs",
  "aws.s3.bucket.arn": "arn:aws:s3:::example-bedrock-logs",
  "aws.s3.object.key": "AWSLogs/123456789012/log.json.gz",
  "log.file.path": "https://example-bedrock-logs.s3.us-east-1.amazonaws.com/AWSLogs/123456789012/log.json.gz",
  "log.offset": 4096,
};

/** A record as the S3 receiver hands it on; without text when the receiver found a fault. */
export function received(text: string | undefined, fault?: OriginFault): LogRecord {
  const sizeBytes = text === undefined ? 20_000_000 : new TextEncoder().encode(text).length;
  const id = "0123456789abcdef0123456789abcdef-000000004096";
  return {
    hrTime: [1_780_000_000, 0],
    hrTimeObserved: [1_780_000_000, 5],
    resource: resourceFromAttributes({}),
    instrumentationScope: { name: "test" },
    attributes: { ...SOURCE_ATTRIBUTES },
    droppedAttributesCount: 0,
    origin: { source: { name: "s3://b/k" }, position: 4096, id, sizeBytes, ...fault && { fault } },
    sizeBytes,
    ...text === undefined ? undefined : { body: text },
  };
}

/** What leaves when these records come in, and what was said about it. */
export async function processed(
  records: readonly LogRecord[],
  settings: Record<string, unknown> = {},
  resource: Record<string, string> = {},
) {
  const { events, lines } = quietEvents();
  const config = bedrockFactory.schema.parse(settings);
  const flowControl = createFlowControl({ maxInFlightBytes: 64 * 1024 * 1024 });
  const processor = bedrockFactory.create({ id: "bedrock", config, events, resource });
  const batches: LogRecord[][] = [];
  const consumer = processor.logs?.({
    consume(batch) {
      batches.push([...batch.items]);
      return Promise.resolve();
    },
  }, flowControl);
  await consumer?.consume(batchOf(records));
  return { records: batches.flat(), batches, events, lines, processor, flowControl };
}

/** The one record that leaves for a text. */
export async function mapped(text: string, settings: Record<string, unknown> = {}): Promise<LogRecord> {
  const { records: [record] } = await processed([received(text)], settings);
  if (record === undefined) throw new Error("The record was left out");
  return record;
}

const fields = new FieldLookup<FieldDefinition>(INVOCATION_FIELDS, (definition) => definition);

/** Attributes that the field table lacks in this mode, or knows by another type; empty when all is well. */
export function tableProblems({ attributes, body }: LogRecord, mode: Mode): string[] {
  const ofDocument = typeof body === "object" && body !== null ? documentProblems(body as JsonObject, "") : [];
  return Object.entries(attributes).flatMap(([name, value]) => {
    const field = fields.get(name);
    if (field === undefined) return [`${name} is not in the table`];
    if (!field.modes.includes(mode)) return [`${name} is not in mode ${mode}`];
    return isOfType(value, field.otlp) ? [] : [`${name} is no ${field.otlp}: ${JSON.stringify(value)}`];
  }).concat(ofDocument);
}

/**
 * The same of a document (mode `integration`). What Bedrock logs beyond the table stays in it as logged, and a list may
 * be a single value.
 */
function documentProblems(document: JsonObject, prefix: string): string[] {
  return Object.entries(document).flatMap(([name, value]) => {
    const path = prefix + name;
    // A list, as in the integration.
    if (path === "error.message") return isOfType(value, "string[]") ? [] : [`${path} is no list of texts`];
    const field = fields.get(path);
    if (field?.modes.includes("integration")) {
      const isFine = field.otlp === "any" || isOfType(value, field.otlp) ||
        (field.otlp.endsWith("[]") && isOfType([value], field.otlp));
      return isFine ? [] : [`${path} is no ${field.otlp}: ${JSON.stringify(value)}`];
    }
    if (Object.keys(INVOCATION_FIELDS).some((known) => known.startsWith(`${path}.`))) {
      return (Array.isArray(value) ? value : [value]).flatMap((element) =>
        isObject(element) ? documentProblems(element, `${path}.`) : [`${path} is no object: ${JSON.stringify(element)}`]
      );
    }
    return path === "@timestamp" || path.startsWith("aws_bedrock.invocation.") ? [] : [`${path} is not in the table`];
  });
}

function isOfType(exact: unknown, type: FieldDefinition["otlp"]): boolean {
  const value = plainNumber(exact);
  switch (type) {
    case "string":
      return typeof value === "string";
    case "int":
      return Number.isSafeInteger(value);
    case "double":
      return Number.isFinite(value);
    case "bool":
      return typeof value === "boolean";
    case "any":
      return typeof value === "object" && value !== null;
    default:
      return Array.isArray(value) && value.length > 0 &&
        value.every((element) =>
          isOfType(element, type === "string[]" ? "string" : type === "int[]" ? "int" : "double")
        );
  }
}
