import { LOGS_JSON_START, readLogsJson, type SentRecord } from "../../otlp/read_json_logs.ts";
import { typesIn } from "../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../mappings/generated/invocation.ts";
import type { RawRecord } from "../../decode/raw_record.ts";
import type { LogRecord, Origin } from "../../component/batch.ts";
import { DEAD_LETTER, type DeadLetterHolds } from "../../pipeline/dead_letter.ts";

const typeOf = typesIn(INVOCATION_FIELDS);

/** What a line of OTLP JSON holds. */
export interface ReplayedLine {
  /** Records that were mapped before, without what only a dead-letter entry has. */
  readonly records: readonly LogRecord[];
  /** Dead-letter entries that cannot be sent again: they only refer to a record, or hold metrics. */
  readonly left: number;
}

const LETTER_ATTRIBUTES: ReadonlySet<string> = new Set(Object.values(DEAD_LETTER));
const METRICS_START = '{"resourceMetrics"';

/** Whether a file that begins so holds OTLP JSON: what an exporter `file` wrote, and so a dead letter. */
export function isOtlpJson(start: string): boolean {
  return start.startsWith(LOGS_JSON_START) || start.startsWith(METRICS_START);
}

/** The records of a line of OTLP JSON; undefined when it is none (a crash may leave half a line). */
export function replayLine(line: RawRecord, { origin }: { origin: Origin }): ReplayedLine | undefined {
  if (line.fault !== undefined || !isOtlpJson(line.text)) return undefined;
  if (line.text.startsWith(METRICS_START)) return { records: [], left: 1 };
  let sent: SentRecord[];
  try {
    sent = readLogsJson(line.text, typeOf);
  } catch {
    return undefined;
  }
  const whole = sent.filter(({ attributes }) => holdsOf(attributes) === "record");
  const sizeBytes = Math.ceil(line.sizeBytes / Math.max(1, sent.length));
  const records = whole.map((record, index) => replayed(record, { ...origin, ...placeIn(line, index), sizeBytes }));
  return { records, left: sent.length - whole.length };
}

/** A position of its own for each record of a line: the line is longer than it has records. */
function placeIn({ position }: RawRecord, index: number): { position: number } {
  return { position: position + index };
}

/** Without a reason it is no dead-letter entry: the record left as it is. */
function holdsOf(attributes: SentRecord["attributes"]): DeadLetterHolds {
  if (attributes[DEAD_LETTER.reason] === undefined) return "record";
  return attributes[DEAD_LETTER.holds] === "record" ? "record" : "reference";
}

function replayed(record: SentRecord, origin: Origin): LogRecord {
  const { [DEAD_LETTER.source]: source, [DEAD_LETTER.position]: position } = record.attributes;
  const attributes = Object.entries(record.attributes).filter(([name]) => !LETTER_ATTRIBUTES.has(name));
  return {
    ...record,
    attributes: Object.fromEntries(attributes),
    origin,
    sizeBytes: origin.sizeBytes,
    replayed: {
      source: typeof source === "string" ? source : origin.source.name,
      position: typeof position === "number" || typeof position === "string" ? position : origin.position,
    },
  };
}
