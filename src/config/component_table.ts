import type { ExporterFactory, ExtensionFactory, ProcessorFactory, ReceiverFactory } from "../component/component.ts";

/** All kinds of components that a configuration can name. Their settings are checked by their own schema. */
export interface ComponentTable {
  readonly receivers: readonly ReceiverFactory<unknown>[];
  readonly processors: readonly ProcessorFactory<unknown>[];
  readonly exporters: readonly ExporterFactory<unknown>[];
  readonly extensions: readonly ExtensionFactory<unknown>[];
}

/** Sections of the configuration that hold components. */
export type Kind = keyof ComponentTable;

/** Those whose components stand in pipelines, in the order of the data. */
export const PIPELINE_KINDS = ["receivers", "processors", "exporters"] as const satisfies readonly Kind[];

/** All of them. */
export const KINDS = [...PIPELINE_KINDS, "extensions"] as const satisfies readonly Kind[];

/** What every factory has. */
export type AnyFactory = ComponentTable[Kind][number];
