/** Mistakes that the fault suite must see. */
/** A change of one file that breaks the delivery path. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "delete before delivered",
    file: "src/receivers/awss3/queue/message.ts",
    from: "  const lease = hold(message, context);\n  try {",
    to: "  const lease = hold(message, context);\n  void context.acknowledger.delete(message);\n  try {",
  },
  {
    name: "checkpoint before delivered",
    file: "src/receivers/awscloudwatch/deliver_window.ts",
    from: "      await delivery;\n      delivered.push(...seen);\n      await remember();",
    to: "      delivered.push(...seen);\n      await remember();\n      await delivery;",
  },
  {
    name: "position before delivered",
    file: "src/pipeline/in_order.ts",
    from:
      "return next.consume(batch).then(() => {\n        entry.isDelivered = true;\n        return tell();\n      });",
    to: "entry.isDelivered = true;\n      return tell().then(() => next.consume(batch));",
  },
  {
    name: "partial success ignored",
    file: "src/exporters/otlp_http/http_status.ts",
    from: '  return { kind: "data_fault", error: new DataFaultError(text, { partial: true, onlyConflicts }) };',
    to: '  return { kind: "delivered", duplicates: 0, warning: text };',
  },
  {
    name: "visibility not extended",
    file: "src/receivers/awss3/queue/lease.ts",
    from: "    this.#extendTimer = setTimeout(() => void this.#extend(), visibilityTimeoutMs / 2);",
    to: "    this.#extendTimer = setTimeout(() => {}, visibilityTimeoutMs / 2);",
  },
  {
    name: "time limit removed",
    file: "src/exporters/otlp_http/transport.ts",
    from: "abort.abort(this.#timedOut(timeoutMs)), timeoutMs);",
    to: "abort.abort(this.#timedOut(timeoutMs)), 2 ** 30);",
  },
  {
    name: "time limit of AWS removed",
    file: "src/aws/time_limited_handler.ts",
    from: "within ${timeoutMs} ms`)),\n      timeoutMs,\n    );",
    to: "within ${timeoutMs} ms`)),\n      2 ** 30,\n    );",
  },
  {
    name: "changed metric sent again",
    file: "src/receivers/awscloudwatchmetrics/compare.ts",
    from: "[...current].filter(([{ key }]) => before?.[key] === undefined);",
    to: "[...current].filter(([{ key }, value]) => before?.[key] !== value);",
  },
  {
    name: "refused document counted as stored",
    file: "src/exporters/elasticsearch/bulk_answer.ts",
    from: '  return { kind: "rejected", error: new DataFaultError(`Elasticsearch refused the document: ${detail}`) };',
    to: '  return detail === "" ? { kind: "rejected", error: new DataFaultError("") } : STORED;',
  },
];

/** The text of the mutation's file, changed. */
export function mutated(text: string, { file, from, to }: Mutation): string {
  if (text.split(from).length !== 2) throw new Error(`${file} does not have once what the mutation changes: ${from}`);
  return text.replace(from, () => to);
}
