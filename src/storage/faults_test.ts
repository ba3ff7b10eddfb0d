/** What only another process or a file system can do to the state. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { openStorage } from "./open.ts";
import { temporaryStorage } from "../../test/world/temporary_storage.ts";

/**
 * Opens the state in its first argument, writes entries until it is killed or cannot, and prints how far it is. Further
 * arguments: how many keys there are, how often one is written, and after how many writes another file fills the disk.
 */
const WRITER = `
  import { openStorage } from ${JSON.stringify(import.meta.resolve("./open.ts"))};
  try {
    using storage = openStorage({ directory: Deno.args[0] });
    const [directory, keys = "100000", writes = keys, filledAt] = Deno.args;
    for (let index = 0; index < Number(writes); index++) {
      const key = String(index % Number(keys)).padStart(6, "0");
      const row = { key, json: JSON.stringify("x".repeat(200)), timeMs: index };
      if (String(index) === filledAt) {
        const other = Deno.openSync(directory + "/other", { create: true, write: true });
        try {
          for (;;) other.writeSync(new Uint8Array(4096));
        } catch {
          console.log("filled");
        }
      }
      storage.table.write([{ receiver: "test", collection: "entries", key: row.key, row }]);
      if (index % 100 === 0) console.log(index);
    }
    console.log("written");
  } catch (error) {
    console.log(error.fault, error.message);
  }
`;

interface WriterOptions {
  readonly wrapper?: readonly string[];
  readonly args?: readonly string[];
}

function writer(directory: string, { wrapper = [], args = [] }: WriterOptions = {}): Deno.ChildProcess {
  const command = [...wrapper, Deno.execPath(), "run", "-q", "-A", "--no-check", "-", directory, ...args];
  const child = new Deno.Command(command[0] as string, {
    args: command.slice(1),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const input = child.stdin.getWriter();
  void input.write(new TextEncoder().encode(WRITER)).then(() => input.close());
  return child;
}

async function outputOf(child: Deno.ChildProcess): Promise<string> {
  return new TextDecoder().decode((await child.output()).stdout);
}

Deno.test("a killed process loses no entry that was written, and lets go of the lock", async () => {
  using temporary = temporaryStorage();
  const directory = join(temporary.directory, "killed");
  const child = writer(directory);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("\n500\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The writer ended: ${said}`);
    said += value;
  }
  assert.throws(() => openStorage({ directory }), new RegExp(`state.lock is locked by process ${child.pid}: stop it`));
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  using storage = openStorage({ directory });
  const keys = [...storage.of("test").checkpoints("entries", z.string()).keys()].map(Number);
  assert.ok(keys.length >= 500, `${keys.length} entries`);
  assert.deepEqual(keys, Array.from(keys, (_, index) => index));
});

Deno.test("state that is moved away after a kill takes all with it", async () => {
  using temporary = temporaryStorage();
  const directory = join(temporary.directory, "moved");
  const child = writer(directory);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await reader.read();
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  const path = join(directory, "state.db");
  assert.ok(Deno.statSync(`${path}-wal`).size > 0);
  Deno.renameSync(path, `${path}.old`);
  using storage = openStorage({ directory });
  assert.deepEqual(storage.summary(), []);
});

/** Runs the writer with a file system of its own at the directory, made by `mount`'s options. */
async function onFileSystem(directory: string, options: string, args: readonly string[] = []): Promise<string> {
  const script = 'mount -t tmpfs -o "$0" tmpfs "$1" && shift && exec "$@"';
  return await outputOf(
    writer(directory, { wrapper: ["unshare", "-m", "sh", "-c", script, options, directory], args }),
  );
}

/** Mounting needs root on Linux. */
const mayMount = Deno.build.os === "linux" && Deno.uid() === 0 &&
  (await new Deno.Command("unshare", { args: ["-m", "true"] }).output().catch(() => ({ success: false }))).success;

Deno.test({ name: "a read-only directory is a clear error", ignore: !mayMount }, async () => {
  using temporary = temporaryStorage();
  const output = await onFileSystem(temporary.directory, "ro");
  assert.match(output, /^read_only Cannot open state .*: service\.storage\.directory must be writable\n$/);
});

Deno.test({ name: "a full disk is a clear error, and what was written before stays", ignore: !mayMount }, async () => {
  using temporary = temporaryStorage();
  const output = await onFileSystem(temporary.directory, "size=2m");
  assert.match(output, /^0\n100\n/);
  assert.match(output, /\nfull Cannot write state .*: make room on the disk\n$/);
});

Deno.test({ name: "on a small disk a small state is written for ever", ignore: !mayMount }, async () => {
  using temporary = temporaryStorage();
  const output = await onFileSystem(temporary.directory, "size=500k", ["20", "5000"]);
  assert.match(output, /\nwritten\n$/);
});

Deno.test(
  { name: "on a disk that others fill a state that does not grow is written for ever", ignore: !mayMount },
  async () => {
    using temporary = temporaryStorage();
    const output = await onFileSystem(temporary.directory, "size=4m", ["20", "5000", "200"]);
    assert.match(output, /\nfilled\n[\d\n]*\nwritten\n$/);
  },
);

Deno.test("a directory that is no directory is a clear error", () => {
  using temporary = temporaryStorage();
  const path = join(temporary.directory, "file");
  Deno.writeTextFileSync(path, "");
  assert.throws(() => openStorage({ directory: path }), /^StorageError: Cannot open state .*file\/state\.db: /);
});
