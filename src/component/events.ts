/**
 * What a notable event is: it has one name, one log line and, where it is worth counting, one counter with a bounded set of
 * reasons. Each folder defines its own in `events.ts`, and `components.ts` merges them: an entry in a table is all that a new
 * event needs. Its counters are exported and its health is reported (`telemetry`).
 */

export type Level = "debug" | "info" | "warn" | "error";

/**
 * The attributes of an event's counters and gauges are its component (the field `exporter`, or `component`, which is
 * called by the first word of the counter's name: `receiver.…`, `processor.…`), its `reason` where the table lists
 * reasons, and the fields that `attributes` names.
 */
export interface EventDefinition {
  readonly level: Level;
  /** The log line's text: a constant; what varies goes into fields. */
  readonly message: string;
  /** Name of the counter that each event adds to, when it is counted: by the field `count`, default 1. */
  readonly counter?: string;
  /** More counters, each with the field by which it grows: `{ "receiver.read_bytes": "bytes" }`. */
  readonly sums?: Readonly<Record<string, string>>;
  /** Gauges, each with the field that holds its present value. */
  readonly gauges?: Readonly<Record<string, string>>;
  /** Fields that are attributes beside component and reason. They must take few values, and none from outside. */
  readonly attributes?: readonly string[];
  /** All values that the `reason` field may take, or that the configuration names them; others count as `other`. */
  readonly reasons?: readonly string[] | "configured";
  /** Log only the first time for each value of this field (later ones are counted only). */
  readonly oncePer?: string;
  /**
   * What it says of the component that the field `component` or `exporter` names: it does not work just now, or works
   * (again).
   */
  readonly health?: "failing" | "well";
  /** Where different things of a component may fail: which one. Default: the first word of the event's name. */
  readonly healthOf?: string;
}

/** Events by their names. */
export type EventTable = Readonly<Record<string, EventDefinition>>;

/** A table of events that keeps their literal names. */
export function defineEvents<T extends EventTable>(definitions: T): T {
  return definitions;
}

/** Values of an event's fields. Never secrets, never prompt text: places, names, sizes, reasons. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Reports events: nothing else in the program logs or counts. */
export interface Events<Name extends string = string> {
  /** Reports that something happened. */
  emit(name: Name, fields?: Fields): void;
  /** The value of a counter: of one reason, or over all of them. */
  count(counter: string, reason?: string): number;
}

/** Events for those who report on the program: what was counted, and what happens from now on. */
export interface ObservedEvents extends Events {
  /** A counter or gauge of the table, by its attributes. */
  series(name: string): Iterable<{ readonly attributes: Readonly<Record<string, string>>; readonly value: number }>;
  /** Calls `listener` at every event from now on. It must not throw. */
  subscribe(listener: (event: { name: string; definition: EventDefinition; fields: Fields }) => void): void;
}
