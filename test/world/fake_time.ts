/** The installed clock: time stands still until a test lets it pass. */
import FakeTimers from "@sinonjs/fake-timers";
import { setImmediate } from "node:timers";

type Faked = "Date" | "performance" | "setTimeout" | "clearTimeout" | "setInterval" | "clearInterval";

export interface FakeTimeOptions {
  /** Default: 2026-01-01. */
  readonly nowMs?: number;
  /** What is faked; default: the date and the timers, not what promises and sockets run on. */
  readonly only?: readonly Faked[];
}

/** A clock that is taken out again where its block ends. */
export type FakeClock = FakeTimers.Clock & Disposable;

/** Installs a clock for what the config says, by default for all that tells time, ticks and microtasks included. */
export function fakeClock(config?: Parameters<typeof FakeTimers.install>[0]): FakeClock {
  const clock = FakeTimers.install(config);
  return Object.assign(clock, { [Symbol.dispose]: () => clock.uninstall() });
}

const DATE_AND_TIMERS = ["Date", "performance", "setTimeout", "clearTimeout", "setInterval", "clearInterval"] as const;

export class FakeTime implements Disposable {
  readonly #clock: FakeTimers.Clock;

  constructor({ nowMs = Date.UTC(2026, 0, 1), only = DATE_AND_TIMERS }: FakeTimeOptions = {}) {
    this.#clock = FakeTimers.install({ now: nowMs, toFake: [...only] });
  }

  get nowMs(): number {
    return this.#clock.now;
  }

  /** Sets the date; no timer runs. */
  set nowMs(ms: number) {
    this.#clock.setSystemTime(ms);
  }

  /** Lets time pass once everything that is ready has run, sockets included; what is due runs with it. */
  async pass(ms: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.#clock.tickAsync(ms);
  }

  /**
   * Waits in real time for what only the outside of the program shows, while this time stands still or passes in steps of
   * `stepMs`. Throws what was missing.
   */
  async until(condition: () => boolean, what: () => string, { stepMs = 0 } = {}): Promise<void> {
    const deadlineMs = realMs() + 60_000;
    while (!condition()) {
      if (realMs() > deadlineMs) throw new Error(`Waited in vain for ${what()}`);
      await this.pass(stepMs);
    }
  }

  [Symbol.dispose](): void {
    this.#clock.uninstall();
  }
}

const realMs = performance.now.bind(performance);
