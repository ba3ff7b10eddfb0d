import { join } from "node:path";
import type { Counter } from "../../aws/count_calls.ts";
import type { Receiver, ReceiverContext, ReceiverFactory } from "../../component/component.ts";
import { configured } from "../../config/configured.ts";
import { loadProgramConfig } from "../load_config.ts";
import { type LoadedConfig } from "../../config/load.ts";
import { typeOf } from "../../component/component_id.ts";
import { type Awss3Config, listedBucket } from "../../receivers/awss3/config.ts";
import { awss3Factory, objectContext } from "../../receivers/awss3/factory.ts";
import { type S3Clients, s3Clients } from "../../aws/s3/s3_clients.ts";
import { queueReceiver } from "../../receivers/awss3/queue/receiver.ts";
import { runService } from "../../service/run.ts";
import { EventReporter } from "../../telemetry/event_reporter.ts";
import { createLog } from "../../telemetry/log.ts";
import { estimate } from "./estimate.ts";
import { ObjectQueue } from "./object_queue.ts";
import { UsageError } from "../command.ts";
import type { BackfillRequest } from "./request.ts";
import { Session } from "./session.ts";
import { sourceOf } from "./source.ts";
import { EVENTS } from "../../components.ts";
import { BACKFILL_EVENTS } from "./events.ts";

/** How often an object is tried before it counts as failed. */
const MAX_TRIES = 3;

export interface ToPipelineRequest extends BackfillRequest {
  /** Files of the configuration. */
  readonly files: readonly string[];
  /** Id of the receiver whose settings and pipelines are used; undefined: the only `awss3`. */
  readonly receiver: string | undefined;
}

/**
 * Delivers objects through the pipelines of a configuration's `awss3` receiver, which itself does not run. True when
 * nothing is left.
 *
 * @throws {ConfigError} the configuration is wrong.
 * @throws {UsageError} the request does not fit it.
 * @throws {Error} the bucket cannot be listed, or the dead letter not be read.
 */
export async function backfillThroughPipeline(request: ToPipelineRequest): Promise<boolean> {
  const { wanted, console, files, rate } = request;
  const loaded = await loadProgramConfig(files);
  const { id, config } = receiverOf(loaded, request.receiver);
  const log = { write: console.note };
  const sink = (line: string) => log.write(line);
  const events = new EventReporter(createLog({ level: "info", format: "text", sink }), {
    ...EVENTS,
    ...BACKFILL_EVENTS,
  });
  // Calls are counted by the service, for its metrics, once that is there.
  let counting: Counter = events;
  const counter: Counter = { emit: (...event) => counting.emit(...event) };
  const clients = s3Clients(config, { pathStyle: config.path_style, counter });
  const listing = new AbortController();
  const source = await sourceOf(wanted, {
    clients,
    bucket: listedBucket(config)?.name,
    events,
    signal: listing.signal,
  });
  if (request.isDryRun) {
    console.print(await estimate(source, { objectsPerMessage: undefined }));
    return true;
  }
  let session: Session | undefined;
  const create = (context: ReceiverContext<Awss3Config>) => {
    if (context.storage === undefined) throw new Error("Cannot backfill: there is no storage");
    const own = new Session({ source, target: ["pipeline", files, id], storage: context.storage, rate, console });
    session = own;
    log.write = (line) => own.log(line);
    counting = context.events;
    return receiver(context, { clients, session: own, listing });
  };
  const replaced = withReceiver(loaded, { id, config, create, stateDirectory: request.stateDirectory });
  const isGood = await runService(replaced, { once: true, definitions: { ...EVENTS, ...BACKFILL_EVENTS }, sink });
  return session?.end() === true && isGood;
}

/** The receiver whose settings and pipelines are used. */
function receiverOf(loaded: LoadedConfig, wanted: string | undefined): { id: string; config: Awss3Config } {
  const candidates = [...loaded.receivers.values()].filter(({ id }) => typeOf(id) === awss3Factory.type);
  const found = wanted === undefined ? candidates : candidates.filter(({ id }) => id === wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return { id: only.id, config: only.config as Awss3Config };
  const ids = candidates.map(({ id }) => id).join(", ") || "none";
  const problem = wanted === undefined
    ? "expected one awss3 receiver in the configuration, or --receiver ID"
    : `--receiver ${wanted} is no awss3 receiver`;
  throw new UsageError(`Cannot backfill: ${problem}; there are: ${ids}`);
}

/** The configuration with only the pipelines of one receiver, and another one in its place. */
function withReceiver(
  loaded: LoadedConfig,
  { id, config, create, stateDirectory }: {
    id: string;
    config: Awss3Config;
    create: (context: ReceiverContext<Awss3Config>) => Receiver;
    stateDirectory: string | undefined;
  },
): LoadedConfig {
  const pipelines = Object.entries(loaded.service.pipelines)
    .filter(([, { receivers }]) => receivers.includes(id))
    .map(([name, pipeline]) => [name, { ...pipeline, receivers: [id] }] satisfies [string, unknown]);
  if (pipelines.length === 0) throw new UsageError(`Cannot backfill: receiver ${id} is in no pipeline`);
  const factory: ReceiverFactory<Awss3Config> = { ...awss3Factory, usesStorage: () => true, create };
  const replacement = configured<ReceiverContext<unknown>, Receiver>(factory, { id, config });
  const directory = stateDirectory ?? join(loaded.service.storage.directory, "backfill");
  const { metrics } = loaded.service.telemetry;
  // A program that runs with the same configuration has the ports.
  const readers = metrics.readers.filter(({ pull }) => pull === undefined);
  return {
    ...loaded,
    receivers: new Map([[id, replacement]]),
    service: {
      ...loaded.service,
      storage: { ...loaded.service.storage, directory },
      telemetry: { ...loaded.service.telemetry, metrics: { ...metrics, readers } },
      extensions: [],
      pipelines: Object.fromEntries(pipelines),
    },
  };
}

/** The receiver of a queue, with the objects of the backfill in place of a queue's messages. */
function receiver(
  context: ReceiverContext<Awss3Config>,
  { clients, session, listing }: { clients: S3Clients; session: Session; listing: AbortController },
): Receiver {
  const queue = new ObjectQueue(session.objects(), { session, events: context.events });
  return queueReceiver({
    ...objectContext(context, clients),
    queue,
    settle: queue.settle,
    deletesAtOnce: true,
    tries: MAX_TRIES,
    config: { ...context.config, queue_url: "of the backfill" },
    close() {
      listing.abort(new Error("Stopped"));
      clients.close();
    },
  });
}
