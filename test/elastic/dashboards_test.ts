import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { packOf } from "../../src/commands/setup/kibana/pack.ts";
import { KINDS, PACK_MODES } from "../../src/commands/setup/kibana/asset.ts";

const FOLDER = new URL("../../assets/elastic/dashboards/", import.meta.url);

interface SavedObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: { readonly title: string; readonly name?: string; readonly panelsJSON?: string };
  readonly references: readonly { readonly type: string; readonly id: string }[];
}

function compiled(mode: string): { sources: string; objects: SavedObject[] } {
  return JSON.parse(Deno.readTextFileSync(new URL(`${mode}.json`, FOLDER)));
}

Deno.test("what was compiled of the dashboards is of their sources (tools/dashboards/compile.py)", () => {
  const names = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name).filter((name) => name.endsWith(".yml")).sort();
  const digest = createHash("sha256");
  for (const name of names) digest.update(Deno.readFileSync(new URL(name, FOLDER)));
  const sources = digest.digest("hex");
  for (const mode of ["ecs", "otel", "common"]) assert.equal(compiled(mode).sources, sources, mode);
});

Deno.test("dashboards need only what is installed with them, and are found by the words in their names", () => {
  for (const mode of PACK_MODES) {
    const objects = [...compiled(mode).objects, ...compiled("common").objects];
    const there = new Set(objects.map(({ type, id }) => `${type}/${id}`));
    for (const { id, references } of objects) {
      for (const reference of references) {
        assert.ok(there.has(`${reference.type}/${reference.id}`), `${id}: ${reference.id}`);
      }
    }
    // `setup kibana` looks for these words.
    for (const { attributes } of objects) assert.match(`${attributes.title} ${attributes.name}`, /Bedrock OTel/);
    const titles = objects.filter(({ type }) => type === "dashboard").map(({ attributes }) => attributes.title);
    const suffix = mode === "otel" ? " (OTel)" : "";
    assert.deepEqual(titles.map((title) => title.replace("[Bedrock OTel] ", "")), [
      ...["Overview", "Security", "Usage"].map((name) => name + suffix),
      "This program",
    ]);
  }
});

Deno.test("no two panels of a dashboard overlap, and none is wider than the page", () => {
  for (const mode of ["ecs", "otel", "common"]) {
    for (const { id, attributes: { panelsJSON } } of compiled(mode).objects) {
      const panels = JSON.parse(panelsJSON ?? "[]") as { gridData: { x: number; y: number; w: number; h: number } }[];
      const cells = panels.flatMap(({ gridData: { x, y, w, h } }) => {
        assert.ok(x + w <= 48, id);
        return Array.from({ length: w * h }, (_, at) => `${x + at % w},${y + Math.floor(at / w)}`);
      });
      assert.equal(new Set(cells).size, cells.length, id);
    }
  }
});

Deno.test("ids of the pack are of one asset each", () => {
  const ids = Object.values(packOf({ mode: undefined, kinds: KINDS })).flat().map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});
