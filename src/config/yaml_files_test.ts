import assert from "node:assert/strict";
import { TestFolder } from "../../test/world/folder.ts";
import { readYamlFiles } from "./yaml_files.ts";

Deno.test("a file in UTF-16, as Windows PowerShell redirects, and one with a byte order mark are read", async () => {
  await using folder = new TestFolder();
  const text = "\ufeffreceivers: { file: { include: [größe] } }\n";
  const files = {
    "utf16.yaml": new Uint8Array(Uint16Array.from(text, (character) => character.charCodeAt(0)).buffer),
    "utf8.yaml": new TextEncoder().encode(text),
  };
  for (const [name, bytes] of Object.entries(files)) {
    await Deno.writeFile(folder.file(name), bytes);
    const { tree } = await readYamlFiles([folder.file(name)]);
    assert.deepEqual(tree, { receivers: { file: { include: ["größe"] } } }, name);
  }
});
