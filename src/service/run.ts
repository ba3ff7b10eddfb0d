import type { LoadedConfig } from "../config/load.ts";
import type { EventTable } from "../component/events.ts";
import { EventReporter } from "../telemetry/event_reporter.ts";
import { createLog, type Log } from "../telemetry/log.ts";
import { changeReporter } from "../telemetry/otlp.ts";
import { OwnLog } from "../telemetry/own_log.ts";
import { inForce } from "./in_force.ts";
import { senderIn } from "./own_telemetry.ts";
import { Service } from "./service.ts";
import { onStopSignals } from "./stop_signals.ts";
import { totals } from "./totals.ts";

/** How long the last log lines may take on their way to `service.telemetry.logs`. */
const LAST_LINES_MS = 2000;

/** What `run` is given beside its configuration. */
export interface RunOptions {
  readonly once: boolean;
  /** Events that it can report. */
  readonly definitions: EventTable;
  /** Gets the log's lines instead of stderr. */
  readonly sink?: (line: string) => void;
  /** Gets what the run came to, for a script. */
  readonly onSummary?: (summary: Readonly<Record<string, string | number>>) => void;
}

/** In a word: something is left at its source, or in the dead letter, or all is delivered, or there was nothing. */
function resultOf(summary: Readonly<Record<string, number>>): string {
  const has = (name: string) => Object.entries(summary).some(([key, value]) => key.startsWith(name) && value > 0);
  if (has("undelivered")) return "undelivered";
  if (has("dead_letter")) return "dead_letters";
  return has("delivered") || has("duplicate") ? "delivered" : "nothing";
}

/**
 * Runs a configuration until a signal stops it, or with `once` until everything that is there now is delivered.
 * Returns whether that went well: no component failed, and `once` left nothing undelivered.
 */
export async function runService(
  config: LoadedConfig,
  { once, definitions, sink, onSummary }: RunOptions,
): Promise<boolean> {
  const { telemetry } = config.service;
  const { level, encoding } = telemetry.logs;
  const stderr = createLog({ level, format: encoding, ...sink && { sink } });
  const sent = OwnLog.create(telemetry, {
    onChange: (failure) => changeReporter(events, "logs")(failure),
    senderOf: senderIn(config),
  });
  const events: EventReporter = new EventReporter(sent === undefined ? stderr : both(stderr, sent), definitions);
  for (const warning of config.warnings) events.emit("config.warning", { warning });

  events.emit("service.starting", inForce(config));

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
    const summary = { undelivered_sources: undelivered, ...totals(events) };
    events.emit("service.stopped", summary);
    onSummary?.({ result: resultOf(summary), ...summary });
    return !once || undelivered === 0;
  } catch (error) {
    events.emit("service.failed", { error: error instanceof Error ? error.message : String(error) });
    return false;
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
