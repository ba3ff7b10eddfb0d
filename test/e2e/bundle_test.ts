/** What is made for image and binary: `deno bundle` cuts the program into parts. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeBundle } from "../../packaging/compile.ts";
import { TestFolder } from "../world/folder.ts";

/** `const { a, b: c } = await import("./part.js").then(…);` */
const ON_DEMAND = /const \{([^}]+)\} = await import\("\.\/([^"]+)"\)(\.then\(\(module\) => module\.default\))?/g;

Deno.test("each part of the bundle has the names that others import from it on demand", async () => {
  using folder = new TestFolder();
  const bundle = await makeBundle(folder.file("bundle"));
  const missing: string[] = [];
  let looked = 0;
  for (const { name: importer } of Deno.readDirSync(bundle)) {
    const text = await Deno.readTextFile(join(bundle, importer));
    for (const [, names = "", part = "", isDefault] of text.matchAll(ON_DEMAND)) {
      const module = await import(pathToFileURL(join(bundle, part)).href);
      const given = isDefault === undefined ? module : module.default;
      for (const name of names.split(",").map((name) => name.split(":")[0]?.trim() ?? "")) {
        looked++;
        if (given[name] === undefined) missing.push(`${importer}: ${name} of ${part}`);
      }
    }
  }
  assert.ok(looked > 50, `looked at ${looked}`);
  assert.deepEqual(missing, []);
});
