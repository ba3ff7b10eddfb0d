import type { Processor, ProcessorContext } from "../../component/component.ts";
import { batchesOf, batchOf, type LogRecord } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import { allDelivered } from "../../pipeline/fan_out.ts";
import type { SharedFlowControl } from "../../component/flow_control.ts";
import type { Events } from "./events.ts";
import { BodyJoiner } from "./bodies/body_joiner.ts";
import type { ParsedRecord } from "./bodies/joined_record.ts";
import type { BedrockConfig } from "./config.ts";
import { withoutBodies, withoutContent } from "./content.ts";
import { type Exclusion, exclusionBy } from "./exclusion.ts";
import type { JsonObject } from "./read/json.ts";
import { ModelsBehind } from "./profiles/models_behind.ts";
import { Mapper } from "./mapper.ts";
import { readInvocation } from "./read/record.ts";
import type { InvocationRedactor } from "./redaction/invocation_redactor.ts";
import type { Finding } from "./redaction/redactor.ts";
import { redactorOf } from "./redaction/settings.ts";
import type { Path } from "./redaction/value_redactor.ts";
import type { InvocationSummary } from "../../component/invocation_summary.ts";
import { summaryOf } from "./summary.ts";

/** Schema version that the mapping is written for; others are mapped as far as possible. */
const SCHEMA_VERSION = "1.0";
const VERSION_NUMBER = /^\d{1,3}(?:\.\d{1,3})?$/;

/**
 * So many records and bytes of a batch are parsed, then redacted, then mapped: a processor's caches hold the code of one of
 * these steps, and the values of some records.
 */
const TOGETHER = { maxItems: 64, maxBytes: 512 * 1024 };

/** A record between these steps: parsed, or as it is handed on. */
type Step = Parsed | LogRecord;

interface Parsed extends ParsedRecord {
  /** Where the invocation is redacted, its log as it was read. */
  readonly logged?: JsonObject;
}

/** Called with each finding and its place in a record; neither holds any of the text. */
export type Explain = (finding: Finding, place: { readonly path: Path; readonly record: LogRecord }) => void;

/** Maps records one to one, except those that the configuration excludes. */
export class BedrockProcessor implements Processor {
  readonly keepsContent: boolean;
  readonly reductions = { logs: { withoutContent, withoutBodies } };
  readonly #events: Events;
  readonly #bodies: BedrockConfig["bodies"];
  readonly #mapper: Mapper;
  readonly #modelsBehind: ModelsBehind;
  readonly #exclusionOf: (log: JsonObject) => Exclusion | undefined;
  readonly #redactor: InvocationRedactor | undefined;
  /** A record that leaves as it was read has its digits in its text. */
  readonly #keepsDigits: boolean;
  readonly #onDelivered: ProcessorContext<BedrockConfig>["onDelivered"];
  /** Findings in the current record, by rule. */
  readonly #found = new Map<string, number>();
  #current: LogRecord | undefined;

