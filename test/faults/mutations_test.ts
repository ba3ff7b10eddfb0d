import assert from "node:assert/strict";
import { join } from "node:path";
import { mutated, MUTATIONS } from "./mutations.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");

Deno.test("every mutation finds what it changes", async () => {
  for (const [name, mutation] of Object.entries(MUTATIONS)) {
    const text = await Deno.readTextFile(join(ROOT, mutation.file));
    assert.notEqual(mutated(text, mutation), text, name);
  }
});
