/** For tests: a record whose bodies are stored beside it, and a source that has them in memory. */
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { ObjectMissingError } from "../../../decode/object_error.ts";
import { batchOf, type CompanionPlace, type LogRecord, type Origin, type Source } from "../../../component/batch.ts";
import { createFlowControl } from "../../../component/flow_control.ts";
import { quietEvents } from "../../../../test/world/quiet_events.ts";
import { bedrockFactory } from "../factory.ts";
import { received, sampleText } from "../../../../test/world/bedrock_records.ts";
import { cut } from "../../../../test/world/cut.ts";

export const REQUEST_ID = "00000017-1111-4222-8333-000000000017";
const FOLDER = "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/06/03/data";
export const INPUT_KEY = `${FOLDER}/${REQUEST_ID}_input.json.gz`;
export const OUTPUT_KEY = `${FOLDER}/${REQUEST_ID}_output.json.gz`;

/** What the model was asked. */
export function promptOf(text: string) {
  return { anthropic_version: "bedrock-2023-05-31", max_tokens: 100, messages: [{ role: "user", content: text }] };
}

export const PROMPT = promptOf("What is in it?");

/** What it answered. */
export const ANSWER = {
  type: "message",
  role: "assistant",
  content: [{ type: "text", text: "Everything." }],
  stop_reason: "end_turn",
  usage: { input_tokens: 45_000, output_tokens: 3000 },
};

/** What lies at a key: bytes, JSON that is stored as gzip, or what reading it throws or gives. */
export type Content = unknown | Uint8Array | (() => AsyncIterable<Uint8Array>) | Error;

/** A source whose companions are in memory; keys are added and taken away while the test runs. */
export class MemorySource implements Source {
  readonly name = "s3://example-bedrock-logs/log.json.gz";
  readonly bucket = "example-bedrock-logs";
  readonly stopping = new AbortController();
  readonly signal = this.stopping.signal;
  readonly stored = new Map<string, Content>();
  readonly asked: string[] = [];
  /** Companion objects that are read or could be: those that were not disposed of. */
  open = 0;
  mostOpen = 0;
  /** Called before each answer; may throw or wait. */
  before: (place: CompanionPlace) => void | Promise<void> = () => {};
  /** The size of an object that the store reports; undefined: none. */
  sizeBytes: number | undefined;

  constructor(stored: Readonly<Record<string, Content>> = { [INPUT_KEY]: PROMPT, [OUTPUT_KEY]: ANSWER }) {
    for (const [key, content] of Object.entries(stored)) this.stored.set(key, content);
  }

  readonly readCompanion = async (place: CompanionPlace) => {
    this.asked.push(`${place.bucket}/${place.key}`);
    this.mostOpen = Math.max(this.mostOpen, ++this.open);
    const close = () => void this.open--;
    try {
      await this.before(place);
      const content = this.stored.get(place.key);
      if (content === undefined) throw new ObjectMissingError(`Cannot read object: ${place.key}`);
      if (content instanceof Error) throw content;
      return { sizeBytes: this.sizeBytes, body: bytesOf(content), [Symbol.dispose]: close };
    } catch (error) {
      close();
      throw error;
    }
  };
}

function bytesOf(content: Content): AsyncIterable<Uint8Array> {
  if (typeof content === "function") return content();
  return cut(content instanceof Uint8Array ? content : gzipSync(JSON.stringify(content)), 1000);
}

/** The sample whose bodies are both stored beside it, as the receiver hands it on. */
export function recordBeside(
  source: Source,
  { text = sampleText("large_bodies"), ...origin }: { text?: string } & Partial<Origin> = {},
): LogRecord {
  const record = received(text);
  return { ...record, origin: { ...record.origin, writtenMs: 0, ...origin, source } };
}

/** A processor with a sink that keeps what leaves; `answer` may throw or wait. */
export function joining(settings: Record<string, unknown> = {}, { maxInFlightBytes = 64 * 1024 * 1024 } = {}) {
  const { events, lines } = quietEvents();
  const flowControl = createFlowControl({ maxInFlightBytes });
  const config = bedrockFactory.schema.parse(settings);
  const processor = bedrockFactory.create({ id: "bedrock", config, events, resource: {} });
  const sink = { records: [] as LogRecord[], answer: (): void | Promise<void> => {} };
  const consumer = processor.logs?.({
    async consume({ items }) {
      await sink.answer();
      sink.records.push(...items);
    },
  }, flowControl);
  if (consumer === undefined) throw new Error("The processor takes no logs");
  return {
    consume: (records: readonly LogRecord[]) => consumer.consume(batchOf(records)),
    sink,
    events,
    lines,
    flowControl,
  };
}

/** Zeros, as many bytes as asked for, in a gzip that is a thousand times smaller; made as it is read. */
export async function* bomb(bytes: number, { onPiece = () => {} } = {}): AsyncGenerator<Uint8Array, void, void> {
  const member = gzipSync(Buffer.alloc(1024 * 1024));
  for (let given = 0; given < bytes; given += 1024 * 1024) {
    onPiece();
    yield await Promise.resolve(member);
  }
}
