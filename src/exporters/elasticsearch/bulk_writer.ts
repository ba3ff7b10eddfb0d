import { Buffer } from "node:buffer";
import { type Batch, type Item } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import type { Events } from "../../component/events.ts";
import { DataFaultError, EndpointFaultError, PartialDeliveryError, TooLargeError } from "../../component/outcome.ts";
import { type ItemOutcome, outcomesOf } from "./bulk_answer.ts";
import type { DocumentMaker } from "./documents.ts";
import { type ElasticsearchClient, type EncodedLines, faultOfStatus } from "../../elasticsearch/client.ts";
import { JsonWriter } from "../../elasticsearch/json_writer.ts";
import type { DocumentMode } from "../../elasticsearch/template.ts";
import type { TemplateCheck } from "./template_check.ts";

/** A document that Elasticsearch has not answered for yet. */
interface Pending {
  /** Of its item in the batch. */
  readonly item: number;
  readonly index: string;
  readonly mode: DocumentMode | undefined;
  /** Where its action and itself stand in the lines of {@linkcode Progress}. */
  readonly start: number;
  readonly end: number;
  /** How many documents its data stream had stored when it was answered for first. */
  storedBefore: number | undefined;
}

/** A batch on its way: what the next try goes on with. */
interface Progress {
  pending: Pending[];
  /** Those that are pending, encoded once. */
  lines: EncodedLines;
  readonly rejected: Map<number, DataFaultError>;
  readonly setAside: Set<number>;
}

export interface BulkWriterOptions<T extends Item> {
  /** Id of the exporter. */
  readonly id: string;
  readonly documents: DocumentMaker<T>;
  readonly client: ElasticsearchClient;
  readonly templates: TemplateCheck;
  readonly events: Events;
  /** Path and query of the bulk request. */
  readonly path: string;
}

/**
 * Writes batches by bulk requests. A batch is delivered when Elasticsearch has answered for each of its documents; a try after
 * a fault sends only those that it has not answered for.
 */
export class BulkWriter<T extends Item> implements Consumer<T> {
  readonly #options: BulkWriterOptions<T>;
  /**
   * Of batches that failed: those who retry come with the same batch. An entry for each batch would hold what it sent, although nobody
   * asks for it: of such maps only a full collection takes away what is dead.
   */
  readonly #progress = new WeakMap<Batch<T>, Progress>();
  /** Documents stored in each data stream, to tell a refusal of one from a refusal of all. */
  readonly #stored = new Map<string, number>();
  readonly #writer = new JsonWriter();

  constructor(options: BulkWriterOptions<T>) {
    this.#options = options;
  }

  async consume(batch: Batch<T>): Promise<void> {
    const progress = this.#progress.get(batch) ?? this.#begin(batch);
    try {
      if (progress.pending.length > 0) await this.#send(progress);
      const { rejected, setAside } = progress;
      if (rejected.size + setAside.size > 0) throw new PartialDeliveryError(rejected, setAside);
    } catch (error) {
      this.#progress.set(batch, progress);
      throw error;
    }
  }

