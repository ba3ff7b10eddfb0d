import { boundedReason, componentOf, type EventReporter } from "./event_reporter.ts";

/** Where the program is in its life. */
export type Phase = "starting" | "running" | "stopping" | "stopped";

/** Something of a component that does not work. */
export interface Failure {
  /** A word of the event table, and the destination that it is about where there is one; never an error's text. */
  readonly reason: string;
  readonly since: Date;
  /** How long it has been so. */
  readonly forMs: number;
}

/** Each component's health, as its events report it. Components without an event are healthy. */
export class Health {
  readonly startedAt = new Date();
  #phase: Phase = "starting";
  #phaseSince = new Date();
  /** By component and what of it fails. */
  readonly #failing = new Map<string, Map<string, { reason: string; since: Date; sinceMs: number }>>();
  readonly #healthySince = new Map<string, Date>();

  constructor(events: EventReporter) {
    events.subscribe(({ name, definition, fields }) => {
      const id = componentOf(fields);
      if (definition.health === undefined || id === undefined) return;
      const where = typeof fields["destination"] === "string" ? ` ${fields["destination"]}` : "";
      const what = (definition.healthOf ?? name.slice(0, name.indexOf("."))) + where;
      if (definition.health === "failing") this.#fails(id, what, boundedReason(definition, fields["reason"]) + where);
      else this.#recovers(id, what);
    });
  }

  get phase(): Phase {
    return this.#phase;
  }

  get phaseSince(): Date {
    return this.#phaseSince;
  }

  enter(phase: Phase): void {
    this.#phase = phase;
    this.#phaseSince = new Date();
  }

  /** What has failed for longest of a component; undefined when it is well. */
  failureOf(id: string): Failure | undefined {
    const failures = [...this.#failing.get(id)?.values() ?? []].sort((a, b) => a.sinceMs - b.sinceMs);
    const [first] = failures;
    return first && { reason: first.reason, since: first.since, forMs: performance.now() - first.sinceMs };
  }

  /** Whether anything fails just now. */
  get isFailing(): boolean {
    return [...this.#failing.values()].some(({ size }) => size > 0);
  }

  /** Since when a component is well, as far as it ever was not. */
  healthySince(id: string): Date | undefined {
    return this.#healthySince.get(id);
  }

  #fails(id: string, what: string, reason: string): void {
    const failures = this.#failing.getOrInsertComputed(id, () => new Map());
    const began = failures.get(what) ?? { since: new Date(), sinceMs: performance.now() };
    failures.set(what, { ...began, reason });
  }

  #recovers(id: string, what: string): void {
    const failures = this.#failing.get(id);
    if (failures?.delete(what) && failures.size === 0) this.#healthySince.set(id, new Date());
  }
}
