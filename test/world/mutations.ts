/** Records with values in them that nobody expects, for property-based tests. */
import fc from "fast-check";

/** JSON texts that a record should not have anywhere, by name. */
const NASTY: Readonly<Record<string, string>> = {
  prototypes: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  "methods as values": '{"toString":1,"valueOf":2,"length":-1,"then":{}}',
  "lone surrogates": '"\\ud800 lone \\udfff"',
  NUL: '"\\u0000"',
  "nested lists": "[[[[]]]]",
  "mixed list": '[null,true,1,"x",{},[]]',
  null: "null",
  "empty string": '""',
  "number as string": '"12"',
  "huge number as string": '"1e400"',
  "huge number": "1e308",
  negative: "-1",
  fraction: "0.5",
  "inexact integer": "123456789012345678901234567890",
  true: "true",
  "empty object": "{}",
  "empty list": "[]",
  "no date": '"9999-99-99T99:99:99Z"',
  "10,000 lists deep": "[".repeat(10_000) + "]".repeat(10_000),
  "10,000 objects deep": `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
  "long key": `{"${"k".repeat(100_000)}":1}`,
  "key with NUL": '{"a\\u0000b":"x"}',
  "keys that are no names": '{"":1," ":2,".":3,"a..b":4,".a":5,"a.":6}',
  "value and object at one name": '{"a":1,"a.b":2,"a.b.c":3}',
  "long text": `"${"ü".repeat(40_000)}"`,
  "long text in an object": `{"match":"${"ü".repeat(40_000)}","type":"${"t".repeat(10_000)}"}`,
};

/** A change of a JSON value: each number of the path picks a member of what the one before led to. */
export interface Mutation {
  readonly path: readonly number[];
  /** Name of the text that stands there afterwards. */
  readonly nasty: string;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  path: fc.array(fc.nat(50), { minLength: 1, maxLength: 9 }),
  nasty: fc.constantFrom(...Object.keys(NASTY)),
});

/** The JSON text with values replaced. */
export function mutated(text: string, mutations: readonly Mutation[]): string {
  const root: unknown = JSON.parse(text);
  for (const { path, nasty } of mutations) replace(root, path, `@@${nasty}@@`);
  return JSON.stringify(root).replace(/"@@([^@]+)@@"/g, (_match, nasty: string) => NASTY[nasty] as string);
}

function replace(root: unknown, path: readonly number[], replacement: string): void {
  let parent: Record<string, unknown> | undefined;
  let name = "";
  let value = root;
  for (const step of path) {
    const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
    if (keys.length === 0) break;
    parent = value as Record<string, unknown>;
    name = keys[step % keys.length] as string;
    value = parent[name];
  }
  if (parent !== undefined) parent[name] = replacement;
}
