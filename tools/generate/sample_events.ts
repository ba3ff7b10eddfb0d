/** The sample events of the documentation: what the program makes of a record, as Elasticsearch stores it. */
import { resourceFromAttributes } from "@opentelemetry/resources";
import { storedDocument } from "../../src/elasticsearch/stored_document.ts";
import { typesIn } from "../../src/mappings/field.ts";
import { INVOCATION_FIELDS } from "../../src/mappings/generated/invocation.ts";
import { batchOf, type LogRecord } from "../../src/component/batch.ts";
import { createFlowControl } from "../../src/component/flow_control.ts";
import { bedrockFactory } from "../../src/processors/bedrock/factory.ts";
import { EventReporter } from "../../src/telemetry/event_reporter.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { type Mode, MODES } from "../../src/mappings/field.ts";
import { EVENTS } from "../../src/components.ts";

/** A document by the mode that makes it. */
export type SampleEvents = ReadonlyMap<Mode, Readonly<Record<string, unknown>>>;

/** What each mode makes of the text of an invocation record. */
export async function sampleEventsOf(text: string): Promise<SampleEvents> {
  const events = new Map<Mode, Readonly<Record<string, unknown>>>();
  for (const mapping of MODES) {
    const config = bedrockFactory.schema.parse({ mapping });
    const flowControl = createFlowControl({ maxInFlightBytes: Infinity });
    const context = {
      id: "bedrock",
      config,
      events: new EventReporter(createLog(STRICT_LOG), EVENTS),
      resource: {},
    };
    await bedrockFactory.create(context).logs?.({
      consume: ({ items }) => {
        for (const record of items) events.set(mapping, JSON.parse(storedDocument(record, typesIn(INVOCATION_FIELDS))));
        return Promise.resolve();
      },
    }, flowControl).consume(batchOf([received(text)]));
  }
  return events;
}

/** A sample that makes the program say something is a mistake. */
export const STRICT_LOG = {
  level: "warn",
  format: "text",
  sink: (line: string) => {
    throw new Error(`Cannot map the sample: ${line}`);
  },
} as const;

/** The text as the receiver `awss3` hands it on. */
function received(text: string): LogRecord {
  const key =
    "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/04/03/20260304T031500000Z_a1b2.json.gz";
  const sizeBytes = new TextEncoder().encode(text).length;
  const origin = {
    source: { name: `s3://example-bedrock-logs/${key}` },
    position: 4096,
    id: "0123456789abcdef0123456789abcdef-000000004096",
    sizeBytes,
  };
  return {
    hrTime: [0, 0],
    hrTimeObserved: [1_772_594_120, 0],
    resource: resourceFromAttributes({}),
    instrumentationScope: { name: "bedrock-otel" },
    attributes: {
      "aws.s3.bucket.name": "example-bedrock-logs",
      "aws.s3.bucket.arn": "arn:aws:s3:::example-bedrock-logs",
      "aws.s3.object.key": key,
      "log.file.path": `https://example-bedrock-logs.s3.us-east-1.amazonaws.com/${key}`,
      "log.offset": origin.position,
    },
    droppedAttributesCount: 0,
    origin,
    sizeBytes,
    body: text,
  };
}
