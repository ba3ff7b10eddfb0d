import assert from "node:assert/strict";
import { TestFolder } from "../../test/world/folder.ts";
import { unreadableReason, unwritableReason } from "./file_reasons.ts";

Deno.test("why a file cannot be read or written is told without numbers of the operating system", async () => {
  using folder = TestFolder.of({ "a.txt": "a" });
  const reasonOf = (path: string) => Deno.readTextFile(path).then(() => "", unreadableReason);
  assert.equal(await reasonOf(folder.file("none.txt")), "it does not exist");
  assert.equal(await reasonOf(folder.path), "it is a directory");
  assert.equal(await reasonOf(`${folder.file("a.txt")}/b.txt`), "a part of its path is no directory");
  assert.equal(unreadableReason(new Deno.errors.PermissionDenied("os error 13")), "this user may not read it");
  assert.equal(unreadableReason(new Error("it is cut")), "it is cut");
  const problemOf = (path: string) => Deno.writeTextFile(path, "").then(() => "", unwritableReason);
  assert.equal(await problemOf(folder.file("none/a.txt")), "its directory does not exist");
  assert.equal(await problemOf(folder.path), "it is a directory");
});
