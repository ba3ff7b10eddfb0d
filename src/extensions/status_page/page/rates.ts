import type { Snapshot } from "../snapshot.ts";

const WINDOW_MS = 10_000;

/** How fast totals grow over the last ten seconds. */
export class Rates {
  readonly #samples: { readonly nowMs: number; readonly totals: ReadonlyMap<string, number> }[] = [];

  add({ nowMs, pipelines, startedMs }: Snapshot): void {
    const totals = new Map(
      pipelines.flatMap(({ name, components }) =>
        components.flatMap(({ kind, id, total }) =>
          total === null ? [] : [[`${startedMs} ${name} ${kind} ${id}`, total] as const]
        )
      ),
    );
    this.#samples.push({ nowMs, totals });
    while ((this.#samples[0]?.nowMs ?? nowMs) < nowMs - WINDOW_MS) this.#samples.shift();
  }

  /** A second; undefined until there are two samples. */
  of({ startedMs }: Snapshot, name: string): number | undefined {
    const key = `${startedMs} ${name}`;
    const first = this.#samples.find(({ totals }) => totals.has(key));
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.nowMs <= first.nowMs) return undefined;
    return ((last.totals.get(key) ?? 0) - (first.totals.get(key) ?? 0)) / ((last.nowMs - first.nowMs) / 1000);
  }
}
