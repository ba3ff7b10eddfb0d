/** A change of one file that breaks the delivery path. */
export interface Mutation {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Mistakes that the fault suite must see, by what they are. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "delete before delivered": {
    file: "src/receivers/awss3/queue/message.ts",
    from: "  const lease = hold(message, context);\n  try {",
    to: "  const lease = hold(message, context);\n  void context.acknowledger.delete(message);\n  try {",
  },
  "checkpoint before delivered": {
    file: "src/receivers/awscloudwatch/deliver_window.ts",
    from: "      await delivery;\n      delivered.push(...seen);\n      await remember();",
    to: "      delivered.push(...seen);\n      await remember();\n      await delivery;",
  },
  "position before delivered": {
    file: "src/pipeline/in_order.ts",
    from:
      "return next.consume(batch).then(() => {\n        entry.isDelivered = true;\n        return tell();\n      });",
    to: "entry.isDelivered = true;\n      return tell().then(() => next.consume(batch));",
  },
  "partial success ignored": {
    file: "src/exporters/otlp_http/http_status.ts",
    from: '  return { kind: "data_fault", error: new DataFaultError(text, { partial: true, onlyConflicts }) };',
    to: '  return { kind: "delivered", duplicates: 0, warning: text };',
  },
  "visibility not extended": {
    file: "src/receivers/awss3/queue/lease.ts",
    from: "    this.#extendTimer = setTimeout(() => void this.#extend(), visibilityTimeoutMs / 2);",
    to: "    this.#extendTimer = setTimeout(() => {}, visibilityTimeoutMs / 2);",
  },
  "time limit removed": {
    file: "src/exporters/otlp_http/transport.ts",
    from: "abort.abort(this.#timedOut(timeoutMs)), timeoutMs);",
    to: "abort.abort(this.#timedOut(timeoutMs)), 2 ** 30);",
  },
  "time limit of AWS removed": {
    file: "src/aws/time_limited_handler.ts",
    from: "within ${timeoutMs} ms`)),\n      timeoutMs,\n    );",
    to: "within ${timeoutMs} ms`)),\n      2 ** 30,\n    );",
  },
  "changed metric sent again": {
    file: "src/receivers/awscloudwatchmetrics/compare.ts",
    from: "[...current].filter(([{ key }]) => before?.[key] === undefined);",
    to: "[...current].filter(([{ key }, value]) => before?.[key] !== value);",
  },
  "refused document counted as stored": {
    file: "src/exporters/elasticsearch/bulk_answer.ts",
    from: '  return { kind: "rejected", error: new DataFaultError(`Elasticsearch refused the document: ${detail}`) };',
    to: '  return detail === "" ? { kind: "rejected", error: new DataFaultError("") } : STORED;',
  },
};

/** The text of the mutation's file, changed. */
export function mutated(text: string, { file, from, to }: Mutation): string {
  if (text.split(from).length !== 2) throw new Error(`${file} does not have once what the mutation changes: ${from}`);
  return text.replace(from, () => to);
}
