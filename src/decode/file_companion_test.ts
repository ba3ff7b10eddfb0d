import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { openFileCompanion } from "./file_companion.ts";
import { ObjectMissingError, ObjectUnreadableError } from "./object_error.ts";
import { TestFolder } from "../../test/world/folder.ts";

Deno.test("a body is read from the folder data beside its log, by its name alone", async () => {
  using folder = new TestFolder();
  const log = folder.file("log.json.gz");
  await Deno.mkdir(folder.file("data/folder"), { recursive: true });
  const bytes = new Uint8Array(200_000).fill(7);
  await Deno.writeFile(folder.file("data/r1_input.json.gz"), bytes);
  await Deno.writeFile(folder.file("secret"), bytes);
  await Deno.symlink(folder.file("secret"), folder.file("data/link"));
  await Deno.writeFile(folder.file("data/closed"), bytes, { mode: 0o000 });
  const open = (key: string) => openFileCompanion(log, { bucket: "any", key });

  using companion = await open("AWSLogs/1/data/r1_input.json.gz");
  assert.equal(companion.sizeBytes, bytes.length);
  assert.ok(Buffer.concat(await Array.fromAsync(companion.body)).equals(bytes));

  await assert.rejects(open("data/none"), ObjectMissingError);
  await assert.rejects(open("data/secret"), ObjectMissingError);
  await assert.rejects(open("../secret"), ObjectMissingError);
  await assert.rejects(
    openFileCompanion(folder.file("secret/log"), { bucket: "b", key: "k" }),
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
});
