import assert from "node:assert/strict";
import type { OtlpType } from "../mappings/field.ts";
import { DottedFields } from "./dotted_fields.ts";
import { JsonWriter } from "./json_writer.ts";

/** What is stored of attributes; the text, as an object would hide a key that stands there twice. */
const STORED: readonly (readonly [name: string, attributes: Record<string, unknown>, stored: string])[] = [
  ["dots become objects, sorted by name", { "b.c": 1, a: "x", "b.a": true }, `{"a":"x","b":{"a":true,"c":1}}`],
  ["maps are dotted names too", { a: { "b.c": 1, d: {} }, "a.b.e": 2 }, `{"a":{"b":{"c":1,"e":2}}}`],
  ["the last of one name is kept", { a: { b: 1 }, "a.b": 2 }, `{"a":{"b":2}}`],
  ["a value beside an object is called value", { team: "x", "team.name": "y" }, `{"team":{"name":"y","value":"x"}}`],
  ["what is called value already stays", { team: "x", "team.value": "y" }, `{"team":{"value":"y"}}`],
  [
    "a name between a value and an object makes a key twice",
    { team: "x", "team-id": "y", "team.name": "z" },
    `{"team":"x","team-id":"y","team":{"name":"z"}}`,
  ],
  ["an empty name is a name", { a: { "": 1 }, "": 2, ".b": 3 }, `{"":{"b":3,"value":2},"a":{"":1}}`],
  ["null, empty maps, empty lists and bytes are left out", { a: null, b: {}, c: [], d: new Uint8Array([1]) }, "{}"],
  ["an empty list is in the way all the same", { a: [], "a.b": 1 }, `{"a":{"b":1}}`],
  [
    "in lists objects are made likewise, and what is empty is null",
    { a: [{ "c.d": 1, b: 2 }, null, {}, [], new Uint8Array([1])] },
    `{"a":[{"b":2,"c":{"d":1}},null,null,[],null]}`,
  ],
  ["names are JSON", { 'a"b': "\ud800", ["__proto__"]: 1 }, `{"__proto__":1,"a\\"b":"\ufffd"}`],
  [
    "only an exact integer is one",
    { a: 1, b: 0.5, c: 2 ** 53, d: NaN },
    `{"a":1,"b":0.5,"c":9007199254740992.0,"d":null}`,
  ],
];

for (const [name, attributes, stored] of STORED) {
  Deno.test(`of attributes in mode ecs ${name}`, () => {
    const document = new DottedFields();
    document.addAll(attributes, () => undefined);
    assert.equal(document.toJson() ?? "{}", stored);
  });
}

Deno.test("numbers have the type of their field: a double has a point", () => {
  const types: Record<string, OtlpType> = { a: "double", b: "int", c: "double[]", d: "double", e: "int" };
  const document = new DottedFields();
  document.addAll({ a: 1, b: 2 ** 60, c: [1, 0.5], d: 1e21, e: 0.5, f: { a: 1 } }, (attribute) => types[attribute]);
  assert.equal(document.toJson(), `{"a":1.0,"b":1152921504606846976,"c":[1.0,0.5],"d":1e+21,"e":0.5,"f":{"a":1}}`);
});

Deno.test("documents of the same names are written one after the other as each alone, also after some were taken back", () => {
  const texts = [
    "a",
    "a",
    "b",
    "long ".repeat(5),
    "a",
    "b",
    "é".repeat(70),
    "é".repeat(70),
    "long ".repeat(5),
    "a",
    "b",
  ];
  const documents = texts.flatMap((text) => [
    { b: text, number: text.length, same: "same", list: [{ b: text, empty: {} }, text], zero: 0 },
    { a: text.repeat(2), b: text, same: "same", list: ["same"], is: text === "a" },
  ]);
  const fields = new DottedFields();
  const write = (writer: JsonWriter, document: Record<string, unknown>) => {
    fields.addAll(document, () => undefined);
    fields.writeTo(writer);
    fields.clear();
  };
  const writer = new JsonWriter();
  for (const count of [documents.length, 5]) {
    writer.begin();
    for (const [index, document] of documents.slice(0, count).entries()) {
      const before = writer.position;
      write(writer, documents[(index + 6) % documents.length] as Record<string, unknown>);
      if (index % 3 === 0) writer.rewind(before);
      else writer.json("\n");
      write(writer, document);
      writer.json("\n");
    }
    const written = new TextDecoder().decode(writer.finish());
    const alone = documents.slice(0, count).flatMap((document, index) => {
      const other = documents[(index + 6) % documents.length];
      return (index % 3 === 0 ? [document] : [other, document]).map((one) => {
        fields.addAll(one as Record<string, unknown>, () => undefined);
        const text = fields.toJson();
        fields.clear();
        return `${text}\n`;
      });
    });
    assert.equal(written, alone.join(""));
  }
});

Deno.test("a map of very many names is the object that a smaller one is", () => {
  for (const count of [999, 1001]) {
    const names = ["k-", "é ", '"q', "_"];
    const map = Object.fromEntries(Array.from({ length: count }, (_, index) => [`${names[index % 4]}${index}`, "v"]));
    const fields = new DottedFields();
    fields.add("a.b", map);
    fields.add("a.c", "x");
    fields.add("a.b-c", 1);
    assert.deepEqual(JSON.parse(fields.toJson() ?? ""), { a: { b: map, c: "x", "b-c": 1 } });
  }
});

Deno.test("a map of very many texts is written alike as a field, and in a list", () => {
  for (const name of ["name_", "name-"]) {
    const map = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`${name}${1000 + index}`, "x"]));
    const fields = new DottedFields();
    fields.add("field", map);
    fields.add("list", [map]);
    assert.deepEqual(JSON.parse(fields.toJson() ?? ""), { field: map, list: [map] });
  }
});
