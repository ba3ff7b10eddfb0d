/** The health of the program and its components, in the form of the Collector's `healthcheckv2` extension. */
import type { ComponentStatus, HealthReport, ReportOptions, Status } from "../component/health.ts";
import type { Health, Phase } from "./health.ts";

/** What runs: `receiver:ID`, `processor:ID`, … of each group `pipeline:logs`, `dead_letter`, `extensions`. */
export type Groups = Readonly<Record<string, readonly string[]>>;

const PHASES: Readonly<Record<Phase, Status>> = {
  starting: "StatusStarting",
  running: "StatusOK",
  stopping: "StatusStopping",
  stopped: "StatusStopped",
};

/** How everything is now. */
export function healthReport(health: Health, groups: Groups, options: ReportOptions): HealthReport {
  const components = Object.fromEntries(
    Object.entries(groups).map(([name, members]) => {
      const statuses = members.map((member) => [member, componentStatus(health, member, options)] as const);
      return [name, together(Object.fromEntries(statuses), health)];
    }),
  );
  const whole = together(components, health);
  const ready = health.phase === "running";
  return { start_time: health.startedAt.toISOString(), ...whole, healthy: ready && whole.healthy, ready };
}

function componentStatus(health: Health, member: string, { unhealthyAfterMs }: ReportOptions): ComponentStatus {
  const id = member.slice(member.indexOf(":") + 1);
  const failure = health.failureOf(id);
  if (failure !== undefined) {
    return {
      healthy: failure.forMs < unhealthyAfterMs,
      status: "StatusRecoverableError",
      error: failure.reason,
      status_time: failure.since.toISOString(),
    };
  }
  const since = health.healthySince(id) ?? health.phaseSince;
  const time = since > health.phaseSince ? since : health.phaseSince;
  return { healthy: true, status: PHASES[health.phase], status_time: time.toISOString() };
}

/** As bad as the worst of them: unhealthy before failing before well. */
function together(components: Readonly<Record<string, ComponentStatus>>, health: Health): ComponentStatus {
  const badness = ({ healthy, error }: ComponentStatus) => (healthy ? 0 : 2) + (error === undefined ? 0 : 1);
  const worst = Object.values(components).sort((a, b) => badness(b) - badness(a))[0];
  if (worst === undefined || badness(worst) === 0) {
    const times = Object.values(components).map(({ status_time }) => status_time).sort();
    const time = times.at(-1) ?? health.phaseSince.toISOString();
    return { healthy: true, status: PHASES[health.phase], status_time: time, components };
  }
  const { healthy, status, error, status_time } = worst;
  return { healthy, status, ...(error === undefined ? {} : { error }), status_time, components };
}
