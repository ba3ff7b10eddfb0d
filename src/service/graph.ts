import type { DeadLetter, Exporter, Processor, Receiver } from "../component.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { LogRecord } from "../pipeline/batch.ts";
import type { Consumer } from "../pipeline/consumer.ts";
import { createDeadLetter, deadLetterOrFail } from "../pipeline/dead_letter.ts";
import type { Delivery } from "../pipeline/delivery.ts";
import { fanOut } from "../pipeline/fan_out.ts";
import { sending } from "../pipeline/sending.ts";
import { shrunk, withoutContent } from "../processors/bedrock/content.ts";
import type { Storage } from "../storage/storage.ts";
import type { Events } from "../telemetry/events.ts";

export interface GraphOptions {
  readonly once: boolean;
  readonly events: Events;
  readonly delivery: Delivery;
  /** There when {@linkcode needsStorage} says so. */
  readonly storage: Storage | undefined;
  /** Ends retries. */
  readonly signal: AbortSignal;
}

/** The components of a configuration, connected: what the service starts and stops. */
export interface Graph {
  readonly receivers: readonly Receiver[];
  readonly exporters: readonly Exporter[];
}

/** Whether a receiver that a pipeline uses has something to remember. */
export function needsStorage({ receivers, service }: LoadedConfig): boolean {
  const used = Object.values(service.pipelines).flatMap((pipeline) => pipeline.receivers);
  return used.some((id) => receivers.get(id)?.usesStorage);
}

/** `run --once` gives up on an endpoint after this time where the configuration sets no limit. */
const ONCE_MAX_ELAPSED_MS = 60_000;

/** Creates the components that the pipelines name and connects them, from the exporters up to the receivers. */
export function buildGraph(config: LoadedConfig, options: GraphOptions): Graph {
  const { events, delivery, storage, once } = options;
  const { dead_letter: deadLetterId, telemetry } = config.service;
  const pipelines = Object.values(config.service.pipelines);

  const exporterIds = pipelines.flatMap((pipeline) => pipeline.exporters).concat(deadLetterId ?? []);
  const exporters = created(exporterIds, (id) => lookUp(config.exporters, id).create({ events }));
  const processors = created(
    pipelines.flatMap((pipeline) => pipeline.processors),
    (id) => lookUp(config.processors, id).create({ events, resource: telemetry.resource }),
  );
  const deadLetter = deadLetterId === undefined
    ? undefined
    : createDeadLetter(logsOf(exporters, deadLetterId), { id: deadLetterId, reduce: reduction(processors), events });
  const senders = created(exporterIds, (id) => sender(id, { exporters, deadLetter, ...options }));

  const feeds = new Map<string, Consumer<LogRecord>[]>();
  for (const pipeline of pipelines) {
    const exporting = fanOut(pipeline.exporters.map((id) => lookUp(senders, id)));
    const first = pipeline.processors.reduceRight(
      (next, id) => lookUp(processors, id).logs?.(next) ?? next,
      exporting,
    );
    for (const id of pipeline.receivers) feeds.set(id, [...feeds.get(id) ?? [], first]);
  }
  const receivers = [...feeds].map(([id, consumers]) => {
    const receiver = lookUp(config.receivers, id);
    return receiver.create({
      consumers: { logs: fanOut(consumers) },
      delivery,
      events,
      once,
      ...(deadLetter === undefined ? {} : { deadLetter }),
      ...(receiver.usesStorage && storage !== undefined ? { storage: storage.of(id) } : {}),
    });
  });
  return { receivers, exporters: [...exporters.values()] };
}

/** What stands between the pipelines and one exporter. */
function sender(
  id: string,
  { exporters, deadLetter, once, ...options }: GraphOptions & {
    exporters: ReadonlyMap<string, Exporter>;
    deadLetter: DeadLetter | undefined;
  },
): Consumer<LogRecord> {
  const settings = lookUp(exporters, id).sending;
  const limited = once && settings.retry.maxElapsedTimeMs === 0;
  return sending(logsOf(exporters, id), {
    ...options,
    id,
    settings: limited ? { ...settings, retry: { ...settings.retry, maxElapsedTimeMs: ONCE_MAX_ELAPSED_MS } } : settings,
    traits: { hasId: (record) => record.attributes["elasticsearch.document_id"] !== undefined, shrink: shrunk },
    onGuilty: deadLetterOrFail({ id, deadLetter, events: options.events }),
  });
}

/** What the dead letter may hold: whole records only when no processor withholds their content. */
function reduction(processors: ReadonlyMap<string, Processor>): (record: LogRecord) => LogRecord {
  const keepsContent = [...processors.values()].every((processor) => processor.keepsContent);
  return keepsContent ? (record) => record : withoutContent;
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

function logsOf(exporters: ReadonlyMap<string, Exporter>, id: string): Consumer<LogRecord> {
  const consumer = lookUp(exporters, id).consumers.logs;
  if (consumer === undefined) throw new Error(`Cannot build the pipelines: exporter ${id} takes no logs`);
  return consumer;
}
