import type { Checkpoints, ReceiverStorage } from "../../storage/storage.ts";
import type { LogGroup } from "./log_group.ts";
import { type Position, positionSchema } from "./position.ts";

/** An event as it is remembered. */
export interface SeenEvent {
  readonly id: string;
  readonly timeMs: number;
}

/** What is remembered of one log group: its position, and the ids of the events delivered behind `finalMs`. */
export class Progress {
  readonly #group: LogGroup;
  readonly #positions: Checkpoints;
  readonly #events: Checkpoints;
  #position: Position | undefined;

  constructor(group: LogGroup, storage: ReceiverStorage) {
    this.#group = group;
    this.#positions = storage.checkpoints("groups");
    this.#events = storage.checkpoints(`events ${group.id}`);
    const entry = this.#positions.get(group.id);
    if (entry !== undefined) this.#position = positionSchema.parse(entry.value);
  }

  /** Undefined for a group that was never read. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** Moves the checkpoint, and forgets the events that it leaves behind. */
  move(position: Position): void {
    this.#positions.write({ put: [{ key: this.#group.id, value: position, timeMs: position.doneMs }] });
    const isFurther = position.finalMs > (this.#position?.finalMs ?? 0);
    this.#position = position;
    if (isFurther) this.#events.pruneBefore(position.finalMs);
  }

  isDelivered(id: string): boolean {
    return this.#events.get(id) !== undefined;
  }

  remember(events: readonly SeenEvent[]): void {
    this.#events.write({ put: events.map(({ id, timeMs }) => ({ key: id, value: 1, timeMs })) });
  }
}
