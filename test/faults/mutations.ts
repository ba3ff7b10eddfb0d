/**
 * `deno task test:faults:mutations [NAMES]`: breaks the delivery path of a copy of this tree in one way after the other, and
 * tells whether the fault suite sees it within its time in the gate. Exits with 1 when one was not seen.
 */
import { dirname, join } from "node:path";

interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const MUTATIONS: readonly Mutation[] = [
  {
    name: "delete before delivered",
    file: "src/receivers/awss3/queue/message.ts",
    from: "  const lease = hold(message, context);\n  try {",
    to: "  const lease = hold(message, context);\n  void context.acknowledger.delete(message);\n  try {",
  },
  {
    name: "checkpoint before delivered",
    file: "src/receivers/awscloudwatch/deliver_window.ts",
    from: "        await consumer.consume(batch);\n        checkpoint.remember(seen);",
    to: "        checkpoint.remember(seen);\n        await consumer.consume(batch);",
  },
  {
    name: "position before delivered",
    file: "src/pipeline/in_order.ts",
    from: "      await next.consume(batch);\n      entry.isDelivered = true;\n      tell();",
    to: "      entry.isDelivered = true;\n      tell();\n      await next.consume(batch);",
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
    name: "refused document counted as stored",
    file: "src/exporters/elasticsearch/bulk_answer.ts",
    from: '  return { kind: "rejected", error: new DataFaultError(`Elasticsearch refused the document: ${detail}`) };',
    to: '  return detail === "" ? { kind: "rejected", error: new DataFaultError("") } : STORED;',
  },
];
/** As in the gate. */
const SECONDS = 60;

const wanted = Deno.args.join(" ");
let missed = 0;
for (const mutation of MUTATIONS.filter(({ name }) => name.includes(wanted))) {
  const found = await failureUnder(mutation);
  if (found === undefined) missed++;
  say(`${mutation.name}: ${found ?? `NOT SEEN in ${SECONDS} s`}`);
}
Deno.exit(missed === 0 ? 0 : 1);

/** What the suite says of the tree with this mutation; undefined: it sees nothing. */
async function failureUnder({ file, from, to }: Mutation): Promise<string | undefined> {
  const root = join(import.meta.dirname as string, "..", "..");
  const copy = await Deno.makeTempDir();
  try {
    await copyTree(root, copy);
    const text = await Deno.readTextFile(join(copy, file));
    if (text.split(from).length !== 2) throw new Error(`${file} does not have once what the mutation changes: ${from}`);
    await Deno.writeTextFile(join(copy, file), text.replace(from, to));
    const args = ["run", "-q", "-A", "test/faults/main.ts", "--seconds", String(SECONDS), "--no-shrink"];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: copy }).output();
    return new TextDecoder().decode(stdout).split("\n").find((line) => line.startsWith("FAILED"));
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
}

async function copyTree(root: string, copy: string): Promise<void> {
  const listed = await new Deno.Command("git", {
    args: ["ls-files", "-z"],
    cwd: root,
  })
    .output();
  for (const path of new TextDecoder().decode(listed.stdout).split("\0").filter(Boolean)) {
    await Deno.mkdir(join(copy, dirname(path)), { recursive: true });
    await Deno.copyFile(join(root, path), join(copy, path));
  }
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
