import type { LogRecord } from "../component/batch.ts";

/** What stands above an item in a request. */
export type Placed = Pick<LogRecord, "resource" | "instrumentationScope">;

/** Resource -> scope -> items, as OTLP nests them; the same object is the same resource or scope. */
export type Groups<T extends Placed> = Map<T["resource"], Map<T["instrumentationScope"], T[]>>;

/** Groups items by the identity of their resource and scope, in order of appearance. */
export function grouped<T extends Placed>(items: readonly T[]): Groups<T> {
  const groups: Groups<T> = new Map();
  for (const item of items) {
    let scopes = groups.get(item.resource);
    if (scopes === undefined) groups.set(item.resource, scopes = new Map());
    const group = scopes.get(item.instrumentationScope);
    if (group === undefined) scopes.set(item.instrumentationScope, [item]);
    else group.push(item);
  }
  return groups;
}
