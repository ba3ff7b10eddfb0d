/**
 * `deno task test:faults:mutations [PATTERNS]`: breaks the delivery path of a copy of this tree in one way after the other, and
 * tells whether the fault suite sees it within its time in the gate. The tree without a mutation is run first, and must pass.
 * Exits with 1 when it does not, or when a mutation was not seen.
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
/** As in the gate. */
const SECONDS = 60;

const wanted = new RegExp(Deno.args.join("|"));
let wrong = 0;
const control = await suiteIn(undefined);
say(`no mutation: ${control.failed ?? control.last}`);
if (control.failed !== undefined) wrong++;
for (const mutation of MUTATIONS.filter(({ name }) => wanted.test(name))) {
  const { failed, last } = await suiteIn(mutation);
  if (failed === undefined) wrong++;
  say(`${mutation.name}: ${failed ?? `NOT SEEN in ${SECONDS} s; ${last}`}`);
}
Deno.exit(wrong === 0 ? 0 : 1);

interface Suite {
  /** The first failure that it prints; undefined: it sees nothing. */
  readonly failed: string | undefined;
  /** Its last line: the summary. */
  readonly last: string;
}

/** What the suite says of a copy of the tree, with this mutation or with none. */
async function suiteIn(mutation: Mutation | undefined): Promise<Suite> {
  const root = join(import.meta.dirname as string, "..", "..");
  const copy = await Deno.makeTempDir();
  try {
    await copyTree(root, copy);
    if (mutation !== undefined) await mutate(copy, mutation);
    const args = ["run", "-q", "-A", "test/faults/main.ts", "--seconds", String(SECONDS), "--no-shrink"];
    // In a group of its own, with the processes of its seeds, which end with it.
    const suite = new Deno.Command(Deno.execPath(), { args, cwd: copy, stdout: "piped", detached: true }).spawn();
    let said = "";
    for await (const text of suite.stdout.pipeThrough(new TextDecoderStream())) {
      said += text;
      const [failed] = /^FAILED.*(?=\n)/m.exec(said) ?? [];
      if (failed === undefined) continue;
      Deno.kill(-suite.pid, "SIGKILL");
      await suite.status;
      return { failed, last: "" };
    }
    const last = said.trimEnd().split("\n").at(-1) ?? "";
    if (!(await suite.status).success) throw new Error(`The suite ended otherwise than by a failed seed: ${last}`);
    return { failed: undefined, last };
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
}

async function mutate(copy: string, { file, from, to }: Mutation): Promise<void> {
  const text = await Deno.readTextFile(join(copy, file));
  if (text.split(from).length !== 2) throw new Error(`${file} does not have once what the mutation changes: ${from}`);
  await Deno.writeTextFile(join(copy, file), text.replace(from, () => to));
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
