import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import { Semaphore } from "../async/semaphore.ts";
import { UnfinishedRecordError } from "./object_error.ts";
import { type RawRecord, type SplitOptions, splitRecords } from "./split_records.ts";
import { cut } from "../../test/world/cut.ts";

const OPTIONS = { maxBytes: 1024 * 1024 };

async function split(
  content: string | Uint8Array,
  options: SplitOptions = OPTIONS,
  sizes: readonly number[] = [64 * 1024],
): Promise<RawRecord[]> {
  return (await Array.fromAsync(splitRecords(cut(Buffer.from(content), ...sizes), options))).flat();
}

/** Splits in chunks of 1, of 7 bytes and as a whole; asserts that the records are where and what they claim to be. */
async function texts(content: string, options: SplitOptions = OPTIONS): Promise<string[]> {
  const bytes = Buffer.from(content);
  const whole = await split(bytes, options);
  for (const sizes of [[1], [7]]) assert.deepEqual(await split(bytes, options, sizes), whole);
  for (const { text, position, sizeBytes, fault } of whole) {
    if (fault === undefined) assert.equal(bytes.toString("utf8", position, position + sizeBytes), text);
  }
  return whole.map((record) => record.text);
}

const GOOD = [1, 2, 3].map((n) =>
  JSON.stringify({ schemaType: "ModelInvocationLog", requestId: `${n}`, input: { n } })
);
const [A, B, C] = GOOD as [string, string, string];
const PRETTY = GOOD.map((text) => JSON.stringify(JSON.parse(text), null, 2));

Deno.test("NDJSON gives a record a line, whatever ends its lines", async () => {
  assert.deepEqual(await texts(`${A}\n${B}\n${C}\n`), GOOD);
  assert.deepEqual(await texts(`${A}\r\n${B}\r\n${C}`), GOOD);
  assert.deepEqual(await texts(`\ufeff\n\n${A}\n \r\n${B} \n\t${C}\n\n`), GOOD);
});

Deno.test("an object without records gives none", async () => {
  for (const content of ["", "\n", "\ufeff", " \r\n\t", "[]", "[ ]\n"]) assert.deepEqual(await texts(content), []);
});

Deno.test("concatenated and pretty-printed objects are records", async () => {
  assert.deepEqual(await texts(GOOD.join("")), GOOD);
  assert.deepEqual(await texts(`${A}\n${B} \t${C}${A}\n${B}\n`), [A, B, C, A, B]);
  assert.deepEqual(await texts(PRETTY.join("\n")), PRETTY);
  assert.deepEqual(
    await texts(PRETTY.join("").replaceAll("\n", "\r\n")),
    PRETTY.map((t) => t.replaceAll("\n", "\r\n")),
  );
  assert.deepEqual(await texts(`${A}\n${PRETTY[1]}\n${C}\n`), [A, PRETTY[1], C]);
});

Deno.test("the elements of a list are records, at their own positions", async () => {
  assert.deepEqual(await texts(`[${GOOD.join(",")}]`), GOOD);
  assert.deepEqual(await texts(JSON.stringify(GOOD.map((text) => JSON.parse(text)), null, 2)), [
    ...PRETTY.map((text) => text.replaceAll("\n", "\n  ")),
  ]);
  assert.deepEqual(await texts(`[\n${GOOD.join(",\n")}\n]\n`, { ...OPTIONS, expandEventListFromField: ".[]" }), GOOD);
  assert.deepEqual(await texts(`[${A},1, "a,]b" ,null,[2,{}],${B}]`), [A, "1", `"a,]b"`, "null", "[2,{}]", B]);
});

