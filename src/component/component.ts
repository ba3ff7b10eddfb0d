/**
 * What a component is: receivers, processors, exporters and extensions as the service sees them. Each lives in a folder of its
 * own with the same files: `config.ts` (settings: a zod schema with defaults and descriptions), `factory.ts`, and
 * its implementation. `components.ts` lists them all.
 */
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { ResourceMetrics } from "@opentelemetry/sdk-metrics";
import type { ZodType } from "zod";
import type { RetryPolicy } from "../async/retry.ts";
import type { Item, LogRecord, Signal, SignalItems } from "./batch.ts";
import type { Consumer } from "./consumer.ts";
import type { FlowControl, SharedFlowControl } from "./flow_control.ts";
import type { ReceiverStorage } from "./checkpoints.ts";
import type { Events, EventTable, ObservedEvents } from "./events.ts";
import type { HealthReport, ReportOptions } from "./health.ts";
import type { InvocationSummary } from "./invocation_summary.ts";

export type { Signal } from "./batch.ts";

/** Where the items of a signal go in a receiver or from an exporter: absent where the signal is not in use. */
export type Consumers = { [S in Signal]?: Consumer<SignalItems[S]> };

/** What every component is given. */
export interface ComponentContext<Config> {
  /** `type` or `type/name`, as in the configuration. */
  readonly id: string;
  readonly config: Config;
  /** Those of a receiver or processor carry its id in the field `component` of themselves. */
  readonly events: Events;
}

export interface ReceiverContext<Config> extends ComponentContext<Config> {
  /** First consumer of each pipeline signal that this receiver feeds. */
  readonly consumers: Consumers;
  /** Bounds what is in flight and says whether the exporters take anything. */
  readonly flowControl: FlowControl;
  /** Takes what can never become a record (a poison message). Absent: none is configured. */
  readonly deadLetter?: DeadLetter;
  /** What the receiver remembers; there when its factory says that it {@linkcode ReceiverFactory.usesStorage}. */
  readonly storage?: ReceiverStorage;
  /** `service.telemetry.resource`: attributes that the user wants on the resource of what is sent. Absent: none. */
  readonly resource?: Readonly<Record<string, string>>;
  /** Take what is there now, then finish (`run --once`). */
  readonly once: boolean;
  /** Whether own metrics or a live page show what is measured: what AWS is asked for that alone, it is asked only then. */
  readonly isMeasured?: boolean;
}

export interface ProcessorContext<Config> extends ComponentContext<Config> {
  /** What it remembers; there when its factory says that it {@linkcode ProcessorFactory.usesStorage}. */
  readonly storage?: ReceiverStorage;
  /** `service.telemetry.resource`: attributes that the user wants on the resource of every record. */
  readonly resource: Readonly<Record<string, string>>;
  /** Wants the summaries of invocations once they are delivered; absent: nobody does, and none need be made. */
  readonly onDelivered?: (summaries: readonly InvocationSummary[]) => void;
}

/** A place for what can never be delivered. Resolves once it is durably written there. */
export interface DeadLetter<T extends Item = LogRecord> {
  /** Whether what it holds has its text; otherwise it only refers to where that is. */
  readonly keepsContent: boolean;
  /** `isReported`: an event has told the reason for each item, so that the log need not repeat it. */
  write(items: readonly T[], reason: string, options?: { readonly isReported?: boolean }): Promise<void>;
}

/** What a receiver left behind when it finished. */
export interface ReceiverResult {
  /** Messages, objects or windows that were begun or seen, and were not delivered. */
  readonly undelivered: number;
}

export interface Receiver {
  /** Begins to receive and returns; rejects when the receiver can never work as configured. */
  start(): Promise<void>;
  /**
   * Settles when the receiver has finished: in `once` when nothing is left, otherwise after {@linkcode stop}. It
   * rejects when the receiver cannot go on.
   */
  readonly finished: Promise<ReceiverResult>;
  /**
   * Takes nothing new, finishes what is in flight until `deadline` fires, then returns the rest to its source.
   * Idempotent, and safe before {@linkcode start}.
   */
  stop(deadline: AbortSignal): Promise<void>;
}

/** How a request is sent: what the wrappers around an exporter need (`pipeline/sending.ts`). Times in ms. */
export interface SendingSettings {
  /** Most items in a request. */
  readonly maxItems: number;
  /** About the most bytes in a request, before compression. */
  readonly maxBytes: number;
  /** Longest wait for more items. */
  readonly flushTimeoutMs: number;
  /** Requests in flight. */
  readonly numConsumers: number;
  /**
   * Where an item goes behind the endpoint, for exporters whose places fail apart (data streams): each has its own requests, so
   * that one that is at fault stops no other.
   */
  readonly destinationOf?: (item: Item) => string;
  /** After a fault of the endpoint. */
  readonly retry: RetryPolicy;
}

export interface Exporter {
  readonly sending: SendingSettings;
  /**
   * Consumers that make one request each time and settle with its outcome (see `pipeline/outcome.ts`); they neither
   * retry nor batch.
   */
  readonly consumers: Consumers;
  start(): Promise<void>;
  /** Called once nothing is in flight, or when what is in flight has to be given up (`consume` then rejects). */
  shutdown(): Promise<void>;
}

/** Put a processor in front of `next`, for each signal that it takes. */
export type Wrappers = {
  readonly [S in Signal]?: (
    next: Consumer<SignalItems[S]>,
    /** Bounds what is in flight, also what the wrapper adds to it. */
    flowControl: SharedFlowControl,
  ) => Consumer<SignalItems[S]>;
};

