import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { constants, gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { decompress } from "./decompress.ts";
import { DamagedObjectError } from "./object_error.ts";
import { cut } from "../../test/world/cut.ts";

const TEXT = Buffer.from(Array.from({ length: 3000 }, (_, n) => `{"n":${n},"id":"${crypto.randomUUID()}"}\n`).join(""));
const GZIP = gzipSync(TEXT);
const ZEROS = Buffer.alloc(100);
const ZSTD = zstdCompressSync(TEXT, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
/** A zstd frame that holds something for others. */
const SKIPPABLE = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

/** What comes out, and what was thrown at the end. */
async function run(chunks: AsyncIterable<Uint8Array>): Promise<{ bytes: Buffer; error?: unknown }> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of decompress(chunks)) pieces.push(piece);
  } catch (error) {
    return { bytes: Buffer.concat(pieces), error };
  }
  return { bytes: Buffer.concat(pieces) };
}

async function assertGives(content: Uint8Array, expected: Uint8Array): Promise<void> {
  for (const size of [1, 1000, content.length + 1]) {
    const { bytes, error } = await run(cut(content, size));
    assert.equal(error, undefined);
    assert.ok(bytes.equals(expected), `in chunks of ${size}`);
  }
}

Deno.test("gzip is told from the first bytes, anything else passes as it is", async () => {
  await assertGives(GZIP, TEXT);
  await assertGives(TEXT, TEXT);
  for (const plain of [[], [0x1f], [0x1f, 0x8c, 1], [0x8b, 0x1f]]) {
    await assertGives(new Uint8Array(plain), new Uint8Array(plain));
  }
});

Deno.test("several members and zeros behind them are one content", async () => {
  await assertGives(Buffer.concat([GZIP, GZIP, gzipSync(""), GZIP]), Buffer.concat([TEXT, TEXT, TEXT]));
  await assertGives(Buffer.concat([GZIP, ZEROS]), TEXT);
  await assertGives(Buffer.concat([GZIP, ZEROS, GZIP, ZEROS]), Buffer.concat([TEXT, TEXT]));
});

Deno.test("line feeds between members and behind them are left out", async () => {
  const line = Buffer.from("\n");
  await assertGives(Buffer.concat([GZIP, line, GZIP, line]), Buffer.concat([TEXT, TEXT]));
  const small = Array.from({ length: 50 }, (_, n) => gzipSync(`{"n":${n}}`));
  await assertGives(
    Buffer.concat(small.flatMap((member) => [member, line])),
    Buffer.from(small.map((_, n) => `{"n":${n}}`).join("")),
  );
});

Deno.test("what is compressed more than once is made out to its content, up to three times", async () => {
  const text = TEXT.subarray(0, 2000);
  const gzip = gzipSync(text);
  await assertGives(gzipSync(gzip), text);
  await assertGives(gzipSync(Buffer.concat([gzip, gzip])), Buffer.concat([text, text]));
  await assertGives(Buffer.concat([gzipSync(gzip), gzipSync(gzip)]), Buffer.concat([text, text]));
  await assertGives(gzipSync(zstdCompressSync(gzip)), text);
  await assertGives(gzipSync(gzipSync(gzipSync(gzip))), gzip);
});

Deno.test("zstd gives what went in, whatever its frames", async () => {
  await assertGives(ZSTD, TEXT);
  await assertGives(Buffer.concat([ZSTD, ZSTD, zstdCompressSync(""), ZSTD]), Buffer.concat([TEXT, TEXT, TEXT]));
  await assertGives(Buffer.concat([SKIPPABLE, ZSTD, SKIPPABLE]), TEXT);
  const frames = Array.from({ length: 500 }, (_, n) => zstdCompressSync(`{"n":${n}}\n`));
  await assertGives(Buffer.concat(frames), Buffer.from(frames.map((_, n) => `{"n":${n}}\n`).join("")));
  for (const level of [1, 19]) {
    await assertGives(zstdCompressSync(TEXT, { params: { [constants.ZSTD_c_compressionLevel]: level } }), TEXT);
  }
  await assertGives(zstdCompressSync(Buffer.alloc(5_000_000, "{}\n")), Buffer.alloc(5_000_000, "{}\n"));
});

Deno.test("of a truncated zstd everything before the cut comes before the error", async () => {
  const text = Buffer.from(Array.from({ length: 20_000 }, () => `{"id":"${crypto.randomUUID()}"}\n`).join(""));
  const zstd = zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  for (const length of [5, 9, 30, zstd.length >> 1, zstd.length - 4, zstd.length - 1]) {
    const { bytes, error } = await run(cut(zstd.subarray(0, length), 20_000));
    assert.ok(error instanceof DamagedObjectError, `cut at ${length}`);
    assert.match(error.message, /the last zstd frame ends too early/);
    assert.ok(bytes.equals(text.subarray(0, bytes.length)));
    // Blocks of 128 KiB.
    if (length === zstd.length >> 1) assert.ok(bytes.length > text.length / 2 - 300_000, `${bytes.length}`);
    if (length >= zstd.length - 4) assert.ok(bytes.equals(text));
  }
  const second = await run(cut(Buffer.concat([ZSTD, ZSTD.subarray(0, 7)]), 1000));
  assert.ok(second.error instanceof DamagedObjectError);
  assert.ok(second.bytes.equals(TEXT));
});