Deno.test("the list under a field is expanded, and an object without it is a record itself", async () => {
  const records = { ...OPTIONS, expandEventListFromField: "Records" };
  assert.deepEqual(await texts(`{"Records":[${GOOD.join(",")}]}`, records), GOOD);
  assert.deepEqual(
    await texts(`{"n":{"Records":[1]},"s":"\\"Records\\":[","Records" : [ ${A} ],"more":[{"x":"]}"}]}\n${B}`, records),
    [A, B],
  );
  assert.deepEqual(await texts(`{"Records":[${A}]}\n{"Records":[]}{"Records":[${B}]}`, records), [A, B]);
  assert.deepEqual(await texts(`{"Records":{"a":[1]}}`, records), [`{"Records":{"a":[1]}}`]);
  assert.deepEqual(
    await texts(`{"a":{"x":1,"y":[{"b":[0]}]},"c":{"b":[1]},"a":{"c":{},"b":[${A},${B}]}}`, {
      ...OPTIONS,
      expandEventListFromField: "a.b",
    }),
    [A, B],
  );
});

for (
  const [what, content, options] of [
    ["one behind the other", `[${A}][${B},${C}]`, OPTIONS],
    ["a line each", `[${A}]\n[${B}]\n[]\n[ ${C} ]\n`, OPTIONS],
    ["with a comma between them", `[${A},${B}],\n[${C}]`, OPTIONS],
    ["pretty-printed", GOOD.map((text) => JSON.stringify([JSON.parse(text)], null, 2)).join("\n"), OPTIONS],
    ["and lines behind them", `[${A}]\n${B}\n${C}\n`, OPTIONS],
    ["under a field", `{"Records":[${A}]}{"Records":[${B}]}\n{"Records":[${C}]}`, {
      ...OPTIONS,
      expandEventListFromField: "Records",
    }],
    [
      "under a field that one object has several times",
      `{"Records":[${A}],"x":{"Records":[1]},"Records":[${B}],"y":1,"Records":[${C}]}`,
      {
        ...OPTIONS,
        expandEventListFromField: "Records",
      },
    ],
    ["under a field within another that is there twice", `{"a":{"b":[${A},${B}],"c":1},"x":[],"a":{"b":[${C}]}}`, {
      ...OPTIONS,
      expandEventListFromField: "a.b",
    }],
    ["at the root and under a field", `[${A}]{"x":[],"Records":[${B}]}[${C}]`, {
      ...OPTIONS,
      expandEventListFromField: "Records",
    }],
  ] as const
) {
  Deno.test(`of several lists in one object each is read as the first: ${what}`, async () => {
    const found = await texts(content, options);
    assert.deepEqual(found.map((text) => JSON.stringify(JSON.parse(text))), GOOD);
  });
}

Deno.test("a list under a field in a pretty-printed object is expanded", async () => {
  const content = JSON.stringify({ kind: "x", Records: GOOD.map((text) => JSON.parse(text)) }, null, 1);
  const found = await texts(content, { ...OPTIONS, expandEventListFromField: "Records" });
  assert.deepEqual(found.map((text) => JSON.parse(text)), GOOD.map((text) => JSON.parse(text)));
});

Deno.test("a malformed line is a record of its own and takes no other with it", async () => {
  const malformed = [
    "not json",
    A.slice(0, 20),
    A.slice(0, -1),
    A.slice(0, -2),
    A.slice(0, A.indexOf("input")),
    A.slice(10),
    `{"a":"\\`,
    `{"a":[1,`,
    "{",
    "}",
    "]",
    "[1,2]",
    `["${A}`,
    `"text"`,
    "12",
    "\u0000\u0001",
  ];
  for (const bad of malformed) {
    assert.deepEqual(await texts(`${bad}\n${A}\n${B}\n`), [bad, A, B], `first: ${bad}`);
    assert.deepEqual(await texts(`${A}\n${bad}\n${B}\n${C}\n`), [A, bad, B, C], `in the middle: ${bad}`);
    assert.deepEqual(await texts(`${A}\n${B}\n${bad}`), [A, B, bad], `last: ${bad}`);
    assert.deepEqual(await texts(`${bad}\n${bad}\n${A}\n`), [bad, bad, A], `twice: ${bad}`);
  }
});

