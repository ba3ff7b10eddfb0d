import assert from "node:assert/strict";
import fc from "fast-check";
import { alphabetOf, runsOf, SEPARATOR, Subject } from "./subject.ts";

const PIECES = [..."0123456789 ./()\u00a0\u202f\u2011-ax+日"];

Deno.test("the numbers of a text are what one pattern would match, which needs a stack", () => {
  const pattern = new RegExp(`\\d(?:${SEPARATOR}{0,2}\\d){3,}`, "g");
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 80 }), (text) => {
      const expected = [...text.matchAll(pattern)].map(({ 0: match, index }) => ({
        start: index,
        end: index + match.length,
        digits: match.replace(/\D/g, "").length,
      }));
      assert.deepEqual(new Subject(text).numbers, expected);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("the runs of a text are what a pattern would match", () => {
  const alphabet = alphabetOf(/[ab+]/);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab+ .日"), maxLength: 60 }), fc.nat(60), (text, from) => {
      const part = text.slice(from, 40);
      const expected = [...part.matchAll(/[ab+]{4,}/g)].map(({ 0: run, index }) => ({
        start: from + index,
        end: from + index + run.length,
      }));
      assert.deepEqual(runsOf(text, { minLength: 4, alphabet, from, to: Math.min(40, text.length) }), expected);
    }),
    { numRuns: 2000 },
  );
});
