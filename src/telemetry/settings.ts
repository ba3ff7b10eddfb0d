import type { Level } from "../component/events.ts";

/** Where the program's own telemetry goes over OTLP. `timeout` in ms. */
export interface OtlpSettings {
  readonly protocol: "http/protobuf" | "http/json";
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
}

/** The same for metrics. */
export interface OtlpMetricSettings extends OtlpSettings {
  /** Undefined: `cumulative`. */
  readonly temporality_preference?: "cumulative" | "delta" | undefined;
}

/** An exporter of the configuration through which it goes. `timeout` in ms. */
export interface OwnExporterSettings {
  /** Its id. */
  readonly exporter: string;
  readonly namespace: string;
  readonly timeout: number;
}

/** One of both. */
export interface TelemetryExporter<Otlp extends OtlpSettings = OtlpSettings> {
  readonly otlp?: Otlp | undefined;
  readonly elasticsearch?: OwnExporterSettings | undefined;
}

/** A port where Prometheus reads the metrics. */
export interface PrometheusSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly without_scope_info: boolean;
}

/** `service.telemetry` as it is in force; durations in ms. The configuration's schema is in `config/telemetry.ts`. */
export interface TelemetrySettings {
  readonly logs: {
    readonly level: Level;
    readonly encoding: "text" | "json";
    readonly processors: readonly {
      readonly batch: { readonly schedule_delay: number; readonly exporter: TelemetryExporter };
    }[];
  };
  readonly metrics: {
    readonly level: "none" | "basic" | "normal" | "detailed";
    readonly readers: readonly {
      readonly periodic?:
        | { readonly interval: number; readonly exporter: TelemetryExporter<OtlpMetricSettings> }
        | undefined;
      readonly pull?: { readonly exporter: { readonly prometheus: PrometheusSettings } } | undefined;
    }[];
  };
  readonly resource: Readonly<Record<string, string>>;
}
