import type {
  Consumers,
  DeadLetter,
  Exporter,
  Processor,
  ProcessorContext,
  Receiver,
  Wrappers,
} from "../component/component.ts";
import { type LoadedConfig, usedOf } from "../config/load.ts";
import { typeOf } from "../component/component_id.ts";
import type { Signal, SignalItems } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";
import { countDelivered, countFailures, countReceived } from "../pipeline/counted.ts";
import { COUNTING } from "../pipeline/counting.ts";
import { createDeadLetter, deadLetterOrFail } from "../pipeline/dead_letter.ts";
import type { SharedFlowControl } from "../component/flow_control.ts";
import { Gate, type GateKeeper, keeperOf } from "../async/gate.ts";
import { fanOut } from "../pipeline/fan_out.ts";
import { sending } from "../pipeline/sending.ts";
import type { Storage } from "../storage/open.ts";
import type { EventReporter } from "../telemetry/event_reporter.ts";
import type { OwnMetrics } from "../telemetry/metrics.ts";
import { flowControlOf, flowControlsOf, type Pipeline } from "./flow_controls.ts";
import type { Progress } from "./progress.ts";
import { type SignalTraits, TRAITS } from "../pipeline/signals.ts";

export interface GraphOptions {
  readonly once: boolean;
  readonly events: EventReporter;
  /** There when {@linkcode needsStorage} says so. */
  readonly storage: Pick<Storage, "of"> | undefined;
  /** There when the configuration asks for the program's own metrics. */
  readonly metrics: OwnMetrics | undefined;
  readonly progress: Progress;
  /** Ends retries. */
  readonly signal: AbortSignal;
  /** Wants to know what was delivered. */
  readonly onDelivered?: NonNullable<ProcessorContext<unknown>["onDelivered"]>;
}

/** The components of a configuration, connected: what the service starts and stops. */
export interface Graph {
  readonly receivers: readonly Receiver[];
  readonly processors: readonly Processor[];
  readonly exporters: readonly Exporter[];
}

/** Whether a receiver or a processor that a pipeline uses has something to remember. */
export function needsStorage(config: LoadedConfig): boolean {
  return [...usedOf("receivers", config), ...usedOf("processors", config)].some(({ usesStorage }) => usesStorage);
}

/** `run --once` gives up on an endpoint after this time where the configuration sets no limit. */
const ONCE_MAX_ELAPSED_MS = 60_000;

/** Creates the components that the pipelines name and connects them, from the exporters up to the receivers. */
export function buildGraph(config: LoadedConfig, options: GraphOptions): Graph {
  const { events, storage, once, onDelivered } = options;
  const { dead_letter: deadLetterId, telemetry: { resource } } = config.service;
  const pipelines = Object.values(config.service.pipelines);

  const exporters = created(
    pipelines.flatMap((pipeline) => pipeline.exporters).concat(deadLetterId ?? []),
    (id) => lookUp(config.exporters, id).create({ events }),
  );
  const processors = created(
    pipelines.flatMap((pipeline) => pipeline.processors),
    (id) => {
      const processor = lookUp(config.processors, id);
      const remembers = processor.usesStorage && storage !== undefined ? { storage: storage.of(id) } : undefined;
      return processor.create({
        events: events.of(id),
        resource,
        ...remembers,
        ...onDelivered && { onDelivered },
      });
    },
  );
  // Each receiver has its own: an endpoint that is at fault must not stop those who deliver elsewhere.
  const gates = created(pipelines.flatMap((pipeline) => pipeline.receivers), () => new Gate());
  const flowControls = flowControlsOf(config.service);
  const parts: Parts = { config, exporters, processors, gates, flowControls, ...options };
  const logs = connect("logs", parts);
  const metrics = connect("metrics", parts);
  const receivers = created(pipelines.flatMap((pipeline) => pipeline.receivers), (id) => {
    const receiver = lookUp(config.receivers, id);
    return receiver.create({
      consumers: {
        ...consumersOf("logs", { id, ...logs, ...options }),
        ...consumersOf("metrics", { id, ...metrics, ...options }),
      },
      flowControl: {
        ...flowControlOf(flowControls, ({ receivers }) => receivers.includes(id)),
        gate: lookUp(gates, id),
      },
      events: events.of(id),
      once,
      resource,
      isMeasured: options.metrics !== undefined || onDelivered !== undefined,
      ...(logs.deadLetter === undefined ? {} : { deadLetter: logs.deadLetter }),
      ...(receiver.usesStorage && storage !== undefined ? { storage: storage.of(id) } : {}),
    });
  });
  return {
    receivers: [...receivers.values()],
    processors: [...processors.values()],
    exporters: [...exporters.values()],
  };
}

interface Parts extends GraphOptions {
  readonly config: LoadedConfig;
  readonly exporters: ReadonlyMap<string, Exporter>;
  readonly processors: ReadonlyMap<string, Processor>;
  /** By receiver. */
  readonly gates: ReadonlyMap<string, Gate>;
  readonly flowControls: ReadonlyMap<Pipeline, SharedFlowControl>;
}

/** The pipelines of one signal. */
interface Connected<S extends Signal> {
  /** The first consumers behind each receiver, by its id. */
  readonly feeds: ReadonlyMap<string, readonly Consumer<SignalItems[S]>[]>;
  readonly deadLetter: DeadLetter<SignalItems[S]> | undefined;
}

