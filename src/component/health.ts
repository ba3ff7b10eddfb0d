/** The health of the program and its components, in the form of the Collector's `healthcheckv2` extension. */

/** Words of the Collector's component status. */
export type Status = "StatusStarting" | "StatusOK" | "StatusRecoverableError" | "StatusStopping" | "StatusStopped";

/** One component, or several taken together: then it is the worst of them. Holds ids, words and times only. */
export interface ComponentStatus {
  readonly healthy: boolean;
  readonly status: Status;
  /** What fails, in one word of the event table. */
  readonly error?: string;
  /** Since when it is so; ISO 8601. */
  readonly status_time: string;
  readonly components?: Readonly<Record<string, ComponentStatus>>;
}

export interface HealthReport extends ComponentStatus {
  /** Everything has started and nothing stops. */
  readonly ready: boolean;
  readonly start_time: string;
}

export interface ReportOptions {
  /** A component that fails for so long makes the whole unhealthy. */
  readonly unhealthyAfterMs: number;
}
