import type { Item, LogRecord, MetricGroup, Signal, SignalItems } from "../component/batch.ts";
import type { Reductions } from "../component/component.ts";
import type { DeadLetterAttributes } from "./dead_letter.ts";
import type { ItemTraits } from "./isolate.ts";

/** What the steps that all signals share have to know of the items of one. */
export interface SignalTraits<T extends Item> extends ItemTraits<T>, Reductions<T> {
  /** Whether it is as it is to leave; what stands for something else (a poison message) has no data stream to go to. */
  isMapped(item: T): boolean;
  /** The item with more attributes. */
  mark(item: T, attributes: DeadLetterAttributes): T;
}

/** The reductions are those of items that no processor made: it knows what may leave of its own. */
export const TRAITS: { readonly [S in Signal]: SignalTraits<SignalItems[S]> } = {
  logs: {
    hasId: ({ attributes }) => attributes["elasticsearch.document_id"] !== undefined,
    withoutBodies: () => undefined,
    withoutContent: ({ body: _, ...record }): LogRecord => ({ ...record, attributes: {} }),
    isMapped: ({ attributes }) => attributes["data_stream.type"] !== undefined,
    mark: (record, attributes): LogRecord => ({ ...record, attributes: { ...record.attributes, ...attributes } }),
  },
  metrics: {
    // Dimensions and time: a time series in Elasticsearch answers a repeat with a conflict.
    hasId: () => true,
    withoutBodies: () => undefined,
    withoutContent: (group) => group,
    isMapped: () => true,
    mark: (group, attributes): MetricGroup => ({ ...group, attributes: { ...group.attributes, ...attributes } }),
  },
};
