import assert from "node:assert/strict";
import { FakeTime } from "../../test/world/fake_time.ts";
import { Nodes } from "./nodes.ts";

function turns(nodes: Nodes, count: number): string {
  return Array.from({ length: count }, () => nodes.next()).join("");
}

Deno.test("a node that could not be reached is left out for a minute, and takes its turns again once it answers", async () => {
  using clock = new FakeTime({ only: ["performance"] });
  const nodes = new Nodes(["a", "b", "c"]);
  assert.equal(turns(nodes, 6), "abcabc");
  assert.equal(nodes.failed("b"), true);
  assert.equal([...turns(nodes, 6)].sort().join(""), "aaaccc");
  await clock.pass(60_000);
  assert.equal([...turns(nodes, 6)].sort().join(""), "aabbcc");
  assert.equal(nodes.failed("b"), false);
  assert.equal([...turns(nodes, 6)].sort().join(""), "aaaccc");
  assert.deepEqual([nodes.answered("b"), nodes.answered("b")], [true, false]);
  assert.equal([...turns(nodes, 6)].sort().join(""), "aabbcc");
});

Deno.test("where no node could be reached all take their turns", () => {
  const nodes = new Nodes(["a", "b"]);
  for (const url of ["a", "b"]) nodes.failed(url);
  assert.equal([...turns(nodes, 4)].sort().join(""), "aabb");
});
