/**
 * `deno task test:faults:mutations [PATTERNS]`: breaks the delivery path of a copy of this tree in one way after the other, and
 * tells whether the fault suite sees it within its time in the gate. The tree without a mutation is run first, and must pass.
 * Exits with 1 when it does not, or when a mutation was not seen.
 */
import { dirname, join } from "node:path";
import { mutated, type Mutation, MUTATIONS } from "./mutations.ts";

/** As in the gate. */
const SECONDS = 60;

const wanted = new RegExp(Deno.args.join("|"));
let wrong = 0;
const control = await suiteIn(undefined);
say(`no mutation: ${control.failed ?? control.last}`);
if (control.failed !== undefined) wrong++;
for (const [name, mutation] of Object.entries(MUTATIONS).filter(([name]) => wanted.test(name))) {
  const { failed, last } = await suiteIn(mutation);
  if (failed === undefined) wrong++;
  say(`${name}: ${failed ?? `NOT SEEN in ${SECONDS} s; ${last}`}`);
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
    if (mutation !== undefined) {
      const path = join(copy, mutation.file);
      await Deno.writeTextFile(path, mutated(await Deno.readTextFile(path), mutation));
    }
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
