import assert from "node:assert/strict";
import { isHeavy, MAX_VALUES, weightOf } from "./weight.ts";

const KIB = 1024;
const MIB = KIB * KIB;

function weightOfText(text: string): number {
  return weightOf(text, text.length);
}

Deno.test("a small text weighs what it is, a long one its copies, a dense one its values", () => {
  assert.equal(weightOfText("[],".repeat(KIB)), 3 * KIB);
  assert.equal(weightOfText("x".repeat(MIB)), 4 * MIB);
  assert.equal(weightOfText("[],".repeat(100 * KIB)), 200 * KIB * 256);
  assert.equal(
    weightOfText(JSON.stringify("[],".repeat(100 * KIB))),
    200 * KIB * 256,
    "JSON in a string may be parsed too",
  );
});

Deno.test("what is not parsed weighs no more than the most that is", () => {
  assert.equal(weightOfText("[],".repeat(2 * MIB)), MAX_VALUES * 256);
});

Deno.test("a text is heavy from one value more than may be parsed", () => {
  assert.ok(!isHeavy("[".repeat(MAX_VALUES)));
  assert.ok(isHeavy("[".repeat(MAX_VALUES + 1)));
  assert.ok(isHeavy('{"a":1},'.repeat(MAX_VALUES)));
  assert.ok(!isHeavy("long words ".repeat(MAX_VALUES)));
});
