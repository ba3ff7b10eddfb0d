/** Whatever comes late, and whatever fails in between: each point is delivered, once, with the value that it had. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { awsError } from "../../../test/world/aws_service.ts";
import type { Sample } from "../../../test/world/cloudwatch.ts";
import { NOW_MS } from "../../../test/world/metrics_stage.ts";
import type { MetricGroup } from "../../component/batch.ts";
import { DataFaultError } from "../../component/outcome.ts";
import type { Collector } from "./collector.ts";
import { diskIsFull } from "../../../test/world/temporary_storage.ts";
import { CollectorStage } from "./testing.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A series that is new may be missing in the list of metrics for so long. */
const LISTING_DELAY_MS = 15 * MINUTE_MS;

interface Timing {
  readonly periodMs: number;
  readonly granularityMs: number;
}

const TIMINGS: readonly Timing[] = [
  { periodMs: 5 * MINUTE_MS, granularityMs: 5 * MINUTE_MS },
  { periodMs: 5 * MINUTE_MS, granularityMs: MINUTE_MS },
  { periodMs: 30 * MINUTE_MS, granularityMs: 10 * MINUTE_MS },
  { periodMs: HOUR_MS, granularityMs: HOUR_MS },
];

/** What happens, one after the other. */
type Step =
  | { readonly do: "put"; readonly samples: readonly { metric: string; model: string; late: number; value: number }[] }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "stop" | "kill"; readonly forMs: number }
  | { readonly do: "break cloudwatch" | "break off series"; readonly calls: number }
  | { readonly do: "break endpoint" | "refuse data"; readonly requests: number }
  | { readonly do: "break state"; readonly writes: number }
  | { readonly do: "set clock"; readonly skewMs: number };

const sample = fc.record({
  metric: fc.constantFrom("Invocations", "InputTokenCount"),
  model: fc.constantFrom("a", "b", "c"),
  // Share of the longest delay.
  late: fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  value: fc.integer({ min: 1, max: 100 }),
});
const pause = fc.oneof(
  fc.integer({ min: 0, max: 10 * MINUTE_MS }),
  fc.integer({ min: 0, max: 100 * MINUTE_MS }),
  fc.integer({ min: 0, max: 300 * MINUTE_MS }),
);
const few = fc.integer({ min: 1, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("put" as const),
      samples: fc.array(sample, { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: pause }) },
  fc.record({ do: fc.constantFrom("stop" as const, "kill" as const), forMs: pause }),
  fc.record({ do: fc.constantFrom("break cloudwatch" as const, "break off series" as const), calls: few }),
  fc.record({ do: fc.constantFrom("break endpoint" as const, "refuse data" as const), requests: few }),
  fc.record({ do: fc.constant("break state" as const), writes: few }),
  // What the SDK puts right: more than five minutes.
  fc.record({
    do: fc.constant("set clock" as const),
    skewMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 10 * MINUTE_MS, max: 25 * HOUR_MS }),
      fc.integer({ min: -25 * HOUR_MS, max: -10 * MINUTE_MS }),
    ),
  }),
);

/** How many calls, readings of series, requests and writes are still to fail. */
const NO_FAILURES = { cloudWatch: 0, series: 0, endpoint: 0, refusals: 0, writes: 0 };

/** CloudWatch and an endpoint with a program between them that is stopped and killed. */
class Model implements AsyncDisposable {
  /** How often each point was taken, and how often by a program that could not write it down before its end. */
  readonly taken = new Map<string, number>();
  readonly forgotten = new Map<string, number>();
  /** Points that the store has: it takes one document of a time series and time, and no other. */
  readonly stored = new Set<string>();
  readonly #documents = new Set<string>();
  readonly #stage: CollectorStage;
  readonly #timing: Timing;
  readonly #samples: Sample[] = [];
  #nowMs = NOW_MS;
  /** How wrong the machine's clock is. */
  #skewMs = 0;
  #collector: Collector;
  #dueMs = 0;
  #failures = { ...NO_FAILURES };
  /** Taken since the last write. */
  #unwritten: string[] = [];
  #isToBeKilled = false;
  #isDead = false;