Deno.test("a damaged pretty-printed object does not swallow the next", async () => {
  for (const bad of [PRETTY[0]?.slice(0, -1), PRETTY[0]?.slice(0, 40), PRETTY[0]?.replace(`"1"`, `"1`)]) {
    const found = await texts(`${bad}\n${PRETTY[1]}\n${PRETTY[2]}\n`);
    assert.deepEqual(found.slice(-2), PRETTY.slice(1));
    assert.equal(found.slice(0, -2).join("").replace(/\s/g, ""), bad?.replace(/\s/g, ""));
  }
});

Deno.test("invalid UTF-8 is replaced and costs no other record", async () => {
  const bytes = Buffer.concat([Buffer.from(`{"a":"`), Buffer.from([0xff, 0xc3]), Buffer.from(`"}\n{"b":"é"}\n`)]);
  assert.deepEqual((await split(bytes, OPTIONS, [1])).map((record) => record.text), [
    `{"a":"\ufffd\ufffd"}`,
    `{"b":"é"}`,
  ]);
});

Deno.test("a record over maxBytes is a fault with its place and size, and the next is found", async () => {
  const long = JSON.stringify({ schemaType: "x", text: "y".repeat(500) });
  for (
    const [content, position] of [
      [`${A}\n${long}\n${B}\n`, A.length + 1],
      [`${A}${long}${B}`, A.length],
      [`[${A},${long},${B}]`, A.length + 2],
      [`${A}\n${long.replace(":", ":\n")}\n${B}\n`, A.length + 1],
      [`${A}\n${long.slice(0, -2)}\n${B}\n`, A.length + 1],
      [`${A}\n${"z".repeat(500)}\n${B}\n`, A.length + 1],
    ] as const
  ) {
    const end = content.indexOf(B);
    const expected = content.slice(position, end).replace(/[\n,]$/, "").length;
    for (const sizes of [[1], [7], [100], [4096]]) {
      const records = await split(content, { maxBytes: 200 }, sizes);
      assert.deepEqual(records.map((record) => [record.text, record.fault?.reason]), [
        [A, undefined],
        ["", "too_large"],
        [B, undefined],
      ]);
      assert.deepEqual([records[1]?.position, records[1]?.sizeBytes], [position, expected]);
      assert.match(records[1]?.fault?.message ?? "", new RegExp(`${expected} bytes of at most 200`));
    }
  }
});

Deno.test("a value that never ends does not make one too large of what follows", async () => {
  for (const bad of [A.slice(0, -1), A.slice(0, A.indexOf("input") - 1), `{"a":[`, `{"a":"\\`]) {
    const lines = [bad, ...Array.from({ length: 20 }, () => B)];
    assert.deepEqual(await texts(lines.join("\n"), { maxBytes: 200 }), lines);
  }
  const objects = [PRETTY[0]?.slice(0, -2), ...Array.from({ length: 20 }, () => PRETTY[1])];
  assert.deepEqual(await texts(objects.join("\n"), { maxBytes: 300 }), objects);
});

Deno.test("when reading fails the complete records come first, an incomplete one is none", async () => {
  for (const last of [B, B.slice(0, -1), B.slice(0, 9)]) {
    const chunks = async function* (): AsyncGenerator<Uint8Array, void, void> {
      yield* cut(Buffer.from(`${A}\n${last}`), 5);
      throw new Error("connection lost");
    };
    const found: string[] = [];
    await assert.rejects(async () => {
      for await (const group of splitRecords(chunks(), OPTIONS)) found.push(...group.map((record) => record.text));
    }, /connection lost/);
    assert.deepEqual(found, last === B ? [A, B] : [A]);
  }
});

Deno.test("who stops early stops the reading", async () => {
  let closed = false;
  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (;;) yield Buffer.from(`${A}\n`);
    } finally {
      closed = true;
    }
  }
  for await (const _ of splitRecords(chunks(), OPTIONS)) break;
  assert.ok(closed);
});

