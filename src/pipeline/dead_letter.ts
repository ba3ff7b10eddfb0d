import type { DeadLetter } from "../component/component.ts";
import type { Events } from "./events.ts";
import { batchOf, type Item } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";
import type { Counting } from "./counting.ts";
import type { RejectedHandler, RejectedItem } from "./isolate.ts";
import { DataFaultError } from "../component/outcome.ts";

/** Attributes that a letter has beside its item's. */
export const DEAD_LETTER = {
  reason: "dead_letter.reason",
  source: "dead_letter.source",
  position: "dead_letter.position",
  holds: "dead_letter.holds",
} as const;

/** What a letter holds: the item as it was to leave, or only where it is to be found. */
export type DeadLetterHolds = "record" | "reference";

/** The dead letter cannot be written, which says nothing about the endpoint. */
export class DeadLetterError extends Error {
  override readonly name = "DeadLetterError";
}

export interface DeadLetterOptions<T extends Item> {
  /** Id of the exporter that writes it. */
  readonly id: string;
  /** Whether content may leave the program. */
  readonly keepsContent: boolean;
  /** An item without content: its place and metadata. */
  readonly withoutContent: (item: T) => T;
  /** Whether an item is as it was to leave. */
  readonly isMapped: (item: T) => boolean;
  /** The item with more attributes. */
  readonly mark: (item: T, attributes: DeadLetterAttributes) => T;
  readonly counting: Counting<T>;
  readonly events: Events;
}

/** What a dead letter tells beside the item. */
export type DeadLetterAttributes = Readonly<Record<`dead_letter.${string}`, string | number>>;

/**
 * The dead letter: items that can never be delivered, written as OTLP JSON with `dead_letter.reason`, `.source`,
 * `.position` and `.holds`. A write that fails rejects, so that nothing is acknowledged.
 */
export function createDeadLetter<T extends Item>(
  exporter: Consumer<T>,
  { id, keepsContent, withoutContent, isMapped, mark, counting, events }: DeadLetterOptions<T>,
): DeadLetter<T> {
  const reduce = (item: T) => keepsContent ? item : withoutContent(item);
  const holds = (item: T): DeadLetterHolds => keepsContent && isMapped(item) ? "record" : "reference";
  return {
    keepsContent,
    async write(items, reason, { isReported = false } = {}) {
      const letters = items.map((item) => mark(reduce(item), letterAttributes(item, { reason, holds: holds(item) })));
      try {
        await exporter.consume(batchOf(letters));
      } catch (error) {
        events.emit("dead_letter.failed", {
          exporter: id,
          error: error instanceof Error ? error.message : String(error),
        });
        throw new DeadLetterError(`Cannot write the dead letter: exporter ${id} failed`, { cause: error });
      }
      for (const item of items) {
        if (holds(item) === "reference") item.origin.source.keep?.();
        events.emit(counting.deadLetter, {
          exporter: id,
          source: item.origin.source.name,
          position: item.origin.position,
          ...isReported ? undefined : { reason },
          count: counting.units(item),
        });
      }
    },
  };
}

function letterAttributes(
  { origin, replayed }: Item,
  { reason, holds }: { reason: string; holds: DeadLetterHolds },
): DeadLetterAttributes {
  return {
    [DEAD_LETTER.reason]: reason,
    [DEAD_LETTER.source]: replayed?.source ?? origin.source.name,
    [DEAD_LETTER.position]: replayed?.position ?? origin.position,
    [DEAD_LETTER.holds]: holds,
  };
}

/**
 * What becomes of items that an endpoint refuses: they go to the dead letter and count as delivered; without one
 * their delivery fails, and they stay where they came from.
 */
export function deadLetterOrFail<T extends Item>(
  { id, deadLetter, counting, events }: {
    id: string;
    deadLetter: DeadLetter<T> | undefined;
    counting: Counting<T>;
    events: Events;
  },
): RejectedHandler<T> {
  return async (rejected) => {
    for (const { item, error } of rejected) {
      const { source, position } = item.origin;
      events.emit(counting.refused, {
        exporter: id,
        source: source.name,
        position,
        error: error.message,
        count: counting.units(item),
      });
    }
    if (deadLetter === undefined) throw refusal(rejected);
    const byReason = Map.groupBy(rejected, ({ error }) => error.message);
    for (const [reason, group] of byReason) {
      await deadLetter.write(group.map(({ item }) => item), reason, { isReported: true });
    }
  };
}

function refusal(rejected: readonly RejectedItem<Item>[]): DataFaultError {
  const [first] = rejected;
  const place = `${first?.item.origin.source.name} at ${first?.item.origin.position}`;
  const others = rejected.length > 1 ? ` (and ${rejected.length - 1} more)` : "";
  return new DataFaultError(`${first?.error.message}: ${place}${others}`, { cause: first?.error });
}
