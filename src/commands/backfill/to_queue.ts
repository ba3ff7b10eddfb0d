import { awss3Schema, type QueueConfig } from "../../receivers/awss3/config.ts";
import { sqsClient } from "../../receivers/awss3/queue/queue.ts";
import { regionOfQueueUrl } from "../../receivers/awss3/queue/queue_url.ts";
import { s3Clients } from "../../aws/s3/s3_clients.ts";
import { TaskPool } from "../../async/task_pool.ts";
import { onStopSignals } from "../../service/stop_signals.ts";
import { openStorage } from "../../storage/open.ts";
import { EventReporter } from "../../telemetry/event_reporter.ts";
import { createLog } from "../../telemetry/log.ts";
import { estimate } from "./estimate.ts";
import { messageBatches } from "./messages.ts";
import { QueueSender } from "./queue_sender.ts";
import type { BackfillRequest } from "./request.ts";
import { Session } from "./session.ts";
import { sourceOf } from "./source.ts";
import { EVENTS } from "../../components.ts";
import { BACKFILL_EVENTS } from "./events.ts";

export interface ToQueueRequest extends BackfillRequest {
  readonly queueUrl: string;
  readonly objectsPerMessage: number;
  readonly endpoint: string | undefined;
  readonly pathStyle: boolean;
}

/** Calls that send messages, under way at once. */
const WORKERS = 8;

/**
 * Announces objects in a queue, as S3 would have: those who read the queue share the work. True when nothing is left.
 *
 * @throws {Error} it could not begin: the bucket cannot be listed, the dead letter not be read, the state not be opened.
 */
export async function backfillToQueue(request: ToQueueRequest): Promise<boolean> {
  const { queueUrl, objectsPerMessage, wanted, rate, console } = request;
  const stopping = new AbortController();
  const { signal } = stopping;
  onStopSignals(() => stopping.abort(new Error("Stopped")));
  const config = settingsOf(request);
  using resources = new DisposableStack();
  const client = resources.adopt(sqsClient(config), (client) => client.destroy());
  const log = { write: console.note };
  const events = new EventReporter(createLog({ level: "info", format: "text", sink: (line) => log.write(line) }), {
    ...EVENTS,
    ...BACKFILL_EVENTS,
  });
  const clients = resources.adopt(
    s3Clients(config, { pathStyle: config.path_style, counter: events }),
    (clients) => clients.close(),
  );
  const source = await sourceOf(wanted, { clients, bucket: undefined, events, signal });
  if (request.isDryRun) {
    console.print(await estimate(source, { objectsPerMessage }));
    return true;
  }
  const directory = request.stateDirectory ?? "./state/backfill";
  const storage = resources.use(openStorage({ directory, events }));
  using session = new Session({
    source,
    target: ["queue", queueUrl],
    storage: storage.of("backfill"),
    rate,
    console,
  });
  log.write = (line) => session.log(line);
  const sender = new QueueSender({ client, queueUrl, events, signal });
  const calls = new TaskPool({ size: WORKERS });
  const batches = messageBatches(session.objects(), { objectsPerMessage, region: source.region });
  try {
    for await (const { messages, objects } of batches) {
      await session.take(objects.length, signal);
      await calls.begin(async () => await session.finish(objects, await sender.send(messages)), signal);
    }
  } catch (error) {
    session.fail(error);
  }
  await calls.idle().catch((error) => session.fail(error));
  return session.end();
}

function settingsOf({ queueUrl, endpoint, pathStyle }: ToQueueRequest): QueueConfig {
  const region = regionOfQueueUrl(queueUrl);
  const config = awss3Schema.parse({
    queue_url: queueUrl,
    path_style: pathStyle,
    ...endpoint !== undefined && { endpoint },
    ...region !== undefined && { default_region: region },
  });
  return { ...config, queue_url: queueUrl };
}
