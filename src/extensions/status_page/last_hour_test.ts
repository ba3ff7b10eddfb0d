import assert from "node:assert/strict";
import type { InvocationSummary } from "../../component/invocation_summary.ts";
import { LastHour } from "./last_hour.ts";
import { Durations } from "./quantiles.ts";
import { SeenIds } from "./seen_ids.ts";
import { OTHERS, Tallies } from "./tallies.ts";

const NOW = Date.UTC(2026, 0, 1, 12, 30, 15);
const MINUTE_MS = 60_000;
let number = 0;

function invocation(more: Partial<InvocationSummary> = {}): InvocationSummary {
  return {
    id: String(++number),
    timeMs: NOW,
    identity: "anna",
    model: "model",
    operation: "Converse",
    inputTokens: 100,
    outputTokens: 10,
    cachedTokens: 1,
    latencyMs: 1000,
    firstTokenMs: undefined,
    error: undefined,
    policies: undefined,
    ...more,
  };
}

Deno.test("invocations add up by minute, model, identity, error and policy", () => {
  const hour = new LastHour();
  hour.add([
    invocation(),
    invocation({ timeMs: NOW - 2 * MINUTE_MS, model: "other", policies: ["topic_policy"] }),
    invocation({ error: "ThrottlingException", identity: "bot", latencyMs: undefined }),
    invocation({ error: "ValidationException" }),
  ], NOW);
  const view = hour.view(NOW);
  assert.deepEqual(view.totals, {
    invocations: 4,
    inputTokens: 400,
    outputTokens: 40,
    cachedTokens: 4,
    errors: 1,
    throttled: 1,
    interventions: 1,
  });
  assert.deepEqual(view.minutes.slice(-3).map(({ invocations }) => invocations), [1, 0, 3]);
  assert.deepEqual(view.models.map(({ name, invocations }) => [name, invocations]), [["model", 3], ["other", 1]]);
  assert.deepEqual(view.identities.map(({ name, throttled }) => [name, throttled]), [["anna", 0], ["bot", 1]]);
  assert.deepEqual(view.policies, [{ name: "topic_policy", count: 1 }]);
  assert.deepEqual(view.errors.map(({ count }) => count), [1, 1]);
  assert.ok(Math.abs((view.latencyOfAll[0] ?? 0) - 1000) <= 50, String(view.latencyOfAll));
});

Deno.test("what is delivered twice counts once", () => {
  const hour = new LastHour();
  const one = invocation();
  hour.add([one], NOW);
  hour.add([one], NOW);
  assert.equal(hour.view(NOW).totals.invocations, 1);
  assert.equal(hour.view(NOW).newest.length, 1);
});

Deno.test("of records without end, the last 10,000 ids or more are remembered, and none is taken for another", () => {
  const seen = new SeenIds();
  const idOf = (index: number) => `0123456789abcdef0123456789abcdef-${String(index).padStart(12, "0")}`;
  for (let index = 0; index < 200_000; index++) {
    assert.equal(seen.add(idOf(index)), true, idOf(index));
    if (index >= 10_000) assert.equal(seen.add(idOf(index - 9_999)), false, idOf(index - 9_999));
  }
});

Deno.test("the newest are those of the last batches, however they came", () => {
  const hour = new LastHour();
  for (const size of [3, 150, 60, 1, 0, 50]) {
    hour.add(Array.from({ length: size }, () => invocation({ timeMs: NOW + number })), NOW);
  }
  const times = hour.view(NOW).newest.map(({ timeMs }) => timeMs);
  assert.deepEqual(times, Array.from({ length: 100 }, (_, index) => NOW + number - 1 - index));
});

Deno.test("a minute leaves after an hour, and what is older when it comes is only counted", () => {
  const hour = new LastHour();
  hour.add([invocation(), invocation({ timeMs: NOW - 61 * MINUTE_MS })], NOW);
  assert.deepEqual([hour.view(NOW).totals.invocations, hour.view(NOW).older], [1, 1]);
  assert.equal(hour.view(NOW + 59 * MINUTE_MS).totals.invocations, 1);
  assert.equal(hour.view(NOW + 60 * MINUTE_MS).totals.invocations, 0);
});

Deno.test("however many names there are, memory and the view stay small, and no invocation is lost", () => {
  const hour = new LastHour();
  hour.add(
    Array.from({ length: 20_000 }, (_, i) => invocation({ model: `m${i}`, identity: `i${i}`, error: `E${i}` })),
    NOW,
  );
  const view = hour.view(NOW);
  assert.deepEqual([view.models.length, view.identities.length, view.newest.length], [9, 9, 100]);
  assert.equal(view.models.at(-1)?.name, OTHERS);
  assert.equal(view.models.reduce((sum, { invocations }) => sum + invocations, 0), 20_000);
  assert.ok(JSON.stringify(view).length < 80_000);
});

Deno.test("a quantile is right within 5 %", () => {
  const durations = new Durations();
  assert.deepEqual(durations.quantiles([0.5]), [null]);
  for (let ms = 1; ms <= 10_000; ms++) durations.add(ms);
  const quantiles = durations.quantiles([0.5, 0.95, 0.99]);
  for (const [index, expected] of [5000, 9500, 9900].entries()) {
    assert.ok(Math.abs((quantiles[index] ?? 0) / expected - 1) <= 0.05, String(quantiles));
  }
});

Deno.test("the largest come first, the rest is one", () => {
  const tallies = new Tallies(1);
  for (const [name, value] of Object.entries({ a: 1, b: 3, c: 2 })) tallies.of(name)[0] = value;
  assert.deepEqual(tallies.top(2, 0), [{ name: "b", sums: [3] }, { name: "c", sums: [2] }, {
    name: OTHERS,
    sums: [1],
  }]);
});
