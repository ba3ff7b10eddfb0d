import type { ExtensionContext } from "../../component/component.ts";
import type { ComponentStatus } from "../../component/health.ts";
import { componentOf } from "../../telemetry/event_reporter.ts";
import type { ComponentView, PipelineView, State } from "./snapshot.ts";

type Context = Pick<ExtensionContext<unknown>, "events" | "health">;
type LastError = NonNullable<ComponentView["lastError"]>;

const STATES: Readonly<Record<ComponentStatus["status"], State>> = {
  StatusStarting: "starting",
  StatusOK: "ok",
  StatusRecoverableError: "failing",
  StatusStopping: "stopping",
  StatusStopped: "stopping",
};

/** How the pipelines are doing: what the events count, and how each component is. */
export class Deliveries {
  readonly #context: Context;
  readonly #lastErrors = new Map<string, LastError>();

  constructor(context: Context) {
    this.#context = context;
    context.events.subscribe(({ definition, fields }) => {
      if (definition.level !== "warn" && definition.level !== "error") return;
      const id = componentOf(fields);
      if (id === undefined) return;
      // The table's words only: an error's text may quote an answer from outside.
      const { reason } = fields;
      const known = typeof reason === "string" && Array.isArray(definition.reasons) &&
        definition.reasons.includes(reason);
      this.#lastErrors.set(id, { message: definition.message, reason: known ? reason : null, timeMs: Date.now() });
    });
  }

  view() {
    const { events, health } = this.#context;
    const report = health({ unhealthyAfterMs: 0 });
    const { extensions: _, ...groups } = report.components ?? {};
    const isPipeline = ([name]: readonly [string, unknown]) => name.startsWith("pipeline:");
    const pipelines = Object.entries(groups).filter(isPipeline);
    const others = Object.entries(groups).filter((group) => !isPipeline(group));
    return {
      startedMs: Date.parse(report.start_time),
      state: STATES[report.status],
      pipelines: pipelines.map(([name, { components = {} }]) =>
        this.#pipeline(name.slice("pipeline:".length), components)
      ),
      deadLetters: events.count("dead_letter.records") + events.count("dead_letter.points"),
      others: others.flatMap(([, { components = {} }]) =>
        Object.entries(components).map(([member, status]) => this.#component(member, status, { items: "records" }))
      ),
      awsUsd: events.count("aws.estimated_cost_usd"),
      awsCalls: events.count("aws.calls"),
    };
  }

  #pipeline(name: string, components: Readonly<Record<string, ComponentStatus>>): PipelineView {
    const isLogs = name.split("/", 1)[0] === "logs";
    return {
      name,
      unit: isLogs ? "records" : "data points",
      components: Object.entries(components).map(([member, status]) =>
        this.#component(member, status, { items: isLogs ? "records" : "points" })
      ),
    };
  }

  /** `member`: kind and id, such as `receiver:awss3`. */
  #component(member: string, status: ComponentStatus, { items }: { items: "records" | "points" }): ComponentView {
    const colon = member.indexOf(":");
    const kind = member.slice(0, colon) as ComponentView["kind"];
    const id = member.slice(colon + 1);
    const sum = (name: string) => {
      let sum: number | undefined;
      for (const { attributes, value } of this.#context.events.series(name)) {
        if (attributes[kind] === id) sum = (sum ?? 0) + value;
      }
      return sum;
    };
    const totals = {
      receiver: `receiver.accepted_${items}`,
      processor: undefined,
      service: undefined,
      exporter: `exporter.delivered_${items}`,
    };
    const counter = totals[kind];
    const messages = kind === "receiver" ? sum("receiver.queue_visible_messages") : undefined;
    return {
      kind,
      id,
      state: STATES[status.status],
      reason: status.error ?? null,
      sinceMs: Date.parse(status.status_time),
      total: counter === undefined ? null : sum(counter) ?? 0,
      retries: kind === "exporter" ? sum("exporter.retries") ?? 0 : 0,
      lastError: this.#lastErrors.get(id) ?? null,
      queue: messages === undefined ? null : { messages, ageSeconds: sum("receiver.queue_age_seconds") ?? null },
    };
  }
}
