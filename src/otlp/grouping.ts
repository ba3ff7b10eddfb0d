import type { LogRecord } from "../pipeline/batch.ts";

/** Resource -> scope -> records, as OTLP nests them; the same object is the same resource or scope. */
export type Groups = Map<LogRecord["resource"], Map<LogRecord["instrumentationScope"], LogRecord[]>>;

/** Groups records by the identity of their resource and scope, in order of appearance. */
export function groupRecords(records: readonly LogRecord[]): Groups {
  const groups: Groups = new Map();
  for (const record of records) {
    let scopes = groups.get(record.resource);
    if (scopes === undefined) groups.set(record.resource, scopes = new Map());
    const group = scopes.get(record.instrumentationScope);
    if (group === undefined) scopes.set(record.instrumentationScope, [record]);
    else group.push(record);
  }
  return groups;
}
