import assert from "node:assert/strict";
import fc from "fast-check";
import { storableKeys } from "./keys.ts";

const CASES: readonly (readonly [name: string, keys: readonly string[], storable: readonly string[]])[] = [
  ["keys that are fine stay", ["team", "team-id", "x (2)"], ["team", "team-id", "x (2)"]],
  ["dots become underscores", ["team", "team-id", "team.name"], ["team", "team-id", "team_name"]],
  ["a key in use is numbered", ["a.b", "a_b", "a..b", "a__b", "a_b (2)"], [
    "a_b (3)",
    "a_b",
    "a__b (2)",
    "a__b",
    "a_b (2)",
  ]],
  ["blank keys get a name", ["", " ", "."], ["_", "_ (2)", "_ (3)"]],
  ["NUL and length", ["a\0b", "k".repeat(300), "k".repeat(301)], [
    "a\ufffdb",
    "k".repeat(256),
    `${"k".repeat(256)} (2)`,
  ]],
];

for (const [name, keys, storable] of CASES) {
  Deno.test(`of a caller's keys ${name}`, () => {
    assert.deepEqual(storableKeys(keys.map((key) => [key, key])), storable.map((key, index) => [key, keys[index]]));
  });
}

Deno.test("many keys that become one cost no more than their number", () => {
  const keys = Array.from({ length: 30_000 }, (_, index) => `${"k".repeat(256)}${index}`);
  // Seconds for each thousand of them where every free number is looked for from the first one.
  assert.equal(storableKeys(keys.map((key) => [key, key])).at(-1)?.[0], `${"k".repeat(256)} (30000)`);
});

Deno.test("no caller's key is lost, has a dot, or stands twice", () => {
  const key = fc.string({ unit: fc.constantFrom("a", "b", ".", "_", " ", "\0"), maxLength: 4 });
  fc.assert(fc.property(fc.uniqueArray(key), (keys) => {
    const storable = storableKeys(keys.map((key) => [key, key]));
    assert.deepEqual(storable.map(([, value]) => value), keys);
    assert.equal(new Set(storable.map(([key]) => key)).size, keys.length);
    for (const [key] of storable) assert.doesNotMatch(key, /^\s*$|[.\0]/);
  }));
});
