import { z } from "zod";
import type { CheckpointStore, ReceiverStorage } from "../../component/checkpoints.ts";
import { UnreadableEntryError } from "../../storage/storage_error.ts";
import { type LogGroup, nameInId } from "./log_group.ts";
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
  for (const id of positionsIn(storage).keys({ beforeMs })) {
    if (!groups.has(id)) idsIn(storage, id).forgetIn({ beforeMs });
  }
}

/**
 * Until when any group was read whose name begins so; undefined: none was, or nothing of it.
 *
 * @throws {StorageError} it cannot be read.
 */
export function lastReadMs(storage: ReceiverStorage, { prefix }: { prefix: string }): number | undefined {
  const positions = positionsIn(storage);
  let lastMs = 0;
  for (const id of positions.keys()) {
    if (!nameInId(id).startsWith(prefix)) continue;
    try {
      lastMs = Math.max(lastMs, positions.get(id)?.value.doneMs ?? 0);
    } catch (error) {
      // The pass over that group reports it.
      if (!(error instanceof UnreadableEntryError)) throw error;
    }
  }
  return lastMs === 0 ? undefined : lastMs;
}

function positionsIn(storage: ReceiverStorage): CheckpointStore<Position> {
  return storage.checkpoints("groups", positionSchema);
}

/** An id is a key: its value says nothing. */
function idsIn(storage: ReceiverStorage, group: string): CheckpointStore<number> {
  return storage.checkpoints(`events ${group}`, z.number());
}

/** What is remembered of one log group: its position, and the ids of the events delivered behind `finalMs`. */
export class GroupCheckpoint {
  readonly #group: LogGroup;
  readonly #positions: CheckpointStore<Position>;
  readonly #ids: CheckpointStore<number>;
  #position: Position | undefined;

  /** @throws {StorageError} the position cannot be read. */
  constructor(group: LogGroup, storage: ReceiverStorage) {
    this.#group = group;
    this.#positions = positionsIn(storage);
    this.#ids = idsIn(storage, group.id);
    this.#position = this.#positions.get(group.id)?.value;
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
    if (isFurther) this.#ids.forgetIn({ beforeMs: position.finalMs });
  }

  isDelivered(id: string): boolean {
    return this.#ids.has(id);
  }

  remember(events: readonly SeenEvent[]): void {
    this.#ids.write({ put: events.map(({ id, timeMs }) => ({ key: id, value: 1, timeMs })) });
  }
}
