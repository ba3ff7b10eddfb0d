import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { decompress } from "./decompress.ts";
import { type RawRecord, splitRecords } from "./split_records.ts";
import { cut } from "../../test/world/cut.ts";

/** Bytes that look random and are always the same. */
function noise(length: number): Buffer {
  const parts: Buffer[] = [];
  for (let n = 0; n * 32 < length; n++) parts.push(createHash("sha256").update(String(n)).digest());
  return Buffer.concat(parts).subarray(0, length);
}

async function split(content: Uint8Array, mayGrow = false): Promise<RawRecord[]> {
  const options = { maxBytes: 1024 * 1024, mayGrow };
  return (await Array.fromAsync(splitRecords(decompress(cut(content, 60_000)), options))).flat();
}

const NOISE = noise(2_000_000);
const RECORD = JSON.stringify({ schemaType: "ModelInvocationLog", n: 1 });

const KINDS: Record<string, string | number[]> = {
  "a PNG picture": [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  "a JPEG picture": [0xff, 0xd8, 0xff, 0xe0],
  "a PDF document": "%PDF-1.7\n%\u00e2\u00e3\n",
  "a Parquet file": "PAR1\x15\x04",
  "bzip2: compress it with gzip or zstd": "BZh91AY&SY",
  "xz: compress it with gzip or zstd": [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
  "a ZIP archive": "PK\x03\x04",
  "text in UTF-16, not in UTF-8": '{\0"\0s\0',
  "a WebP picture": "RIFF\x00\x00\x00\x00WEBPVP8 ",
};

for (const [kind, begin] of Object.entries(KINDS)) {
  for (const pack of [(bytes: Buffer): Uint8Array => bytes, gzipSync]) {
    Deno.test(`what looks like ${kind} is one fault${pack === gzipSync ? ", in gzip too" : ""}`, async () => {
      const content = Buffer.concat([Buffer.from(begin as string, "latin1"), NOISE.subarray(0, 300_000)]);
      const [fault, ...others] = await split(pack(content));
      assert.deepEqual(others, []);
      assert.deepEqual(fault, {
        text: "",
        position: 0,
        sizeBytes: content.length,
        fault: {
          reason: "not_text",
          message: `Cannot read records: ${content.length} bytes are no text: it looks like ${kind}`,
        },
      });
    });
  }
}

Deno.test("text in UTF-16 is one fault that says so", async () => {
  const [fault, ...others] = await split(Buffer.from(`\ufeff${RECORD}\n${RECORD}\n`, "utf16le"));
  assert.deepEqual(others, []);
  assert.match(fault?.fault?.message ?? "", /it looks like text in UTF-16/);
});

Deno.test("bytes of no known kind are a few faults, not one a line feed", async () => {
  assert.ok(NOISE.filter((byte) => byte === 0x0a).length > 7000);
  for (const mayGrow of [false, true]) {
    const records = await split(NOISE, mayGrow);
    assert.ok(records.length <= 10, `${records.length} records`);
    assert.ok(records.some(({ fault, sizeBytes }) => fault?.reason === "not_text" && sizeBytes > 100_000));
  }
});

Deno.test("records around bytes that are no text are found", async () => {
  const binary = NOISE.subarray(0, 50_000);
  const exported = `2026-03-02T05:06:07.000Z ${RECORD}`;
  for (const after of [RECORD, JSON.stringify(JSON.parse(RECORD), null, 2), exported]) {
    const records = await split(Buffer.concat([Buffer.from(`${RECORD}\n`), binary, Buffer.from(`\n${after}\n`)]));
    const good = records.filter(({ text }) => text.startsWith("{") && text.includes("ModelInvocationLog"));
    assert.equal(good.length, 2, `${records.length} records`);
  }
});

Deno.test("text that begins as a known kind does is text", async () => {
  for (const text of ["BZh", "ORC", "PAR1", "GIF8", "ID3"]) {
    assert.deepEqual((await split(Buffer.from(`${text}\n${RECORD}\n`))).map((record) => record.text), [text, RECORD]);
  }
});
