import type { LoadedConfig } from "../config/load.ts";
import type { EventTable } from "../component/events.ts";
import { EventReporter } from "../telemetry/event_reporter.ts";
import { createLog, type Log } from "../telemetry/log.ts";
import { OtlpLog } from "../telemetry/otlp_log.ts";
import { Service } from "./service.ts";
import { onStopSignals } from "./stop_signals.ts";
import { totals } from "./totals.ts";

/** Exit codes of `run`. */
const DONE = 0;
const FAILED = 1;

/** How long the last log lines may take on their way to `service.telemetry.logs`. */
const LAST_LINES_MS = 2000;

/**
 * Runs a configuration until a signal stops it, or with `once` until everything that is there now is delivered.
 * `definitions` are the events that it can report; `sink` gets the log's lines instead of stderr. Returns the exit code: 1 when a component failed, or when `once` left anything undelivered.
 */
export async function runService(
  config: LoadedConfig,
  { once, definitions, sink }: { once: boolean; definitions: EventTable; sink?: (line: string) => void },
): Promise<number> {
  const { telemetry } = config.service;
  const { level, encoding } = telemetry.logs;
  const stderr = createLog({ level, format: encoding, ...sink && { sink } });
  const sent = OtlpLog.create(
    telemetry,
    (isFailing) => events.emit(isFailing ? "telemetry.failed" : "telemetry.recovered", { signal: "logs" }),
  );
  const events: EventReporter = new EventReporter(sent === undefined ? stderr : both(stderr, sent), definitions);
  for (const warning of config.warnings) events.emit("config.warning", { warning });

  let service: Service;
  onStopSignals((signal) => {
    events.emit("service.stopping", { signal });
    // What goes wrong with it is reported below, where it is waited for.
    service.stop().catch(() => {});
  });
  try {
    service = new Service(config, { once, events });
    await service.start();
    const undelivered = await service.finished();
    await service.stop();
    events.emit("service.stopped", { undelivered, ...totals(events) });
    return once && undelivered > 0 ? FAILED : DONE;
  } catch (error) {
    events.emit("service.failed", { error: error instanceof Error ? error.message : String(error) });
    return FAILED;
  } finally {
    await sent?.shutdown(LAST_LINES_MS);
  }
}

function both(one: Log, other: Log): Log {
  return {
    write(...line) {
      one.write(...line);
      other.write(...line);
    },
  };
}
