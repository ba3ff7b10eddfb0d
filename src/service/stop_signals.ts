/** Windows knows no SIGTERM for a console program. */
const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGTERM", "SIGINT"];

/**
 * Ctrl-C reaches every process in the terminal's foreground, and those that started this one (npx, `deno task`) hand it on
 * besides: what comes again so soon is the same wish.
 */
const SAME_WISH_MS = 2000;

/** Exit code of a program that is told twice. */
const ENDED = 1;

/** What the signals come from and lead to; for tests. */
export interface SignalSource {
  listen(signal: Deno.Signal, listener: () => void): void;
  nowMs(): number;
  exit(code: number): void;
}

const PROCESS: SignalSource = {
  listen: (signal, listener) => Deno.addSignalListener(signal, listener),
  nowMs: () => performance.now(),
  exit: (code) => Deno.exit(code),
};

/**
 * Calls `stop` at the first signal; a later wish to stop, two seconds after it or more, ends the program at once. It listens until the
 * program ends: a repeat may come when everything has stopped already.
 */
export function onStopSignals(stop: (signal: Deno.Signal) => void, source: SignalSource = PROCESS): void {
  let firstMs: number | undefined;
  for (const signal of STOP_SIGNALS) {
    source.listen(signal, () => {
      const nowMs = source.nowMs();
      if (firstMs === undefined) {
        firstMs = nowMs;
        stop(signal);
      } else if (nowMs - firstMs >= SAME_WISH_MS) source.exit(ENDED);
    });
  }
}