Deno.test("a damaged zstd, and one that wants too much memory, are errors that can be caught", async () => {
  for (let at = 8; at < ZSTD.length; at += 997) {
    const damaged = Buffer.from(ZSTD);
    damaged[at] = (damaged[at] as number) ^ 0x10;
    const { error } = await run(cut(damaged, 10_000));
    assert.ok(error instanceof DamagedObjectError, `flipped at ${at}`);
  }
  const many = Buffer.concat(Array.from({ length: 100 }, () => TEXT));
  const { error } = await run(cut(zstdCompressSync(many, { params: { [constants.ZSTD_c_windowLog]: 27 } }), 10_000));
  assert.ok(error instanceof DamagedObjectError);
  assert.match(error.message, /too much memory/);
});

Deno.test("what is before the damage comes also where it is shorter than what is looked at", async () => {
  const gzip = gzipSync(gzipSync("{}\n"));
  const { bytes, error } = await run(cut(gzip.subarray(0, -1), 1));
  assert.ok(error instanceof DamagedObjectError);
  assert.equal(bytes.toString(), "{}\n");
});

Deno.test("any members in any chunks give what went in", async () => {
  const members = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(members, fc.integer({ min: 1, max: 400 }), async (parts, size) => {
      const { bytes, error } = await run(cut(Buffer.concat(parts.map((part) => gzipSync(part))), size));
      assert.equal(error, undefined);
      assert.ok(bytes.equals(Buffer.concat(parts)));
    }),
    { numRuns: 100 },
  );
});

Deno.test("of a truncated gzip everything before the cut comes before the error", async () => {
  for (const length of [2, 9, 30, 5000, 50_000, GZIP.length - 9, GZIP.length - 1]) {
    const truncated = GZIP.subarray(0, length);
    const before = TEXT.subarray(0, inflatable(truncated));
    const { bytes, error } = await run(cut(truncated, 20_000));
    assert.ok(error instanceof DamagedObjectError);
    assert.equal(error.message, "Cannot decompress object: unexpected end of file");
    assert.ok(bytes.equals(before), `cut at ${length}: ${bytes.length} of ${before.length}`);
  }
});

/** Bytes that zlib makes out of the begin of a gzip. */
function inflatable(gzip: Uint8Array): number {
  // 2: Z_SYNC_FLUSH, with which a missing end is no error.
  return gunzipSync(gzip, { finishFlush: 2 }).length;
}

Deno.test("of a damaged gzip everything before the damage comes before the error", async () => {
  for (const at of [30_000, 60_000, GZIP.length - 8]) {
    const damaged = Buffer.from(GZIP);
    damaged[at] = (damaged[at] as number) ^ 0xff;
    const before = TEXT.subarray(0, inflatable(GZIP.subarray(0, at)));
    const { bytes, error } = await run(cut(damaged, 1e6));
    assert.ok(error instanceof DamagedObjectError);
    assert.ok(bytes.subarray(0, before.length).equals(before));
  }
  const { bytes, error } = await run(cut(Buffer.concat([GZIP, Buffer.from("no member")]), 1e6));
  assert.ok(error instanceof DamagedObjectError);
  assert.ok(bytes.equals(TEXT));
});

Deno.test("an error of the source is passed on as it is, after what came before", async () => {
  const lost = new Error("connection lost");
  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    yield* cut(GZIP.subarray(0, 50_000), 10_000);
    throw lost;
  }
  const { bytes, error } = await run(chunks());
  assert.equal(error, lost);
  assert.ok(bytes.length > 50_000);
  assert.ok(bytes.equals(TEXT.subarray(0, bytes.length)));
});

Deno.test("no more is read than is asked for, and who stops early closes the source", async () => {
  for (const content of [GZIP, TEXT]) {
    let read = 0;
    let closed = false;
    const chunks = async function* (): AsyncGenerator<Uint8Array, void, void> {
      try {
        for await (const chunk of cut(content, 1000)) {
          read++;
          yield chunk;
        }
      } finally {
        closed = true;
      }
    };
    for await (const _ of decompress(chunks())) break;
    assert.ok(closed);
    assert.ok(read <= 2, `${read} chunks read`);
  }
});

Deno.test("memory does not grow with the size of the content", async () => {
  const member = gzipSync(Buffer.alloc(20_000_000, "{}\n"));
  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    for (let i = 0; i < 20; i++) yield* cut(member, 16_000);
  }
  const used = () => Deno.memoryUsage().heapUsed + Deno.memoryUsage().external;
  const before = used();
  let sizeBytes = 0;
  let mostBytes = 0;
  for await (const piece of decompress(chunks())) {
    sizeBytes += piece.length;
    mostBytes = Math.max(mostBytes, used() - before);
  }
  assert.equal(sizeBytes, 400_000_000);
  assert.ok(mostBytes < 150e6, `${mostBytes} bytes more`);
});

Deno.test("what is no member behind a line feed is damage, however it is cut", async () => {
  for (const rest of ["no member", "\u001fx", "x"]) {
    for (const size of [1, GZIP.length, GZIP.length + 1, 1e6]) {
      const { bytes, error } = await run(cut(Buffer.concat([GZIP, Buffer.from(`\n${rest}`)]), size));
      assert.ok(error instanceof DamagedObjectError);
      assert.ok(bytes.equals(TEXT));
    }
  }
  // Here a line feed of the content ends what zlib is given at once.
  const lines = Buffer.alloc(100_000, "\n");
  const stored = gzipSync(lines, { level: 0 });
  const { bytes, error } = await run(cut(Buffer.concat([stored, Buffer.from("no member")]), 1e6));
  assert.ok(error instanceof DamagedObjectError);
  assert.ok(bytes.equals(lines));
});
