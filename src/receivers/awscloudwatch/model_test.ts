/** Whatever comes late, in whatever order, and whatever fails in between: each event is delivered, once. */
import { type FakeClock, fakeClock } from "../../../test/world/fake_time.ts";
import fc from "fast-check";
import assert from "node:assert/strict";
import type { LogRecord } from "../../component/batch.ts";
import { DataFaultError } from "../../component/outcome.ts";
import type { Receiver } from "../../component/component.ts";
import { sdkError } from "../../../test/world/aws_service.ts";
import { createStage, type Stage } from "./testing.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

interface Timing {
  readonly settings: Record<string, unknown>;
  /** What comes later than this after its time may be missed: sweep.window less sweep.every. */
  readonly maxDelayMs: number;
  /** After so long without failures everything is found. */
  readonly settledMs: number;
}

/** Sweeps of one window, and of several. */
const TIMINGS: readonly Timing[] = [
  {
    settings: { latency: "1m", overlap: "5m", scan_frequency: "1m", sweep: { every: "10m", window: "40m" } },
    maxDelayMs: 30 * MINUTE_MS,
    settledMs: 90 * MINUTE_MS,
  },
  {
    settings: { latency: "2m", overlap: "10m", scan_frequency: "5m", sweep: { every: "1h", window: "4h" } },
    maxDelayMs: 180 * MINUTE_MS,
    settledMs: 360 * MINUTE_MS,
  },
];

/** What happens, one after the other. */
type Step =
  | { readonly do: "put"; readonly events: readonly { agoMs: number; delayed: number; stream: string }[] }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "stop"; readonly forMs: number }
  | { readonly do: "kill"; readonly forMs: number }
  | { readonly do: "break endpoint"; readonly requests: number }
  | { readonly do: "refuse data"; readonly requests: number }
  | { readonly do: "slow down"; readonly requests: number; readonly ms: number }
  | { readonly do: "throttle"; readonly calls: number }
  | { readonly do: "expire tokens"; readonly calls: number }
  | { readonly do: "set clock"; readonly skewMs: number };

const event = fc.record({
  // Some writers say when something began, some clocks are ahead.
  agoMs: fc.integer({ min: -2 * MINUTE_MS, max: 10 * MINUTE_MS }),
  // Share of the longest delay.
  delayed: fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  stream: fc.constantFrom("a", "b", "c"),
});
const pause = fc.oneof(
  fc.integer({ min: 0, max: 5 * SECOND_MS }),
  fc.integer({ min: 0, max: 20 * MINUTE_MS }),
  fc.integer({ min: 0, max: 300 * MINUTE_MS }),
);
const few = fc.integer({ min: 1, max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("put" as const), events: fc.array(event, { maxLength: 12 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: pause }) },
  fc.record({ do: fc.constant("stop" as const), forMs: pause }),
  fc.record({ do: fc.constant("kill" as const), forMs: pause }),
  fc.record({ do: fc.constant("break endpoint" as const), requests: few }),
  fc.record({ do: fc.constant("refuse data" as const), requests: few }),
  fc.record({ do: fc.constant("slow down" as const), requests: few, ms: fc.integer({ min: 0, max: 30 * MINUTE_MS }) }),
  fc.record({ do: fc.constant("throttle" as const), calls: few }),
  fc.record({ do: fc.constant("expire tokens" as const), calls: few }),
  fc.record({
    do: fc.constant("set clock" as const),
    skewMs: fc.integer({ min: -1500 * MINUTE_MS, max: 1500 * MINUTE_MS }),
  }),
);

/** The stage with a program on it that can be stopped and killed. */
class Model implements Disposable {
  readonly stage: Stage;
  readonly put: string[] = [];
  /** How often each id was taken, and how often it was taken when nobody lived to hear of it. */
  readonly taken = new Map<string, number>();
  readonly unheard = new Map<string, number>();
  /** Then windows are deferred, and what was delivered of them may be delivered again when it is no longer remembered. */
  wasRefused = false;
  readonly #clock: FakeClock;
  readonly #timing: Timing;
  #receiver: Receiver | undefined;
  #life = { isOver: false };
  #underWay = new Set<readonly LogRecord[]>();
  #fail = 0;
  #refuse = 0;
  #slow = { requests: 0, ms: 0 };
  #throttle = 0;
  #expire = 0;

