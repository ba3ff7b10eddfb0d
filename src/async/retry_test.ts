import assert from "node:assert/strict";
import { fakeClock } from "../../test/world/fake_time.ts";
import { retry, retryDelayMs } from "./retry.ts";

const POLICY = { initialMs: 1000, factor: 2, maxMs: 5000 };
const { signal: NEVER } = new AbortController();

/** A call that fails so often, and the times of its tries. */
function failing(times: number) {
  const triedMs: number[] = [];
  const call = () => {
    triedMs.push(Date.now());
    if (triedMs.length <= times) throw new Error(`failure ${triedMs.length}`);
    return "done";
  };
  return { call, triedMs };
}

Deno.test("retry waits longer after each failure, up to a maximum", async () => {
  using clock = fakeClock();
  const { call, triedMs } = failing(5);
  const result = retry(call, { policy: POLICY, signal: NEVER });
  await clock.runAllAsync();
  assert.equal(await result, "done");
  assert.deepEqual(triedMs, [0, 1000, 3000, 7000, 12_000, 17_000]);
});

Deno.test("retry throws the last error when the policy allows no more tries, or no later ones", async () => {
  using clock = fakeClock();
  for (const limit of [{ maxTries: 3 }, { limitMs: 6000 }]) {
    const { call, triedMs } = failing(Infinity);
    const result = assert.rejects(retry(call, { policy: { ...POLICY, ...limit }, signal: NEVER }), /failure 3/);
    await clock.runAllAsync();
    await result;
    assert.equal(triedMs.length, 3);
  }
});

Deno.test("retry throws at once what is not transient, and waits as long as an error asks", async () => {
  using clock = fakeClock();
  const { call } = failing(1);
  await assert.rejects(retry(call, { policy: POLICY, signal: NEVER, isTransient: () => false }), /failure 1/);
  const waits: number[] = [];
  const result = retry(failing(2).call, {
    policy: POLICY,
    signal: NEVER,
    leastDelayMs: () => 1500,
    onRetry: ({ delayMs }) => waits.push(delayMs),
  });
  await clock.runAllAsync();
  await result;
  assert.deepEqual(waits, [1500, 2000]);
});

Deno.test("an abort ends the wait of retry with its reason", async () => {
  const abort = new AbortController();
  const result = retry(failing(Infinity).call, {
    policy: { ...POLICY, initialMs: 1e6, maxMs: 1e6 },
    signal: abort.signal,
    onRetry: () => abort.abort(new Error("stopped")),
  });
  await assert.rejects(result, /stopped/);
});

Deno.test("jitter makes a wait shorter or longer by its part at most", () => {
  const delays = Array.from({ length: 200 }, () => retryDelayMs({ ...POLICY, jitter: 0.5 }, 2));
  assert.ok(delays.every((delayMs) => delayMs >= 1000 && delayMs <= 3000));
  assert.ok(new Set(delays).size > 1);
});
