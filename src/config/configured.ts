import type {
  ComponentContext,
  Exporter,
  Extension,
  ExtensionContext,
  Processor,
  ProcessorContext,
  Receiver,
  ReceiverContext,
} from "../component/component.ts";
import type { AnyFactory } from "./component_table.ts";

/** What the service gives a component; its id and its settings come from the configuration. */
export type Given<Context> = Omit<Context, "id" | "config">;

/** A component of the configuration: a factory bound to settings that its own schema parsed. */
export interface Configured<Context, Instance> {
  /** `type` or `type/name`. */
  readonly id: string;
  readonly factory: AnyFactory;
  readonly config: unknown;
  /** Whether it has something to remember (a receiver or a processor): `service.storage` is opened for it. */
  readonly usesStorage: boolean;
  create(given: Given<Context>): Instance;
}

export type ConfiguredReceiver = Configured<ReceiverContext<unknown>, Receiver>;
export type ConfiguredProcessor = Configured<ProcessorContext<unknown>, Processor>;
export type ConfiguredExporter = Configured<ComponentContext<unknown>, Exporter>;
export type ConfiguredExtension = Configured<ExtensionContext<unknown>, Extension>;

/** What a factory does with its context. */
export interface Creates<Context, Instance> {
  create(context: Context): Instance;
}

/** Binds a factory to settings that its schema parsed. */
export function configured<Context, Instance>(
  factory: AnyFactory & Creates<Context, Instance>,
  { id, config }: { id: string; config: unknown },
): Configured<Context, Instance> {
  return {
    id,
    factory,
    config,
    usesStorage: "usesStorage" in factory && factory.usesStorage?.(config) === true,
    create: (given) => factory.create({ ...given, id, config } as Context),
  };
}
