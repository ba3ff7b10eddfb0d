/** Reporting events: nothing else in the program writes to the log or counts. */
import type { EventDefinition, Events, EventTable, Fields } from "../component/events.ts";
import { maskUrls } from "../http/mask_urls.ts";
import { type Attributes, Counts, type Series } from "./counts.ts";
import type { Log } from "./log.ts";

/** Is notified of every event. It must not throw. */
export type Listener = (event: { name: string; definition: EventDefinition; fields: Fields }) => void;

/** So many lines of one event within a period; what is more is counted, and its number told with the next line. */
const MAX_LINES = 20;
const PERIOD_MS = 10_000;
/** Of an event that is logged once for each value of a field: so many values. */
const MAX_VALUES_SAID = 1000;

/** A library's error may quote a URL, and with it a password or a token. */
function withoutUrlSecrets(fields: Fields): Fields {
  if (!Object.values(fields).some((value) => typeof value === "string" && value.includes("://"))) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? maskUrls(value) : value]),
  );
}

/** Reports events: writes their log lines and counts. One instance for a running program. */
export class EventReporter implements Events {
  /** All events that it knows. */
  readonly definitions: EventTable;
  readonly #log: Log;
  readonly #counts = new Counts();
  readonly #listeners: Listener[] = [];
  readonly #said = new Map<string, Set<string>>();
  readonly #periods = new Map<string, { startMs: number; lines: number }>();

  constructor(log: Log, definitions: EventTable) {
    this.#log = log;
    this.definitions = definitions;
  }

  emit(name: string, given: Fields = {}): void {
    const definition = this.definitions[name];
    if (definition === undefined) throw new Error(`Cannot report ${name}: no table of events has it`);
    const fields = withoutUrlSecrets(given);
    this.#count(definition, fields);
    for (const listener of this.#listeners) listener({ name, definition, fields });
    if (definition.oncePer !== undefined && !this.#isFirst(name, String(fields[definition.oncePer] ?? ""))) return;
    const lines = this.#linesInPeriod(name);
    if (lines.now > MAX_LINES) return;
    const suppressed = lines.before > MAX_LINES ? { lines_left_out: lines.before - MAX_LINES } : {};
    this.#log.write(definition.level, name, definition.message, { ...fields, ...suppressed });
  }

  /** The same, for one component: its events carry its id in the field `component`. */
  of(component: string): Events {
    return {
      emit: (name, fields) => this.emit(name, { component, ...fields }),
      count: (counter, reason) => this.count(counter, reason),
    };
  }

  /** Calls `listener` at every event from now on. */
  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** The value of a counter: of one reason, or over all of them. */
  count(counter: string, reason?: string): number {
    let sum = 0;
    for (const { attributes, value } of this.series(counter)) {
      if (reason === undefined || attributes["reason"] === reason) sum += value;
    }
    return sum;
  }

  /** A counter or gauge of the table, by its attributes. */
  series(name: string): Iterable<Series> {
    return this.#counts.of(name);
  }

  /** Whether an event with this value was not said yet, and may be: values may come from outside, without end. */
  #isFirst(name: string, value: string): boolean {
    const said = this.#said.getOrInsertComputed(name, () => new Set());
    if (said.has(value) || said.size >= MAX_VALUES_SAID) return false;
    said.add(value);
    return true;
  }

  /** Lines of the event in this period, this one included, and in the one before when this begins another. */
  #linesInPeriod(name: string): { now: number; before: number } {
    const nowMs = performance.now();
    const period = this.#periods.get(name);
    if (period !== undefined && nowMs - period.startMs < PERIOD_MS) return { now: ++period.lines, before: 0 };
    this.#periods.set(name, { startMs: nowMs, lines: 1 });
    return { now: 1, before: period?.lines ?? 0 };
  }

  #count(definition: EventDefinition, fields: Fields): void {
    const { counter, sums = NONE, gauges = NONE } = definition;
    if (counter !== undefined) {
      this.#counts.add(counter, attributesOf(counter, definition, fields), numberOf(fields["count"], 1));
    }
    for (const name in sums) {
      this.#counts.add(name, attributesOf(name, definition, fields), numberOf(fields[sums[name] as string], 0));
    }
    for (const name in gauges) {
      const value = fields[gauges[name] as string];
      if (typeof value === "number") this.#counts.set(name, attributesOf(name, definition, fields), value);
    }
  }
}

const NONE: Readonly<Record<string, string>> = {};

function numberOf(value: Fields[string], otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

/** The component that an event is about. */
export function componentOf(fields: Fields): string | undefined {
  const id = fields["component"] ?? fields["exporter"];
  return typeof id === "string" ? id : undefined;
}

/** Kinds of components, as counters' names begin with them. */
const KINDS: readonly string[] = ["receiver", "processor", "exporter", "extension"];

function attributesOf(name: string, definition: EventDefinition, fields: Fields): Attributes {
  const attributes: Record<string, string> = {};
  const component = componentOf(fields);
  if (component !== undefined) {
    const kind = name.slice(0, name.indexOf("."));
    attributes[KINDS.includes(kind) ? kind : fields["component"] === undefined ? "exporter" : "component"] = component;
  }
  for (const field of definition.attributes ?? []) attributes[field] = String(fields[field] ?? "");
  if (definition.reasons !== undefined) attributes["reason"] = boundedReason(definition, fields["reason"]);
  return attributes;
}

/** The event's reason as the table knows it. */
export function boundedReason({ reasons }: EventDefinition, reason: Fields[string]): string {
  const isKnown = typeof reason === "string" && (reasons === "configured" || reasons?.includes(reason));
  return isKnown ? reason : "other";
}
