/** Rules for keys and tokens. */
import type { Find } from "./numbers.ts";
import { alphabetOf, codeAt, isWord, runsOf, type TextSpan } from "./subject.ts";

/** A letter or digit before it is looked for afterwards: a pattern that begins with a look behind is searched slowly. */
const ACCESS_KEY = /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g;

export const findAwsAccessKeys: Find = ({ text }) =>
  matches(text, ACCESS_KEY).filter(({ start }) => !isWord(codeAt(text, start - 1)));

const SECRET_KEY_LENGTH = 40;
const BASE64 = alphabetOf(/[A-Za-z0-9+/]/);
/** Bits a character; random ones have about 4.7, words and paths less. */
const MIN_ENTROPY = 4.2;

/** Secret keys of AWS: exactly 40 characters of base64 that look random. */
export const findAwsSecretKeys: Find = ({ text, codes }) =>
  codes.flatMap(({ start, end }) =>
    end - start < SECRET_KEY_LENGTH
      ? []
      : runsOf(text, { minLength: SECRET_KEY_LENGTH, alphabet: BASE64, from: start, to: end })
  ).filter(({ start, end }) =>
    end - start === SECRET_KEY_LENGTH && text[end] !== "=" && looksRandom(text.slice(start, end))
  );

function looksRandom(text: string): boolean {
  if (!/[A-Z]/.test(text) || !/[a-z]/.test(text) || !/\d/.test(text)) return false;
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
  return entropy >= MIN_ENTROPY;
}

/**
 * Three parts, or five in an encrypted token. The first is base64 of JSON and so begins with `eyJ`. The third is empty
 * in an unsigned token; a full stop after a token does not belong to it.
 */
const JWT = /(?<![\w-])eyJ[\w-]{8,4096}(?:(?:\.[\w-]{0,65536}){1,3}\.[\w-]{1,65536}|\.[\w-]{1,65536}\.)/g;

export const findJwts: Find = ({ text }) => mayHaveJwt(text) ? matches(text, JWT) : [];

/** By the capital letter: every text is full of the others, and each would interrupt V8's fast search. */
function mayHaveJwt(text: string): boolean {
  let at = text.indexOf("J");
  while (at >= 0 && !text.startsWith("ey", at - 2)) at = text.indexOf("J", at + 1);
  return at >= 2;
}

const BEGIN = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END [A-Z0-9 ]{1,60}-----/g;

/** Private keys as PEM; one that was cut off goes to the end of the text. */
export const findPrivateKeys: Find = ({ text }) => {
  if (!text.includes("PRIVATE KEY")) return [];
  const found: TextSpan[] = [];
  for (let at = 0;;) {
    BEGIN.lastIndex = at;
    const begin = BEGIN.exec(text);
    if (begin === null) return found;
    END.lastIndex = BEGIN.lastIndex;
    at = END.exec(text) === null ? text.length : END.lastIndex;
    found.push({ start: begin.index, end: at });
  }
};

function matches(text: string, pattern: RegExp): TextSpan[] {
  const found: TextSpan[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    found.push({ start: match.index, end: pattern.lastIndex });
  }
  return found;
}