/** Any JSON, hard on scanners: brackets, quotes, backslashes and newlines in strings. */
const anyJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, -1.5e9, "", "}{", '"', "\\", '\\"', "{\n}", "[", "]", "é😀", "Records"),
    fc.string({ unit: "grapheme" }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
  ),
})).value;
const anyRecord = fc.record({ schemaType: fc.constant("ModelInvocationLog"), body: anyJson });
const anySizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

/** Tokens of a JSON text with blanks between them; a line never ends in `}` inside a record, which is taken for a line. */
function spread(value: unknown, blanks: readonly string[]): string {
  let n = 0;
  return JSON.stringify(value).replace(/"(?:[^"\\]|\\.)*"|[{[,:]/g, (token) => token + blanks[n++ % blanks.length]);
}

interface Layout {
  readonly before: string;
  readonly between: string;
  readonly after: string;
  readonly print: (record: unknown) => string;
}

const anyLayout: fc.Arbitrary<Layout> = fc.record({
  form: fc.constantFrom(
    ["", "\n", ""],
    ["", "\r\n", "\n\n"],
    ["\ufeff", "\n", "\n"],
    ["", "", ""],
    ["[", ",", "]"],
    [
      "[\n",
      " ,\n\n",
      "\n]\n",
    ],
    ['{"Records":[', ",", "]}"],
    ['{\n "n": {"Records": 1},\n "Records": [\n', ",\n", "]\n}"],
  ),
  print: fc.oneof(
    fc.constantFrom(0, 1, 2, "\t").map((indent) => (record: unknown) => JSON.stringify(record, null, indent)),
    fc.array(fc.constantFrom("", " ", "\n", "\r\n  ", "\t"), { minLength: 1, maxLength: 7 }).map((blanks) =>
    (
      record: unknown,
    ) => spread(record, blanks)),
  ),
}).map(({ form: [before = "", between = "", after = ""], print }) => ({ before, between, after, print }));

Deno.test("any records in any layout and any chunks come out where they are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { maxLength: 6 }), anyLayout, anySizes, async (records, layout, sizes) => {
      const printed = records.map(layout.print);
      let position = Buffer.byteLength(layout.before);
      const expected = printed.map((text) => {
        const record = { text, position, sizeBytes: Buffer.byteLength(text) };
        position += record.sizeBytes + Buffer.byteLength(layout.between);
        return record;
      });
      const content = layout.before + printed.join(layout.between) + layout.after;
      const path = content.includes("Records") && layout.before.startsWith("{") ? "Records" : undefined;
      assert.deepEqual(await split(content, { ...OPTIONS, expandEventListFromField: path }, sizes), expected);
    }),
    { numRuns: 500 },
  );
});

Deno.test("damaged bytes never lose an undamaged line, nor a byte, whatever the chunks", async () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('{}[]",\\\n:')))), {
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRecord, { minLength: 1, maxLength: 8 }),
      damage,
      anySizes,
      async (records, hits, sizes) => {
        const lines = records.map((record) => JSON.stringify(record));
        const bytes = Buffer.from(lines.join("\n") + "\n");
        const original = Buffer.from(bytes);
        for (const [at, value] of hits) bytes[at % bytes.length] = value;
        const found = await split(bytes, OPTIONS, sizes);
        assert.deepEqual(found, await split(bytes));
        assertNothingLost(bytes, found);
        const byPosition = new Map(found.map((record) => [record.position, record.text]));
        let start = 0;
        for (const line of lines) {
          const end = start + Buffer.byteLength(line);
          const isIntact = bytes.subarray(Math.max(0, start - 1), end + 1).equals(
            original.subarray(Math.max(0, start - 1), end + 1),
          );
          if (isIntact) assert.equal(byPosition.get(start), line);
          start = end + 1;
        }
      },
    ),
    { numRuns: 1000 },
  );
});