  #begin({ items }: Batch<T>): Progress {
    const { documents, client } = this.#options;
    const pending: Pending[] = [];
    const rejected = new Map<number, DataFaultError>();
    const writer = this.#writer;
    writer.begin();
    let [item, index, start] = [0, "", 0];
    let mode: DocumentMode | undefined;
    const done = () => {
      pending.push({ item, index, mode, start, end: writer.position, storedBefore: undefined });
      start = writer.position;
    };
    for (; item < items.length; item++) {
      const value = items[item] as T;
      const count = pending.length;
      const before = start = writer.position;
      try {
        index = documents.indexOf(value);
        mode = documents.modeOf(value);
        documents.write(value, writer, { index, done });
      } catch (error) {
        writer.rewind(before);
        pending.length = count;
        const name = error instanceof Error ? error.name : "an error";
        rejected.set(item, new DataFaultError(`Cannot write the document: ${name}`, { cause: error }));
      }
    }
    // At once, as the next batch is written into the same buffer.
    return { pending, lines: client.encoded(writer.finish()), rejected, setAside: new Set() };
  }

  /**
   * @throws {EndpointFaultError} documents are left that Elasticsearch did not take.
   * @throws {TooLargeError} it takes them in smaller requests only, or one of them not at all.
   */
  async #send(progress: Progress): Promise<void> {
    const { client, path } = this.#options;
    await this.#checkTemplates(progress);
    const { pending, lines } = progress;
    const answer = await client.ask("POST", path, { lines });
    if (answer.status < 200 || answer.status >= 300) throw faultOfStatus(answer);
    let plain: Uint8Array | undefined;
    const documentAt = (at: number) => {
      const { start, end } = pending[at] as Pending;
      return (plain ??= lines.plain()).subarray(start, end);
    };
    const outcomes = outcomesOf(answer.text, pending.length, { documentAt });
    if (outcomes === undefined) {
      throw new EndpointFaultError(
        `What answered ${answer.status} is no answer of Elasticsearch to a bulk request`,
        { reason: "unreadable_answer" },
      );
    }
    this.#settle(progress, outcomes);
  }

  /** Once for all documents of a data stream, as they mostly go to the same. */
  async #checkTemplates({ pending }: Progress): Promise<void> {
    let last: Pending | undefined;
    for (const document of pending) {
      const { index, mode } = document;
      if (last?.index !== index || last.mode !== mode) await this.#options.templates.check(index, mode);
      last = document;
    }
  }

  #settle(progress: Progress, outcomes: readonly ItemOutcome[]): void {
    const sent = progress.pending;
    for (const document of sent) document.storedBefore ??= this.#storedIn(document.index);
    const passed = Map.groupBy(sent.filter((_, at) => isTaken(outcomes[at])), ({ index }) => index);
    for (const [index, documents] of passed) this.#stored.set(index, this.#storedIn(index) + documents.length);
    const faults: { document: Pending; fault: Fault }[] = [];
    let tooLarge: TooLargeError | undefined;
    const setAside: SetAside[] = [];
    let duplicates = 0;
    for (const [at, document] of sent.entries()) {
      const outcome = outcomes[at] as ItemOutcome;
      if (outcome.kind === "duplicate") duplicates++;
      else if (outcome.kind === "set_aside") {
        progress.setAside.add(document.item);
        setAside.push({ destination: document.index, reason: outcome.reason });
      } else if (outcome.kind === "rejected") progress.rejected.set(document.item, outcome.error);
      else if (outcome.kind === "too_large") {
        tooLarge ??= new TooLargeError(`Elasticsearch refused the document: ${outcome.detail}`);
      } else if (outcome.kind === "fault") {
        if (outcome.isUnknown && this.#othersPass(document)) {
          const message = `Elasticsearch refused the document: ${outcome.detail}`;
          progress.rejected.set(document.item, new DataFaultError(message));
        } else faults.push({ document, fault: outcome });
      }
    }
    this.#report(duplicates, setAside);
    // What is stored already is recognised when it is sent again in parts.
    if (tooLarge !== undefined) throw tooLarge;
    if (faults.length < sent.length) this.#keep(progress, faults.map(({ document }) => document));
    if (faults.length > 0) throw faultOf(faults);
  }

  /** Only these are sent again, with the bytes that they have. */
  #keep(progress: Progress, documents: readonly Pending[]): void {
    progress.pending = [];
    if (documents.length === 0) return;
    const plain = progress.lines.plain();
    const parts = documents.map(({ start, end }) => plain.subarray(start, end));
    let end = 0;
    progress.pending = documents.map((document, at) => {
      const start = end;
      end += parts[at]?.length ?? 0;
      return { ...document, start, end };
    });
    progress.lines = this.#options.client.encoded(Buffer.concat(parts));
  }

  #storedIn(index: string): number {
    return this.#stored.get(index) ?? 0;
  }

  /** Whether others of its data stream were stored beside it, or since. */
  #othersPass({ index, storedBefore = 0 }: Pending): boolean {
    return this.#storedIn(index) > storedBefore;
  }

  #report(duplicates: number, setAside: readonly SetAside[]): void {
    const { id: exporter, events } = this.#options;
    if (duplicates > 0) events.emit("export.duplicates", { exporter, count: duplicates });
    const places = Map.groupBy(setAside, ({ destination, reason }) => `${destination} ${reason}`);
    for (const documents of places.values()) {
      events.emit("export.set_aside", { exporter, ...documents[0], count: documents.length });
    }
  }
}

/** A document that Elasticsearch took and that is not in its data stream. */
interface SetAside {
  readonly destination: string;
  readonly reason: string;
}

type Fault = Extract<ItemOutcome, { kind: "fault" }>;

function isTaken(outcome: ItemOutcome | undefined): boolean {
  return outcome?.kind === "stored" || outcome?.kind === "duplicate" || outcome?.kind === "set_aside";
}

/** Of several the first counts: of one request they are mostly the same. */
function faultOf(faults: readonly { document: Pending; fault: Fault }[]): EndpointFaultError {
  const [first] = faults;
  const { reason = "other", detail = "" } = first?.fault ?? {};
  const destination = first?.document.index;
  return new EndpointFaultError(
    `Elasticsearch did not take ${faults.length} document(s) of ${destination}: ${detail}`,
    { reason, destination },
  );
}
