import { fakeClock } from "../../../test/world/fake_time.ts";
import assert from "node:assert/strict";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { AdaptiveThrottle } from "./adaptive_throttle.ts";
import { sdkError } from "../../../test/world/aws_service.ts";

const { signal } = new AbortController();

/** A test with a throttle of five calls a second, whose clock moves as the calls wait. */
function timedTest(name: string, body: (throttle: AdaptiveThrottle, callTimes: number[]) => Promise<void>): void {
  Deno.test(name, async () => {
    using clock = fakeClock({ now: 0, toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
    const throttle = new AdaptiveThrottle({ intervalMs: 200, events: quietEvents().events });
    const done = body(throttle, []);
    await clock.tickAsync(300_000);
    await done;
  });
}

timedTest("calls of all workers begin at least an interval apart", async (throttle, times) => {
  const call = () => throttle.call(() => Promise.resolve(times.push(Date.now())), { signal });
  await Promise.all([call(), call(), call()]);
  await call();
  assert.deepEqual(times, [0, 200, 400, 600]);
});

timedTest(
  "calls are made less and less often while they are throttled, and by and by as often as before",
  async (throttle, times) => {
    let throttled = 4;
    const send = () => {
      times.push(Date.now());
      return throttled-- > 0
        ? Promise.reject(sdkError("ThrottlingException", "Rate exceeded"))
        : Promise.resolve("page");
    };
    assert.equal(await throttle.call(send, { signal }), "page");
    for (let i = 0; i < 6; i++) await throttle.call(send, { signal });
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    assert.deepEqual(waits, [400, 800, 1600, 3200, 3200, 1600, 800, 400, 200, 200]);
  },
);

timedTest(
  "a call is given up after eight tries, and at once when trying again cannot help",
  async (throttle, times) => {
    const failing = (error: Error) => () => {
      times.push(Date.now());
      return Promise.reject(error);
    };
    await assert.rejects(throttle.call(failing(sdkError("InternalFailure", "oops")), { signal }), /oops/);
    assert.equal(times.length, 8);
    await assert.rejects(throttle.call(failing(sdkError("AccessDeniedException", "no")), { signal }), /no/);
    await assert.rejects(throttle.call(failing(sdkError("InternalFailure", "oops")), { signal, maxTries: 1 }), /oops/);
    assert.equal(times.length, 10);
  },
);

timedTest("a call that fails again and again does not slow the others down", async (throttle, times) => {
  const failing = throttle.call(() => Promise.reject(sdkError("InternalFailure", "oops")), { signal });
  failing.catch(() => {});
  for (let i = 0; i < 10; i++) await throttle.call(() => Promise.resolve(times.push(Date.now())), { signal });
  assert.ok((times.at(-1) ?? Infinity) <= 4000, times.join());
  await assert.rejects(failing, /oops/);
});

timedTest("an abort ends the waiting", async (throttle) => {
  const abort = new AbortController();
  await throttle.call(() => Promise.resolve(), { signal });
  const waiting = throttle.call(() => Promise.resolve(), { signal: abort.signal });
  abort.abort(new Error("stopped"));
  await assert.rejects(waiting, /stopped/);
});