/** What is between records is blanks, commas and the brackets of lists. */
function assertNothingLost(bytes: Uint8Array, records: readonly RawRecord[]): void {
  let at = 0;
  for (const { position, sizeBytes } of [...records, { position: bytes.length, sizeBytes: 0 }]) {
    assert.match(Buffer.from(bytes.subarray(at, position)).toString("latin1"), /^[\s,[\]]*$/);
    at = position + sizeBytes;
  }
}

Deno.test("with a small maxBytes the records are the same whatever the chunks, and every byte is accounted for", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(anyRecord.map((record) => JSON.stringify(record)), fc.string()), { maxLength: 8 }),
      fc.constantFrom("\n", "", ",", "\n{\n", ' {\n "schemaType": '),
      fc.integer({ min: 1, max: 120 }),
      fc.constantFrom(undefined, "body", "Records"),
      anySizes,
      async (parts, between, maxBytes, path, sizes) => {
        const content = Buffer.from(parts.join(between));
        const options = { maxBytes, expandEventListFromField: path };
        const found = await split(content, options, sizes);
        assert.deepEqual(found, await split(content, options));
        for (const record of found) assert.equal(record.sizeBytes > maxBytes, record.fault !== undefined);
        if (path === undefined) assertNothingLost(content, found);
      },
    ),
    { numRuns: 1000 },
  );
});

/** What is given of a content that may go on, and where the record begins that waits. */
async function splitGrowing(content: Uint8Array, options: SplitOptions = OPTIONS) {
  const records: RawRecord[] = [];
  try {
    for await (const group of splitRecords(cut(content, 5), { ...options, mayGrow: true })) records.push(...group);
  } catch (error) {
    if (!(error instanceof UnfinishedRecordError)) throw error;
    return { records, waitsFrom: error.position };
  }
  return { records, waitsFrom: undefined };
}

const NESTED = [{ a: { b: { c: [1, { d: "é}{" }] } } }, { e: [[{}], "x"] }, { f: 12345 }].map((value) => ({
  compact: JSON.stringify(value),
  pretty: JSON.stringify(value, null, 2),
}));
const COMPACT = NESTED.map(({ compact }) => compact);

for (
  const [what, content, options] of [
    ["NDJSON", COMPACT.join("\n")],
    ["NDJSON with a byte order mark and CRLF", `\ufeff${COMPACT.join("\r\n")}\r\n`],
    ["concatenated objects", COMPACT.join("")],
    ["pretty-printed objects", NESTED.map(({ pretty }) => pretty).join("\n")],
    ["two lists", `[${COMPACT.join(",\n")}]\n[${COMPACT.join(",")}]`],
    ["a list", `[${COMPACT.join(",\n")}]`],
    ["a list that an object holds", `{"x":1,"Records":[${COMPACT.join(",")}],"y":{"z":[]}}`, "Records"],
    ["lines that are no records", `${COMPACT[0]}\nno JSON at all\n${COMPACT[1]}\n123456\n`],
  ] as const
) {
  Deno.test(`wherever ${what} may be cut, nothing is given that the whole does not have there`, async () => {
    const bytes = Buffer.from(content);
    const settings = { ...OPTIONS, expandEventListFromField: options };
    const whole = await split(bytes, settings);
    const known = new Set(whole.map((record) => JSON.stringify(record)));
    for (let end = 0; end <= bytes.length; end++) {
      const { records, waitsFrom } = await splitGrowing(bytes.subarray(0, end), settings);
      for (const record of records) {
        assert.ok(known.has(JSON.stringify(record)), `cut at ${end}: ${record.text}`);
        assert.ok(waitsFrom === undefined || record.position < waitsFrom, `cut at ${end}`);
      }
      const complete = whole.filter(({ position, sizeBytes }) => position + sizeBytes < end);
      assert.ok(records.length >= complete.length, `cut at ${end}`);
    }
  });
}