  /** `explain` is called with each finding of redaction. */
  constructor(context: ProcessorContext<BedrockConfig>, explain?: Explain) {
    const { config, events, resource } = context;
    this.keepsContent = config.content === "full";
    this.#events = events;
    this.#onDelivered = context.onDelivered;
    this.#bodies = config.bodies;
    this.#redactor = redactorOf(config, (finding, path) => {
      this.#found.set(finding.rule, (this.#found.get(finding.rule) ?? 0) + 1);
      if (this.#current !== undefined) explain?.(finding, { path, record: this.#current });
    });
    this.#mapper = new Mapper(config, { resource });
    this.#modelsBehind = new ModelsBehind(context);
    this.#exclusionOf = exclusionBy(config, (log) => this.#modelsBehind.modelOf(log));
    this.#keepsDigits = config.mapping !== "raw" || config.content === "redacted";
  }

  stop(): void {
    this.#modelsBehind.stop();
  }

  logs(next: Consumer<LogRecord>, flowControl: SharedFlowControl): Consumer<LogRecord> {
    const joiner = new BodyJoiner(this.#bodies, { flowControl, events: this.#events });
    return {
      // Not async: while waiting it would keep the texts in memory beside the mapped records.
      consume: (batch) => {
        const joins: ParsedRecord[] = [];
        const summaries: InvocationSummary[] = [];
        const records: LogRecord[] = [];
        for (const { items } of batchesOf(batch.items, TOGETHER)) {
          const steps = items.map((record) => this.#parsed(record, { joiner, joins, summaries }))
            .filter((step) => step !== undefined).map((step) => this.#redacted(step));
          for (const step of steps) records.push(this.#mapped(step));
        }
        const delivered = joins.length > 0
          ? this.#deliverJoined(joins, { joiner, records, next })
          : records.length > 0
          ? next.consume(batchOf(records))
          : Promise.resolve();
        return summaries.length === 0 ? delivered : delivered.then(() => this.#onDelivered?.(summaries));
      },
    };
  }

  /** Delivers records at once, and those whose bodies are to be joined each when it is complete. */
  #deliverJoined(
    joins: readonly ParsedRecord[],
    { joiner, records, next }: { joiner: BodyJoiner; records: readonly LogRecord[]; next: Consumer<LogRecord> },
  ): Promise<void> {
    const deliver = (joined: ParsedRecord) => next.consume(batchOf([this.#map(joined)]));
    const deliveries = joins.map((read) => joiner.join(read, deliver));
    if (records.length > 0) deliveries.unshift(Promise.try(() => next.consume(batchOf(records))));
    return allDelivered(deliveries);
  }

  /** The record parsed, or as it is handed on; undefined when it is not, or not yet: its bodies have to be joined. */
  #parsed(
    record: LogRecord,
    { joiner, joins, summaries }: { joiner: BodyJoiner; joins: ParsedRecord[]; summaries: InvocationSummary[] },
  ): Step | undefined {
    if (record.replayed !== undefined) return this.keepsContent ? record : withoutContent(record);
    const { body, origin: { fault, source, position } } = record;
    const text = typeof body === "string" ? body : "";
    const invocation = fault ?? readInvocation(text, { keepsDigits: this.#keepsDigits });
    if ("reason" in invocation) {
      const { reason, message } = invocation;
      this.#events.emit("record.unreadable", { source: source.name, position, reason, error: message });
      return this.#mapper.pipelineError(record, { message, text });
    }
    const exclusion = this.#exclusionOf(invocation.log);
    if (exclusion !== undefined) {
      this.#events.emit("record.excluded", { source: source.name, position, reason: exclusion });
      return undefined;
    }
    this.#checkVersion(invocation.log);
    if (this.#onDelivered !== undefined) summaries.push(summaryOf(record, invocation));
    if (!joiner.concerns(record, invocation)) return { record, invocation };
    joins.push({ record, invocation });
    return undefined;
  }

  #map(parsed: ParsedRecord): LogRecord {
    return this.#mapped(this.#redacted(parsed));
  }

  #redacted(step: Step): Step {
    const redactor = this.#redactor;
    if (redactor === undefined || !("invocation" in step)) return step;
    return this.#tried(step, ({ record, invocation }) => {
      this.#current = record;
      const redacted = redactor.invocation(invocation);
      for (const [rule, count] of this.#found) this.#events.emit("record.redacted", { reason: rule, count });
      this.#found.clear();
      return { record, invocation: redacted, logged: invocation.log };
    });
  }

  #mapped(step: Step): LogRecord {
    if (!("invocation" in step)) return step;
    return this.#tried(step, ({ record, invocation, logged = invocation.log }) => {
      const modelBehind = this.#modelsBehind.modelOf(logged);
      return this.#mapper.invocation(record, invocation, { modelBehind });
    });
  }

  #tried<T>(parsed: Parsed, work: (parsed: Parsed) => T): T | LogRecord {
    try {
      return work(parsed);
    } catch (error) {
      // A mistake of ours: retrying it would block everything else permanently.
      const { record, invocation } = parsed;
      const { source, position } = record.origin;
      const message = `Cannot map record: the mapper threw ${error instanceof Error ? error.name : "no error"}`;
      this.#events.emit("record.unreadable", { source: source.name, position, reason: "unmappable", error: message });
      return this.#mapper.pipelineError(record, { message, text: this.keepsContent ? invocation.text : "" });
    }
  }

  #checkVersion({ schemaVersion }: JsonObject): void {
    if (schemaVersion === SCHEMA_VERSION) return;
    const isVersion = typeof schemaVersion === "string" && VERSION_NUMBER.test(schemaVersion);
    this.#events.emit("record.unknown_version", { version: isVersion ? schemaVersion : "other" });
  }
}
