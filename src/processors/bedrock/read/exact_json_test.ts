import assert from "node:assert/strict";
import fc from "fast-check";
import { exactJson } from "./exact_json.ts";

/** Numbers as JSON may write them. */
const number = fc.oneof(
  fc.constantFrom("1.0", "-0", "-0.0", "0", "1e400", "-1E+5", "1e-7", "0.0000001", "9007199254740993", "0.10", "12"),
  fc.tuple(fc.bigInt(), fc.option(fc.nat()), fc.option(fc.integer({ min: -400, max: 400 })))
    .map(([whole, fraction, exponent]) =>
      `${whole}${fraction === null ? "" : `.${fraction}0`}${exponent === null ? "" : `e${exponent}`}`
    ),
);
const blank = fc.constantFrom("", " ", "\n  ");
/** V8 takes the name `"\""` for `"\\"` when objects before had that one: names with a backslash are left out. */
const name = fc.oneof(fc.string(), fc.constantFrom("__proto__", "", "a", "1", "1.0", "}", '"'))
  .filter((name) => !name.includes("\\"));

/** JSON texts without equal names, as `JSON.stringify` keeps only one of these, and without names that are indices. */
const { text } = fc.letrec<{ text: string; value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    number,
    fc.string().map((text) => JSON.stringify(text)),
    fc.constantFrom("true", "null", "{}", "[]", '"1.0"', '":1.0,"'),
    fc.tuple(blank, fc.array(tie("value"), { maxLength: 4 })).map(([blank, values]) =>
      `[${blank}${values.join(`${blank},${blank}`)}${blank}]`
    ),
    fc.tuple(blank, fc.uniqueArray(fc.tuple(name, tie("value")), { maxLength: 4, selector: ([name]) => name }))
      .map(([blank, members]) =>
        `{${blank}${
          members.map(([name, value]) => `${JSON.stringify(name)}${blank}:${blank}${value}`).join(`${blank},${blank}`)
        }${blank}}`
      ),
  ),
  text: fc.tuple(blank, tie("value")).map(([blank, value]) => blank + value + blank),
}));

/** The numbers of a JSON text in their order. */
function numbersIn(text: string): string[] {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? [];
}

Deno.test("of any JSON text the numbers are written again with the digits that they had", () => {
  fc.assert(
    fc.property(text, (text) => {
      const written = JSON.stringify(exactJson(text));
      assert.deepEqual(numbersIn(written).sort(), numbersIn(text).sort());
      assert.deepEqual(JSON.parse(written), JSON.parse(text));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("numbers that JavaScript writes as they were stay numbers", () => {
  assert.deepEqual(exactJson('{"a":[1,-2.5,1e+21,0,1.5e-7],"b":"1.0"}'), { a: [1, -2.5, 1e21, 0, 1.5e-7], b: "1.0" });
});

Deno.test("of equal names the last counts, and gets none of the other's digits", () => {
  for (
    const [text, written] of [
      ['{"a":1.0,"a":2}', '{"a":2}'],
      ['{"a":{"b":1.0},"a":[1]}', '{"a":[1]}'],
      ['{"a":[2.0,{"c":3.0}],"a":{"0":2,"toString":1}}', '{"a":{"0":2,"toString":1}}'],
      ['{"a":2,"a":1.0}', '{"a":1.0}'],
    ] as const
  ) {
    assert.equal(JSON.stringify(exactJson(text)), written);
  }
});

Deno.test("texts that are nested deeply, or are no JSON, are read as JSON.parse reads them", () => {
  const deep = `${'{"a":['.repeat(20_000)}1.0${"]}".repeat(20_000)}`;
  assert.ok(exactJson(deep));
  for (const text of ["", "{", "1.", "[1.0", "01", "{1.0}"]) assert.throws(() => exactJson(text), SyntaxError);
});

Deno.test("looking for such numbers takes linear time", () => {
  const started = performance.now();
  for (const part of [",1", ",1.0", "[ ", ",-0", ",1.000001", ",1111111", ": ", "9", ".0"]) {
    exactJson(JSON.stringify(part.repeat(2_000_000 / part.length)));
  }
  exactJson(`[${"1.0,".repeat(250_000)}${"1".repeat(1_000_000)}]`);
  assert.ok(performance.now() - started < 20_000);
});
