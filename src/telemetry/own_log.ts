import { type Logger, SeverityNumber } from "@opentelemetry/api";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { VERSION } from "../version.ts";
import type { TelemetrySettings } from "../config/telemetry.ts";
import type { Fields, Level } from "../component/events.ts";
import { atMost } from "../async/in_time.ts";
import type { Log } from "./log.ts";
import { logExporter, type OwnExporterOptions, timeoutOf } from "./own_exporters.ts";
import { ownResource } from "./resource.ts";

const SEVERITIES: Readonly<Record<Level, SeverityNumber>> = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

/** A log whose lines leave over OTLP or through an exporter. What no endpoint takes is dropped: the lines are on stderr anyway. */
export class OwnLog implements Log {
  readonly #provider: LoggerProvider;
  readonly #logger: Logger;
  readonly #level: Level;

  private constructor({ logs, resource }: TelemetrySettings, options: OwnExporterOptions) {
    this.#level = logs.level;
    this.#provider = new LoggerProvider({
      resource: ownResource(resource),
      processors: logs.processors.map(({ batch: { schedule_delay, exporter } }) =>
        new BatchLogRecordProcessor({
          exporter: logExporter(exporter, options),
          scheduledDelayMillis: schedule_delay,
          exportTimeoutMillis: timeoutOf(exporter),
        })
      ),
    });
    this.#logger = this.#provider.getLogger("bedrock-otel", VERSION);
  }

  /** Undefined where the configuration names no processor of log lines. */
  static create(config: TelemetrySettings, options: OwnExporterOptions): OwnLog | undefined {
    return config.logs.processors.length === 0 ? undefined : new OwnLog(config, options);
  }

  write(level: Level, event: string, message: string, fields: Fields): void {
    if (SEVERITIES[level] < SEVERITIES[this.#level]) return;
    this.#logger.emit({
      severityNumber: SEVERITIES[level],
      severityText: level.toUpperCase(),
      eventName: event,
      body: message,
      attributes: fields,
    });
  }

  /** Sends what is left, for so long at most. */
  async shutdown(timeoutMs: number): Promise<void> {
    await atMost(this.#provider.shutdown(), timeoutMs);
  }
}