  private constructor(stage: CollectorStage, timing: Timing, startMs: number) {
    this.#timing = timing;
    this.#stage = stage;
    this.#now(startMs);
    const { server, sink } = this.#stage;
    server.nowMs = () => this.#nowMs;
    server.fault = () => this.#fails("cloudWatch") ? awsError("AccessDenied", "not now") : undefined;
    server.statusOf = () => this.#fails("series") ? "InternalError" : "Complete";
    sink.answer = (groups) => this.#take(groups);
    this.#stage.beforeWrite = () => {
      if (this.#isDead) throw new Error("dead");
      if (this.#fails("writes")) diskIsFull();
      this.#unwritten = [];
    };
    this.#collector = this.#stage.collector();
  }

  static async start(timing: Timing, startMs: number): Promise<Model> {
    const minutes = (ms: number) => `${ms / MINUTE_MS}m`;
    const stage = await CollectorStage.start({
      period: minutes(timing.periodMs),
      data_granularity: minutes(timing.granularityMs),
      max_lookback: "168h",
    });
    return new Model(stage, timing, startMs);
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.#pass(0);
    for (const step of steps) await this.#do(step);
    this.#failures = { ...NO_FAILURES };
    // All is listed, read, and read again.
    for (let hours = 0; hours < 4; hours++) await this.#pass(HOUR_MS);
  }

  /** What CloudWatch has by now of complete periods. */
  get expected(): string[] {
    return [...new Set(this.#samples.map((sample) => this.#pointOf(sample)))];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stage[Symbol.asyncDispose]();
  }

  async #do(step: Step): Promise<void> {
    switch (step.do) {
      case "put":
        for (const { late, ...sample } of step.samples) this.#put(sample, late);
        return;
      case "wait":
        return await this.#pass(step.ms);
      case "kill":
        this.#isToBeKilled = true;
        await this.#pass(this.#timing.periodMs);
        await this.#restart(step.forMs);
        return;
      case "stop":
        return await this.#restart(step.forMs);
      case "break cloudwatch":
        this.#failures.cloudWatch = step.calls;
        return;
      case "break off series":
        this.#failures.series = step.calls;
        return;
      case "break endpoint":
        this.#failures.endpoint = step.requests;
        return;
      case "refuse data":
        this.#failures.refusals = step.requests;
        return;
      case "break state":
        this.#failures.writes = step.writes;
        return;
      case "set clock":
        this.#skewMs = step.skewMs;
        this.#now(this.#nowMs);
    }
  }

  async #restart(afterMs: number): Promise<void> {
    this.#now(this.#nowMs + afterMs);
    for (const key of this.#unwritten) this.forgotten.set(key, (this.forgotten.get(key) ?? 0) + 1);
    this.#unwritten = [];
    this.#isToBeKilled = this.#isDead = false;
    this.#collector = this.#stage.collector();
    this.#dueMs = 0;
    await this.#pass(0);
  }

  /** Lets time pass, with a reading whenever one is due. */
  async #pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    while (!this.#isDead && this.#dueMs <= untilMs) {
      this.#now(Math.max(this.#nowMs, this.#dueMs));
      try {
        const { dueInMs } = await this.#collector.collect();
        this.#dueMs = this.#nowMs + dueInMs;
      } catch (error) {
        assert.match(String(error), /not now|refused|disk is full|dead|killed|clock was ahead/);
        this.#dueMs = this.#nowMs + MINUTE_MS;
      }
    }
    this.#now(untilMs);
  }

  #put({ metric, model, value }: { metric: string; model: string; value: number }, late: number): void {
    const timeMs = this.#nowMs;
    const { periodMs } = this.#timing;
    const last = Math.min(this.#startOf(timeMs) + this.#timing.granularityMs + periodMs, timeMs + LISTING_DELAY_MS);
    const visibleMs = Math.floor(timeMs + late * (last - timeMs));
    const sample = { metric, dimensions: { ModelId: model }, timeMs, visibleMs, value };
    this.#samples.push(sample);
    this.#stage.server.put(sample);
  }