  constructor(
    clock: FakeClock,
    { timing, pageEvents, emptyPages }: { timing: Timing; pageEvents: number; emptyPages: number },
  ) {
    this.#clock = clock;
    this.#timing = timing;
    this.stage = createStage(timing.settings);
    Object.assign(this.stage.logs, { pageEvents, emptyPages });
    this.stage.logs.before = (_, { token }) => {
      if (this.#life.isOver) throw sdkError("AbortError", "dead");
      if (this.#throttle > 0) {
        this.#throttle--;
        throw sdkError("ThrottlingException", "Rate exceeded");
      }
      if (token !== undefined && this.#expire > 0) {
        this.#expire--;
        throw sdkError("InvalidParameterException", "The specified nextToken is invalid.");
      }
    };
    this.stage.sink.answer = (items) => this.#take(items);
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.#begin();
    for (const step of steps) await this.#do(step);
    this.#fail =
      this.#refuse =
      this.#throttle =
      this.#expire =
        0;
    // Long enough for the last of them to be found.
    await this.#clock.tickAsync(this.#timing.maxDelayMs + this.#timing.settledMs);
    await this.#end("stop");
  }

  [Symbol.dispose](): void {
    this.stage[Symbol.dispose]();
  }

  async #do(step: Step): Promise<void> {
    switch (step.do) {
      case "put":
        for (const { agoMs, delayed, stream } of step.events) {
          const timeMs = Date.now() - agoMs;
          const visibleMs = Math.max(Date.now(), timeMs + Math.floor(delayed * this.#timing.maxDelayMs));
          this.put.push(this.stage.logs.put({ timeMs, visibleMs, stream }));
        }
        return;
      case "wait":
        await this.#clock.tickAsync(step.ms);
        return;
      case "stop":
      case "kill":
        await this.#end(step.do);
        await this.#clock.tickAsync(step.forMs);
        await this.#begin();
        return;
      case "break endpoint":
        this.#fail = step.requests;
        return;
      case "refuse data":
        this.#refuse = step.requests;
        return;
      case "slow down":
        this.#slow = { requests: step.requests, ms: step.ms };
        return;
      case "throttle":
        this.#throttle = step.calls;
        return;
      case "expire tokens":
        this.#expire = step.calls;
        return;
      case "set clock":
        this.stage.logs.skewMs = step.skewMs;
    }
  }

  async #begin(): Promise<void> {
    const life = { isOver: false };
    this.#life = life;
    this.stage.storage.beforeWrite = () => {
      if (life.isOver) throw new Error("dead");
    };
    this.#receiver = this.stage.receiver();
    await this.#receiver.start();
  }

  async #end(how: "stop" | "kill"): Promise<void> {
    if (how === "kill") {
      this.#life.isOver = true;
      for (const { origin: { id } } of [...this.#underWay].flat()) {
        this.unheard.set(id, (this.unheard.get(id) ?? 0) + 1);
      }
      this.#underWay.clear();
    }
    const deadline = new AbortController();
    if (how === "kill") deadline.abort(new Error("killed"));
    let isStopped = false;
    const stopped = this.#receiver?.stop(deadline.signal).then(() => isStopped = true);
    while (!isStopped) await this.#clock.tickAsync(10 * SECOND_MS);
    await stopped;
  }

  /** An endpoint that takes some time; it may fail before it has taken anything. */
  async #take(items: readonly LogRecord[]): Promise<void> {
    if (this.#fail > 0) {
      this.#fail--;
      throw new Error("connection refused");
    }
    if (this.#refuse > 0) {
      this.#refuse--;
      this.wasRefused = true;
      throw new DataFaultError("Endpoint answered 400");
    }
    for (const { origin: { id } } of items) this.taken.set(id, (this.taken.get(id) ?? 0) + 1);
    this.#underWay.add(items);
    const tookMs = this.#slow.requests-- > 0 ? this.#slow.ms : 2 * SECOND_MS;
    await new Promise((resolve) => setTimeout(resolve, tookMs));
    this.#underWay.delete(items);
  }
}

Deno.test("awscloudwatch delivers each event once, whatever the order, the delays, restarts and failures", async () => {
  const script = fc.record({
    timing: fc.constantFrom(...TIMINGS),
    steps: fc.array(step, { minLength: 5, maxLength: 25 }),
    pageEvents: fc.integer({ min: 1, max: 8 }),
    emptyPages: fc.integer({ min: 0, max: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(script, async ({ steps, ...options }) => {
      using clock = fakeClock({
        now: Date.UTC(2026, 0, 1),
        toFake: ["setTimeout", "clearTimeout", "Date", "performance"],
      });
      using model = new Model(clock, options);
      await model.run(steps);
      const missed = model.put.filter((id) => !model.taken.has(id));
      assert.deepEqual(missed, [], "missed");
      if (model.wasRefused) return;
      for (const [id, times] of model.taken) {
        assert.ok(times <= 1 + (model.unheard.get(id) ?? 0), `${id} was delivered ${times} times`);
      }
    }),
    { numRuns: Number(Deno.env.get("MODEL_RUNS") ?? 30) },
  );
});
