import assert from "node:assert/strict";
import { sbom } from "./sbom.ts";

Deno.test("the bill of materials has what the program reaches, each with its hash, and nothing of the tests", async () => {
  const { components, dependencies } = await sbom();
  const refs = new Set(components.map((component) => component["bom-ref"]));
  for (const name of ["zod", "yaml", "client-sqs"]) assert.ok(components.some((one) => one.name === name), name);
  for (const name of ["fast-check", "playwright-core", "axe-core"]) {
    assert.ok(components.every((one) => one.name !== name), name);
  }
  for (const { hashes: [hash], purl } of components) assert.match(hash?.content ?? "", /^[0-9a-f]{128}$/, purl);
  assert.equal(refs.size, components.length);
  assert.equal(dependencies.length, components.length + 1);
  for (const { dependsOn } of dependencies) for (const ref of dependsOn) assert.ok(refs.has(ref), ref);
});