export interface Processor extends Wrappers {
  /** Ends what it does beside its records, once there are no more. Idempotent. */
  stop?(): void;
  /** Whether prompts and answers may leave the program: decides what a dead letter holds. */
  readonly keepsContent: boolean;
  /** How what it made is reduced, for each signal that it takes. */
  readonly reductions?: { readonly [S in Signal]?: Reductions<SignalItems[S]> };
}

/** Ways to leave something out of an item. */
export interface Reductions<T extends Item> {
  /** What may be kept of an item where content may not leave the program. */
  withoutContent(item: T): T;
  /** The item without its bulk, for an endpoint that finds it too large alone; undefined when nothing is left to drop. */
  withoutBodies(item: T): T | undefined;
}

export interface ExtensionContext<Config> extends ComponentContext<Config> {
  readonly events: ObservedEvents;
  /** How the program and each of its components are now. */
  health(options: ReportOptions): HealthReport;
}

/** Runs beside the pipelines: it starts before and stops after everything else. */
export interface Extension {
  /** Rejects when it can never work as configured. */
  start(): Promise<void>;
  /** Idempotent, and safe before {@linkcode start}. */
  stop(): Promise<void>;
  /** Is notified of invocations that were delivered. It must be quick and must not throw. */
  onDelivered?(summaries: readonly InvocationSummary[]): void;
}

/** Deno permissions that a component needs as configured; each list is what the `--allow-…` flag would take. */
export interface Permissions {
  readonly net?: readonly string[];
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  readonly env?: readonly string[];
  readonly sys?: readonly string[];
}

/** A mistake in a component's settings that its schema cannot express. */
export interface Problem {
  /** Path below the component (`queue_url`, `redact.0.pattern`); empty for the component as a whole. */
  readonly path: string;
  /** What was expected, and what to do. Never a secret's value. */
  readonly message: string;
}

interface FactoryBase<Config> {
  readonly type: string;
  /** One line for `components`. */
  readonly description: string;
  readonly signals: readonly Signal[];
  /** Events of its own that it reports. */
  readonly events?: EventTable;
  /** Settings in the grammar of the configuration file; strict, every setting described. */
  readonly schema: ZodType<Config, unknown>;
  /** Settings of the Elastic Agent that need nothing here: accepted with a warning. Name -> why. */
  readonly ignoredSettings?: Readonly<Record<string, string>>;
  /** Where it reads or sends, in a few words for people: the URL of a queue, an endpoint, a path. */
  place?(config: Config): string;
  /** Checks across settings; runs when the schema found nothing wrong. */
  check?(config: Config): Problem[];
  /** What a valid configuration with it needs elsewhere, or would be better with; for people. */
  advice?(config: Config, used: { readonly signals: readonly Signal[] }): Problem[];
  /** `bodyBuckets`: where processors have receivers read bodies, beside the receivers' own buckets. */
  permissions(config: Config, needs?: { readonly bodyBuckets: readonly string[] }): Permissions;
}

/** Modes of the mapping that an exporter's endpoint keeps. */
export interface KeptModes {
  readonly modes: readonly string[];
  /** Name of the setting that decides so. */
  readonly setting: string;
}

export interface ReceiverFactory<Config> extends FactoryBase<Config> {
  /** Whether it has something to remember, so that the service opens `service.storage`. Default: no. */
  usesStorage?(config: Config): boolean;
  /** Signals of which it delivers the original: a pipeline of these needs a processor that {@linkcode ProcessorFactory.maps} them. */
  readonly unmapped?: readonly Signal[];
  create(context: ReceiverContext<Config>): Receiver;
}

export interface ProcessorFactory<Config> extends FactoryBase<Config> {
  /** Whether it has something to remember, so that the service opens `service.storage`. Default: no. */
  usesStorage?(config: Config): boolean;
  /** Signals of which it makes what exporters send out of the original. */
  readonly maps?: readonly Signal[];
  /** Name of the setting by which it keeps content from leaving, as configured; such a processor has to be in use. */
  withholdsBy?(config: Config): string | undefined;
  /** Buckets from which receivers are to read bodies for it, beside their own. */
  bodyBuckets?(config: Config): readonly string[];
  create(context: ProcessorContext<Config>): Processor;
}

/** How the program's own log lines and metrics are sent where records go. Each is sent once; a rejection is reported. */
export interface OwnTelemetrySender {
  logs(records: readonly ReadableLogRecord[]): Promise<void>;
  metrics(metrics: ResourceMetrics): Promise<void>;
  /** Gives up what is in flight. Idempotent. */
  close(): void;
}

export interface OwnTelemetrySettings {
  /** Longest time for a request and its answer. */
  readonly timeoutMs: number;
  /** Of the data streams. */
  readonly namespace: string;
}

export interface ExporterFactory<Config> extends FactoryBase<Config> {
  /** Where it takes the program's own telemetry too (`service.telemetry`): a sender beside the exporter, that shares nothing with it. */
  ownTelemetry?(config: Config, settings: OwnTelemetrySettings): OwnTelemetrySender;
  /**
   * The modes of the mapping that survive behind it, where it does not keep all of them, and the setting that decides so.
   */
  keptModes?(config: Config, signal: Signal): KeptModes;
  create(context: ComponentContext<Config>): Exporter;
}

export interface ExtensionFactory<Config> extends FactoryBase<Config> {
  create(context: ExtensionContext<Config>): Extension;
}
