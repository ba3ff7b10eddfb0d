/** For tests of the pipeline: items without a signal. */
import type { Item, Source } from "../component/batch.ts";

export interface TestItem extends Item {
  readonly name: string;
}

const source: Source = { name: "test" };

/** Items named as given, each of `sizeBytes`. */
export function items(names: readonly string[], { sizeBytes = 10 } = {}): TestItem[] {
  return names.map((name, position) => ({ name, sizeBytes, origin: { source, position, id: name, sizeBytes } }));
}
