import type { ExporterFactory, ProcessorFactory, ReceiverFactory } from "../component.ts";

/** All kinds of components that a configuration can name. Their settings are checked by their own schema. */
export interface ComponentTable {
  readonly receivers: readonly ReceiverFactory<unknown>[];
  readonly processors: readonly ProcessorFactory<unknown>[];
  readonly exporters: readonly ExporterFactory<unknown>[];
}

/** Sections of the configuration that hold components, in the order of the data. */
export const KINDS = ["receivers", "processors", "exporters"] as const satisfies readonly (keyof ComponentTable)[];

export type Kind = (typeof KINDS)[number];

/** What every factory has. */
export type AnyFactory = ComponentTable[Kind][number];
