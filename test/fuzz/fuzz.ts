/** How inputs are made that nobody would write, and how many. */
import { Buffer } from "node:buffer";
import fc from "fast-check";

/** `FUZZ_RUNS` inputs for each test; few in the gate. */
const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 150);

/** Runs a property for as many inputs as wanted; a failure prints the seed and the smallest input that fails. */
export async function fuzz<T>(property: fc.IAsyncProperty<T> | fc.IProperty<T>): Promise<void> {
  const seed = Deno.env.get("FUZZ_SEED");
  await fc.assert(property, { numRuns: RUNS, ...seed !== undefined && { seed: Number(seed) } });
}

/** A change of bytes at a place, which is a share of their length. */
type Damage =
  | { readonly do: "cut" | "drop" | "repeat" | "flip"; readonly at: number; readonly length: number }
  | { readonly do: "insert"; readonly at: number; readonly bytes: Uint8Array };

const place = fc.double({ min: 0, max: 1, noNaN: true });
/** What a reader may take for something that it is not. */
const TRICKY = [
  "\0",
  "\ufeff",
  "{",
  "}",
  "[",
  '"',
  "\\",
  "\n",
  "\r\n",
  "null",
  "__proto__",
  "\x1f\x8b",
  "(\xb5/\xfd",
  "${X}",
  "*&",
];

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({
    do: fc.constantFrom("cut" as const, "drop" as const, "repeat" as const, "flip" as const),
    at: place,
    length: fc.nat(60),
  }),
  fc.record({
    do: fc.constant("insert" as const),
    at: place,
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.constantFrom(...TRICKY).map((text) => new Uint8Array(Buffer.from(text, "latin1"))),
      fc.string({ unit: "binary" }).map((text) => new Uint8Array(Buffer.from(text))),
    ),
  }),
);

/** Bytes of one of the contents, mostly damaged at some places. */
export function damaged(contents: readonly (string | Uint8Array)[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.constantFrom(...contents), fc.array(damage, { maxLength: 4 })).map(([content, damages]) =>
    damages.reduce<Uint8Array>(afterDamage, Buffer.from(content))
  );
}

function afterDamage(bytes: Uint8Array, one: Damage): Uint8Array {
  const at = Math.floor(one.at * bytes.length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (one.do) {
    case "cut":
      return before;
    case "drop":
      return Buffer.concat([before, after.subarray(one.length)]);
    case "repeat":
      return Buffer.concat([before, after.subarray(0, one.length), after]);
    case "flip":
      return bytes.map((byte, index) => index === at ? byte ^ (1 << one.length % 8) : byte);
    case "insert":
      return Buffer.concat([before, one.bytes, after]);
  }
}