Deno.test("a torn line that ends with a line feed is a record of a file of lines", async () => {
  const torn = A.slice(0, 40);
  assert.deepEqual((await splitGrowing(Buffer.from(`${A}\n${B}\n${torn}\n`))).records.map(({ text }) => text), [
    A,
    B,
    torn,
  ]);
  assert.deepEqual((await splitGrowing(Buffer.from(`${torn}\n`))).records.map(({ text }) => text), [torn]);
  // It may as well be the begin of a pretty-printed object.
  const open = A.slice(0, A.indexOf(",") + 1);
  assert.deepEqual(await splitGrowing(Buffer.from(`${open}\n`)), { records: [], waitsFrom: 0 });
});

Deno.test("a record that is longer than max_bytes waits too while it has no end", async () => {
  const long = `{"a":"${"x".repeat(200)}"}`;
  const content = Buffer.from(`${long}\n${long}`);
  const options = { maxBytes: 100 };
  const { records, waitsFrom } = await splitGrowing(content.subarray(0, -1), options);
  assert.deepEqual(records.map(({ fault }) => fault?.reason), ["too_large"]);
  assert.equal(waitsFrom, long.length + 1);
  assert.equal((await splitGrowing(content, options)).waitsFrom, undefined);
});

const LARGE: Readonly<Record<string, { text: string; records: number }>> = {
  "records of more than 1 MiB": { text: JSON.stringify({ a: "x".repeat(2 * 1024 * 1024) }), records: 1 },
  "envelopes of many log events": {
    text: JSON.stringify({ messageType: "DATA_MESSAGE", logEvents: Array(5000).fill({ id: "1", message: "{}" }) }),
    records: 500,
  },
};

for (const [what, { text, records }] of Object.entries(LARGE)) {
  Deno.test(`${what} are read one at a time by those who share their memory, and who stops does not wait`, async () => {
    const options = { maxBytes: 4 * 1024 * 1024, largeReads: new Semaphore(1) };
    const content = Buffer.from(`${text}\n`.repeat(2));
    const first = splitRecords(cut(content, 64 * 1024), options);
    const second = splitRecords(cut(content, 64 * 1024), options);
    assert.equal((await first.next()).value?.length, records);
    let isRead = false;
    const next = second.next().finally(() => isRead = true);
    const stopping = new AbortController();
    const stopped = splitRecords(cut(content, 64 * 1024), { ...options, signal: stopping.signal }).next();
    for (let turns = 0; turns < 100; turns++) await new Promise((resolve) => setTimeout(resolve));
    assert.ok(!isRead, "the second waits");
    stopping.abort(new Error("stopped"));
    await assert.rejects(stopped, /stopped/);
    await first.return();
    assert.equal((await next).value?.length, records);
    await second.return();
  });
}

Deno.test("what is large and comes too slowly keeps nobody waiting who has a large record to read", async () => {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    const options = { maxBytes: 4 * 1024 * 1024, largeReads: new Semaphore(1) };
    const content = Buffer.from(JSON.stringify({ a: "x".repeat(2 * 1024 * 1024) }));
    const stalled = async function* () {
      yield content.subarray(0, content.length - 100_000);
      for (let at = content.length - 100_000; at < content.length; at += 1000) {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        yield content.subarray(at, at + 1000);
      }
    };
    let isSlow = false;
    const slow = Array.fromAsync(splitRecords(stalled(), options)).catch((error: unknown) => {
      assert.match(String(error), /^TooSlowError: Cannot read a large record: fewer than 64 KiB within 3 s come/);
      isSlow = true;
    });
    await clock.tickAsync(10_500);
    assert.ok(!isSlow, "nobody waits");
    const other = Array.fromAsync(splitRecords(cut(content, 64 * 1024), options));
    await clock.tickAsync(4000);
    assert.deepEqual([isSlow, (await other).flat().length], [true, 1]);
    await slow;
    // Alone it is read to its end, however slowly.
    const alone = Array.fromAsync(splitRecords(stalled(), options));
    await clock.tickAsync(110_000);
    assert.equal((await alone).flat().length, 1);
  } finally {
    clock.uninstall();
  }
});
