import assert from "node:assert/strict";
import fc from "fast-check";
import { bodyTextsOf, withBodyTexts } from "./body_text.ts";

Deno.test("the text of a body is found as it stands in the record", () => {
  const text =
    ' { "x" : "}\\"{" , "input":\n{ "a":[{"inputBodyJson":1}], "inputBodyJson" : {"b": 1.0, "c":"\\\\"} , "d":-1e3 },' +
    '"output":{"outputBodyJson":[ ]} } ';
  assert.deepEqual(bodyTextsOf(text), { input: '{"b": 1.0, "c":"\\\\"}', output: "[ ]" });
});

Deno.test("a body that is not there, or stands where none belongs, is not found", () => {
  for (
    const text of ["{}", "[]", '"x"', '{"input":[1,{"inputBodyJson":{}}]}', '{"outputBodyJson":{}}', '{"output":null}']
  ) {
    assert.deepEqual(bodyTextsOf(text), { input: undefined, output: undefined }, text);
  }
});

Deno.test("of members with the same name the last counts, as for JSON.parse", () => {
  const text = '{"input":{"inputBodyJson":{"a":1},"inputBodyJson":{"b":2}}}';
  assert.equal(bodyTextsOf(text).input, '{"b":2}');
});

Deno.test("the text found is that of the value that JSON.parse finds, for any record", () => {
  const body = fc.json({ maxDepth: 4 }).map((text) => JSON.parse(text) as unknown);
  const record = fc.record({ a: body, input: fc.record({ z: body, inputBodyJson: body, y: body }), output: body });
  fc.assert(fc.property(record, fc.constantFrom(0, 2), (value, indent) => {
    const text = JSON.stringify(value, undefined, indent);
    const found = bodyTextsOf(text).input;
    assert.deepEqual(JSON.parse(found ?? "null"), JSON.parse(text).input.inputBodyJson);
  }));
});

Deno.test("bodies are put into their objects, whatever else stands there, and everything else stays as it was", () => {
  const member = fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown);
  const part = fc.record({ z: member, path: fc.string(), y: member });
  const record = fc.record({ output: part, "x}": member, input: part });
  fc.assert(fc.property(record, fc.json(), fc.constantFrom(0, 2), (value, body, indent) => {
    const text = JSON.stringify(value, undefined, indent);
    const joined = withBodyTexts(text, { input: body, output: undefined });
    assert.deepEqual(bodyTextsOf(joined), { input: body, output: undefined });
    const expected = { ...value, input: { ...value.input, inputBodyJson: JSON.parse(body) as unknown } };
    assert.deepEqual(JSON.parse(joined), JSON.parse(JSON.stringify(expected)));
    assert.equal(joined.replace(`,"inputBodyJson":${body}`, () => ""), text);
  }));
  assert.deepEqual(
    withBodyTexts('{"output":{"o":1},"input":{"i":2}}', { input: "[1.0]", output: '"t"' }),
    '{"output":{"o":1,"outputBodyJson":"t"},"input":{"i":2,"inputBodyJson":[1.0]}}',
  );
});
