import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { decompress } from "./decompress.ts";
import { gunzipSmall } from "./gunzip_small.ts";

const TEXT = '{"prompt":"one"}';
const WHOLE = gzipSync(TEXT);

async function inPieces(stored: Uint8Array): Promise<string> {
  async function* chunks() {
    yield stored;
  }
  return Buffer.concat(await Array.fromAsync(decompress(chunks()))).toString("latin1");
}

Deno.test("one whole member is decompressed at once", () => {
  assert.equal(Buffer.from(gunzipSmall(WHOLE, TEXT.length) ?? []).toString(), TEXT);
  assert.equal(gunzipSmall(gzipSync(""), 100)?.length, 0);
});

const OTHERS: readonly (readonly [what: string, stored: Uint8Array, maxBytes?: number])[] = [
  ["plain text", Buffer.from(TEXT.repeat(9))],
  ["nothing", Buffer.of()],
  ["a truncated member", WHOLE.subarray(0, -3)],
  ["damage", Buffer.concat([WHOLE.subarray(0, 15), Buffer.of(7, 7, 7), WHOLE.subarray(18)])],
  ["two members", Buffer.concat([WHOLE, gzipSync("two")])],
  ["padding behind the member", Buffer.concat([WHOLE, Buffer.alloc(8)])],
  ["something behind the member", Buffer.concat([WHOLE, Buffer.from("more")])],
  ["gzip in gzip", gzipSync(WHOLE)],
  ["more than the reader allows", WHOLE, TEXT.length - 1],
  ["a length that is not true", Buffer.concat([WHOLE.subarray(0, -4), Buffer.of(1, 0, 0, 0)])],
];

for (const [what, stored, maxBytes = 1000] of OTHERS) {
  Deno.test(`${what} is left to who reads in pieces`, () => {
    assert.equal(gunzipSmall(stored, maxBytes), undefined);
  });
}

Deno.test("what is decompressed at once is what comes in pieces", async () => {
  const members = fc.array(fc.string().map((text) => gzipSync(text)), { minLength: 1, maxLength: 3 });
  const ends = fc.constantFrom(Buffer.of(), Buffer.of(0, 0), Buffer.of(0x0a));
  const cut = fc.constantFrom(0, 0, 0, 1, 5, 9);
  await fc.assert(
    fc.asyncProperty(members, ends, cut, async (parts, end, missing) => {
      const all = Buffer.concat([...parts, end]);
      const stored = all.subarray(0, all.length - missing);
      const whole = gunzipSmall(stored, 10_000);
      if (whole !== undefined) assert.equal(Buffer.from(whole).toString("latin1"), await inPieces(stored));
    }),
    { numRuns: 300 },
  );
});
