import assert from "node:assert/strict";
import fc from "fast-check";
import { bodyTextsOf } from "./body_text.ts";

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