  #take(groups: readonly MetricGroup[]): void {
    if (this.#isDead || this.#fails("endpoint")) throw new Error("connection refused");
    if (this.#fails("refusals")) throw new DataFaultError("Endpoint answered 400");
    for (const { origin: { position }, attributes, values } of groups) {
      const document = `${position} ${attributes["aws.metrics_names_fingerprint"]}`;
      const isStored = !this.#documents.has(document);
      this.#documents.add(document);
      for (const [{ name }, value] of values) {
        if (isStored) this.stored.add(`${position} ${name}`);
        const key = `${position} ${name}`;
        this.taken.set(key, (this.taken.get(key) ?? 0) + 1);
        this.#unwritten.push(key);
        assert.ok(this.#valuesOf(key).has(value), `${key} has never been ${value}`);
      }
    }
    if (!this.#isToBeKilled) return;
    this.#isDead = true;
    throw new Error("killed");
  }

  /** The values that CloudWatch has had of a point: what is sent again is sent as it was. */
  #valuesOf(key: string): Set<number> {
    const known = this.#samples.filter((sample) =>
      this.#pointOf(sample) === key && (sample.visibleMs ?? 0) <= this.#nowMs
    );
    const times = known.map(({ visibleMs = 0 }) => visibleMs);
    return new Set(
      times.map((time) =>
        known.filter(({ visibleMs = 0 }) => visibleMs <= time).reduce((sum, { value }) => sum + value, 0)
      ),
    );
  }

  #pointOf({ metric, dimensions, timeMs }: Sample): string {
    const name = metric === "Invocations" ? "invocations" : "input_token_count";
    return `${new Date(this.#startOf(timeMs)).toISOString()} ModelId=${dimensions?.["ModelId"]} ` +
      `aws_bedrock.runtime.${name}`;
  }

  #startOf(timeMs: number): number {
    return Math.floor(timeMs / this.#timing.granularityMs) * this.#timing.granularityMs;
  }

  #now(ms: number): void {
    this.#nowMs = ms;
    this.#stage.nowMs = ms + this.#skewMs;
  }

  #fails(what: keyof typeof NO_FAILURES): boolean {
    if (this.#failures[what] === 0) return false;
    this.#failures[what]--;
    return true;
  }
}

/** Found once: what could not be written was left unwritten when older entries were forgotten. */
const STATE_BROKEN_ONCE: { timing: Timing; startMs: number; steps: Step[] } = {
  timing: { periodMs: 5 * MINUTE_MS, granularityMs: 5 * MINUTE_MS },
  startMs: NOW_MS,
  steps: [
    { do: "put", samples: [{ metric: "Invocations", model: "a", late: 0, value: 1 }] },
    { do: "break state", writes: 2 },
    { do: "stop", forMs: 5 * MINUTE_MS },
    { do: "stop", forMs: 0 },
  ],
};

/** Killed between delivery and checkpoint; a metric of the delivered document comes late. */
const LATE_AFTER_KILL: typeof STATE_BROKEN_ONCE = {
  timing: { periodMs: 5 * MINUTE_MS, granularityMs: 5 * MINUTE_MS },
  startMs: NOW_MS,
  steps: [
    {
      do: "put",
      samples: [
        { metric: "Invocations", model: "a", late: 0, value: 1 },
        { metric: "InputTokenCount", model: "a", late: 0, value: 40 },
      ],
    },
    // Lists them.
    { do: "stop", forMs: 0 },
    { do: "wait", ms: 5 * MINUTE_MS },
    {
      do: "put",
      samples: [
        { metric: "Invocations", model: "a", late: 0, value: 2 },
        { metric: "InputTokenCount", model: "a", late: 1, value: 50 },
      ],
    },
    { do: "kill", forMs: 10 * MINUTE_MS },
  ],
};

Deno.test("awscloudwatchmetrics delivers each point once, whatever comes late, restarts and fails", async () => {
  const script = fc.record({
    timing: fc.constantFrom(...TIMINGS),
    startMs: fc.integer({ min: NOW_MS, max: NOW_MS + HOUR_MS }),
    steps: fc.array(step, { minLength: 5, maxLength: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(script, async ({ timing, startMs, steps }) => {
      await using model = await Model.start(timing, startMs);
      await model.run(steps);
      assert.deepEqual(model.expected.filter((point) => !model.taken.has(point)), [], "missed");
      assert.deepEqual(model.expected.filter((point) => !model.stored.has(point)), [], "lost as a repeat");
      for (const [point, times] of model.taken) {
        assert.ok(times <= 1 + (model.forgotten.get(point) ?? 0), `${point} was delivered ${times} times`);
      }
    }),
    { numRuns: Number(Deno.env.get("MODEL_RUNS") ?? 20), examples: [[STATE_BROKEN_ONCE], [LATE_AFTER_KILL]] },
  );
});
