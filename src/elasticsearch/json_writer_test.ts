import assert from "node:assert/strict";
import fc from "fast-check";
import { JsonWriter, writtenText } from "./json_writer.ts";

const LONG = "a text that is longer than what is written character by character: ".repeat(3);

Deno.test("a text is written as JSON writes it, whatever is in it", () => {
  const texts = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.string({ minLength: 60, maxLength: 300 }));
  fc.assert(
    fc.property(fc.array(texts), (all) => {
      const text = writtenText((writer) => {
        writer.json("[");
        for (const [at, one] of all.entries()) {
          if (at > 0) writer.json(",");
          writer.string(one);
        }
        writer.json("]");
      });
      assert.equal(text, JSON.stringify(all.map((one) => one.toWellFormed())));
    }),
    { numRuns: 30 },
  );
});

Deno.test("a long text is written as JSON writes it, whatever is in it", () => {
  const units = fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.constantFrom(10, 34, 92, 0x80, 0xe9), fc.nat(0xffff));
  fc.assert(fc.property(fc.array(units, { minLength: 70, maxLength: 200 }), (codes) => {
    const text = String.fromCharCode(...codes);
    assert.equal(writtenText((writer) => writer.string(text)), JSON.stringify(text.toWellFormed()));
  }));
  for (const unit of ["\u0001", "語", "a", '"']) {
    for (const length of [32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1]) {
      const text = unit.repeat(length);
      assert.equal(writtenText((writer) => writer.string(text)), JSON.stringify(text));
    }
  }
});

Deno.test("lone surrogates, control characters, quotes and DEL are written as JSON has them, short and long", () => {
  for (const text of ["\ud800", 'a"b\\c\n\u0000\u007f\u2028é𝄞', ""]) {
    for (const one of [text, LONG + text]) {
      assert.equal(writtenText((writer) => writer.string(one)), JSON.stringify(one.toWellFormed()));
    }
  }
});

Deno.test("a long text that stands there already is copied, also after the buffer grew, and never from what was taken back", () => {
  const writer = new JsonWriter();
  const other = LONG.replace("a text", "another");
  writer.begin();
  const position = writer.position;
  writer.string(LONG);
  writer.rewind(position);
  for (const text of [other, LONG, "x".repeat(300_000), LONG, other]) writer.string(text);
  const expected = [other, LONG, "x".repeat(300_000), LONG, other].map((text) => JSON.stringify(text)).join("");
  assert.equal(new TextDecoder().decode(writer.finish()), expected);
  writer.begin();
  writer.string(LONG);
  assert.equal(new TextDecoder().decode(writer.finish()), JSON.stringify(LONG));
});
