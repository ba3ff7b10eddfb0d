import type { Checkpoints, ReceiverStorage } from "../../component/checkpoints.ts";
import type { LogGroup } from "./log_group.ts";
import { type Position, positionSchema } from "./position.ts";

/** An event as it is remembered. */
export interface SeenEvent {
  readonly id: string;
  readonly timeMs: number;
}

/** Forgets the ids of all groups but those that there are, when they were read last before `beforeMs`. */
export function forgetIdsOfGone(
  storage: ReceiverStorage,
  { groups, beforeMs }: { groups: ReadonlySet<string>; beforeMs: number },
): void {
  for (const { key: id, timeMs } of storage.checkpoints("groups").entries()) {
    if (!groups.has(id) && timeMs < beforeMs) eventsOf(id, storage).pruneBefore(beforeMs);
  }
}

function eventsOf(id: string, storage: ReceiverStorage): Checkpoints {
  return storage.checkpoints(`events ${id}`);
}

/** What is remembered of one log group: its position, and the ids of the events delivered behind `finalMs`. */
export class Progress {
  readonly #group: LogGroup;
  readonly #positions: Checkpoints;
  readonly #events: Checkpoints;
  /** Delivered, but not in the state: it could not be written. */
  readonly #unwritten = new Map<string, SeenEvent>();
  #position: Position | undefined;

  constructor(group: LogGroup, storage: ReceiverStorage) {
    this.#group = group;
    this.#positions = storage.checkpoints("groups");
    this.#events = eventsOf(group.id, storage);
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
    return this.#unwritten.has(id) || this.#events.get(id) !== undefined;
  }

  /** Keeps them in memory for {@linkcode catchUp} when it throws. */
  remember(events: readonly SeenEvent[]): void {
    for (const event of events) this.#unwritten.set(event.id, event);
    this.catchUp();
  }

  /** Writes what could not be written before. @throws {StorageError} it still cannot be. */
  catchUp(): void {
    if (this.#unwritten.size === 0) return;
    const put = Array.from(this.#unwritten.values(), ({ id, timeMs }) => ({ key: id, value: 1, timeMs }));
    this.#events.write({ put });
    this.#unwritten.clear();
  }
}
