import type { Processor, ProcessorContext } from "../../component.ts";
import { batchOf, type LogRecord } from "../../pipeline/batch.ts";
import type { Consumer } from "../../pipeline/consumer.ts";
import type { Events } from "../../telemetry/events.ts";
import type { BedrockConfig } from "./config.ts";
import { withoutContent } from "./content.ts";
import { type Exclusion, exclusionBy } from "./exclusion.ts";
import type { JsonObject } from "./json.ts";
import { Mapper } from "./mapper.ts";
import { readInvocation } from "./record.ts";

/** Schema version that this program was written for; others are mapped as far as it goes. */
const SCHEMA_VERSION = "1.0";
const VERSION_NUMBER = /^\d{1,3}(?:\.\d{1,3})?$/;

/** Maps records one to one, but for those that the configuration leaves out. */
export class BedrockProcessor implements Processor {
  readonly keepsContent: boolean;
  readonly #events: Events;
  readonly #mapper: Mapper;
  readonly #exclusionOf: (log: JsonObject) => Exclusion | undefined;

  constructor({ config, events, resource }: ProcessorContext<BedrockConfig>) {
    this.keepsContent = config.content === "full";
    this.#events = events;
    this.#mapper = new Mapper(config, { resource });
    this.#exclusionOf = exclusionBy(config);
  }

  logs(next: Consumer<LogRecord>): Consumer<LogRecord> {
    return {
      // Not async: while it waited it would keep the texts in memory beside what was made of them.
      consume: (batch) => {
        const records = batch.items.map((record) => this.#map(record)).filter((record) => record !== undefined);
        return records.length > 0 ? next.consume(batchOf(records)) : Promise.resolve();
      },
    };
  }

  #map(record: LogRecord): LogRecord | undefined {
    if (record.replayed !== undefined) return this.keepsContent ? record : withoutContent(record);
    const { body, origin: { fault, source, position } } = record;
    const text = typeof body === "string" ? body : "";
    const invocation = fault ?? readInvocation(text);
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
    this.#heedVersion(invocation.log);
    try {
      return this.#mapper.invocation(record, invocation);
    } catch (error) {
      // A mistake of ours: retrying it would hold up everything else for good.
      const message = `Cannot map record: the mapper threw ${error instanceof Error ? error.name : "no error"}`;
      this.#events.emit("record.unreadable", { source: source.name, position, reason: "unmappable", error: message });
      return this.#mapper.pipelineError(record, { message, text });
    }
  }

  #heedVersion({ schemaVersion }: JsonObject): void {
    if (schemaVersion === SCHEMA_VERSION) return;
    const isVersion = typeof schemaVersion === "string" && VERSION_NUMBER.test(schemaVersion);
    this.#events.emit("record.unknown_version", { version: isVersion ? schemaVersion : "other" });
  }
}
