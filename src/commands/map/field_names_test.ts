import assert from "node:assert/strict";
import { withKeys } from "./field_names.ts";

Deno.test("the fields of a document are named with dots or as objects, whatever names it has", () => {
  const document = { attributes: { "log.file.path": "p", "log.level": 1, empty: {} }, tags: [{ "a.b": 1 }] };
  assert.deepEqual(withKeys(document, "dotted"), {
    "attributes.log.file.path": "p",
    "attributes.log.level": 1,
    "attributes.empty": {},
    tags: [{ "a.b": 1 }],
  });
  assert.equal(
    JSON.stringify(withKeys(document, "nested")),
    '{"attributes":{"log":{"file":{"path":"p"},"level":1},"empty":{}},"tags":[{"a.b":1}]}',
  );
});

Deno.test("a name keeps its dots where a value is above it", () => {
  const document = { "a.b": 1, "a.b.c": 2, "d.e": 3, d: 4 };
  assert.equal(JSON.stringify(withKeys(document, "nested")), '{"a":{"b":1},"a.b.c":2,"d.e":3,"d":4}');
});
