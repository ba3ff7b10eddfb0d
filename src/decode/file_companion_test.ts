import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { openFileCompanion } from "./file_companion.ts";
import { ObjectMissingError, ObjectUnreadableError } from "./object_error.ts";

Deno.test("a body is read from the folder data beside its log, by its name alone", async () => {
  const folder = await Deno.makeTempDir({ prefix: "bedrock-otel-" });
  try {
    const log = join(folder, "log.json.gz");
    await Deno.mkdir(join(folder, "data", "folder"), { recursive: true });
    const bytes = new Uint8Array(200_000).fill(7);
    await Deno.writeFile(join(folder, "data", "r1_input.json.gz"), bytes);
    await Deno.writeFile(join(folder, "secret"), bytes);
    await Deno.symlink(join(folder, "secret"), join(folder, "data", "link"));
    await Deno.writeFile(join(folder, "data", "closed"), bytes, { mode: 0o000 });
    const open = (key: string) => openFileCompanion(log, { bucket: "any", key });

    using companion = await open("AWSLogs/1/data/r1_input.json.gz");
    assert.equal(companion.sizeBytes, bytes.length);
    const pieces: Uint8Array[] = [];
    for await (const piece of companion.body) pieces.push(piece);
    assert.ok(Buffer.concat(pieces).equals(bytes));

    await assert.rejects(open("data/none"), ObjectMissingError);
    await assert.rejects(open("data/secret"), ObjectMissingError);
    await assert.rejects(open("../secret"), ObjectMissingError);
    await assert.rejects(
      openFileCompanion(join(folder, "secret", "log"), { bucket: "b", key: "k" }),
      ObjectMissingError,
    );
    for (const key of ["data/link", "data/folder", "x/.."]) {
      await assert.rejects(
        open(key),
        (error) => error instanceof ObjectUnreadableError && error.reason === "unavailable",
      );
    }
    // Nothing is closed to root.
    if (Deno.uid() !== 0) {
      await assert.rejects(open("data/closed"), (error) => (error as ObjectUnreadableError).reason === "forbidden");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