function connect<S extends Signal>(signal: S, parts: Parts): Connected<S> {
  const { config: { service }, processors, gates, flowControls } = parts;
  const pipelines = Object.entries(service.pipelines).filter(([id]) => typeOf(id) === signal).map(([, one]) => one);
  const deadLetter = pipelines.length === 0 ? undefined : deadLetterOf(signal, parts);
  const senders = created(
    pipelines.flatMap((pipeline) => pipeline.exporters),
    (id) => {
      const receivers = pipelines.filter(({ exporters }) => exporters.includes(id)).flatMap(({ receivers }) =>
        receivers
      );
      const gate = keeperOf([...new Set(receivers)].map((receiver) => lookUp(gates, receiver)));
      const flowControl = flowControlOf(flowControls, ({ exporters }) => exporters.includes(id));
      return sender(signal, { id, deadLetter, gate, flowControl, ...parts });
    },
  );
  const feeds = new Map<string, Consumer<SignalItems[S]>[]>();
  for (const pipeline of pipelines) {
    const exporting = fanOut(pipeline.exporters.map((id) => lookUp(senders, id)));
    const flowControl = flowControlOf(flowControls, (other) => other === pipeline);
    const first = pipeline.processors.reduceRight((next, id) => {
      const processor: Wrappers = lookUp(processors, id);
      return processor[signal]?.(next, flowControl) ?? next;
    }, exporting);
    for (const id of pipeline.receivers) feeds.set(id, [...feeds.get(id) ?? [], first]);
  }
  return { feeds, deadLetter };
}

/** What a receiver delivers to. */
function consumersOf<S extends Signal>(
  signal: S,
  { id, feeds, events, progress }: Pick<Connected<S>, "feeds"> & Pick<GraphOptions, "events" | "progress"> & {
    id: string;
  },
): Consumers {
  const consumers = feeds.get(id);
  if (consumers === undefined) return {};
  return { [signal]: countReceived(progress.watch(fanOut(consumers)), { id, counting: COUNTING[signal], events }) };
}

/** What may be written of an item: all of it only when no processor withholds content. */
function deadLetterOf<S extends Signal>(
  signal: S,
  { config, exporters, processors, events }: Parts,
): DeadLetter<SignalItems[S]> | undefined {
  const { dead_letter: id } = config.service;
  if (id === undefined) return undefined;
  const { withoutContent, isMapped, mark } = traitsOf(signal, processors);
  const keepsContent = [...processors.values()].every((processor) => processor.keepsContent);
  return createDeadLetter(consumerOf(signal, { id, exporters }), {
    id,
    keepsContent,
    withoutContent,
    isMapped,
    mark,
    counting: COUNTING[signal],
    events,
  });
}

/** What stands between the pipelines of a signal and one exporter. */
function sender<S extends Signal>(
  signal: S,
  { id, exporters, processors, deadLetter, once, metrics, ...options }: Parts & {
    id: string;
    deadLetter: DeadLetter<SignalItems[S]> | undefined;
    gate: GateKeeper;
    flowControl: SharedFlowControl;
  },
): Consumer<SignalItems[S]> {
  const { events } = options;
  const counting = COUNTING[signal];
  const exporter = countDelivered(consumerOf(signal, { id, exporters }), {
    id,
    counting,
    events,
    onDelivered: ({ items }) => {
      const times = items.map(counting.timeOf);
      options.progress.delivered(times);
      metrics?.delivered(id, times);
    },
  });
  const settings = lookUp(exporters, id).sending;
  const limitMs = settings.retry.limitMs ?? (once ? ONCE_MAX_ELAPSED_MS : undefined);
  const sender = sending(exporter, {
    ...options,
    id,
    settings: { ...settings, retry: { ...settings.retry, limitMs } },
    traits: traitsOf(signal, processors),
    onRejected: deadLetterOrFail({ id, deadLetter, counting, events }),
  });
  return countFailures(sender, { id, counting, events });
}

/** The traits of a signal, with the reductions of the processor that makes its items. */
function traitsOf<S extends Signal>(signal: S, processors: Parts["processors"]): SignalTraits<SignalItems[S]> {
  const reductions = [...processors.values()].map((processor) => processor.reductions?.[signal]);
  return { ...TRAITS[signal], ...reductions.find((one) => one !== undefined) };
}

/** One instance for each id, however often it is named. */
function created<T>(ids: readonly string[], create: (id: string) => T): Map<string, T> {
  return new Map([...new Set(ids)].map((id) => [id, create(id)]));
}

/** The configuration was checked, so what a pipeline names exists. */
function lookUp<T>(instances: ReadonlyMap<string, T>, id: string): T {
  const instance = instances.get(id);
  if (instance === undefined) throw new Error(`Cannot build the pipelines: ${id} is not defined`);
  return instance;
}

function consumerOf<S extends Signal>(
  signal: S,
  { id, exporters }: { id: string; exporters: ReadonlyMap<string, Exporter> },
): Consumer<SignalItems[S]> {
  const consumer = lookUp(exporters, id).consumers[signal];
  if (consumer === undefined) throw new Error(`Cannot build the pipelines: exporter ${id} takes no ${signal}`);
  return consumer;
}
