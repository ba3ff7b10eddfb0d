import assert from "node:assert/strict";
import { onStopSignals } from "./stop_signals.ts";

function running() {
  const listeners = new Map<Deno.Signal, () => void>();
  const calls: string[] = [];
  let timeMs = 0;
  onStopSignals((signal) => calls.push(`stop at ${signal}`), {
    listen: (signal, listener) => listeners.set(signal, listener),
    nowMs: () => timeMs,
    exit: (code) => calls.push(`exit ${code}`),
  });
  return {
    calls,
    get: (signal: Deno.Signal) => listeners.get(signal)?.(),
    pass: (ms: number) => timeMs += ms,
  };
}

Deno.test("a signal that comes again at once is the same wish to stop, whoever sent it", () => {
  const { calls, get, pass } = running();
  get("SIGINT");
  get("SIGINT");
  pass(1999);
  get("SIGINT");
  if (Deno.build.os !== "windows") get("SIGTERM");
  assert.deepEqual(calls, ["stop at SIGINT"]);
});

Deno.test("a signal two seconds after the first ends the program at once", () => {
  const { calls, get, pass } = running();
  get("SIGINT");
  pass(2000);
  get("SIGINT");
  assert.deepEqual(calls, ["stop at SIGINT", "exit 1"]);
});
