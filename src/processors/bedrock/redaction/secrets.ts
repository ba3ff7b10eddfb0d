/** Rules for keys and tokens. */
import type { TextSpan } from "./subject.ts";
import { isWord } from "./subject.ts";
import type { Find } from "./numbers.ts";

const ACCESS_KEY = /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g;
const ACCESS_KEY_BEGINNINGS = ["AKIA", "ASIA", "ABIA", "ACCA"];

export const findAwsAccessKeys: Find = ({ text }) =>
  ACCESS_KEY_BEGINNINGS.some((beginning) => text.includes(beginning)) ? matches(text, ACCESS_KEY) : [];

const SECRET_KEY_LENGTH = 40;
/** Bits a character; random ones have about 4.7, words and paths less. */
const MIN_ENTROPY = 4.2;

/** Secret keys of AWS: exactly 40 characters of base64 that look random. */
export const findAwsSecretKeys: Find = ({ text }) => {
  const found: TextSpan[] = [];
  let start = 0;
  while (start + SECRET_KEY_LENGTH <= text.length) {
    // Backwards, so that a text with a blank in it is skipped in one step.
    let at = start + SECRET_KEY_LENGTH - 1;
    while (at >= start && isBase64(text.charCodeAt(at))) at--;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + SECRET_KEY_LENGTH;
    while (isBase64(text.charCodeAt(end))) end++;
    const isOne = end - start === SECRET_KEY_LENGTH && text[end] !== "=" && looksRandom(text.slice(start, end));
    if (isOne) found.push({ start, end });
    start = end + 1;
  }
  return found;
};

function isBase64(code: number): boolean {
  return isWord(code) || code === 0x2b || code === 0x2f;
}

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

export const findJwts: Find = ({ text }) => text.includes("eyJ") ? matches(text, JWT) : [];

const BEGIN = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END [A-Z0-9 ]{1,60}-----/g;

/** Private keys as PEM; one that was cut off goes to the end of the text. */
export const findPrivateKeys: Find = ({ text }) => {
  if (!text.includes("-----BEGIN ")) return [];
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
  return Array.from(text.matchAll(pattern), ({ 0: match, index }) => ({ start: index, end: index + match.length }));
}
