/** What stands for another sign, or for none, in texts beyond Latin-1. */
const SIGNS = "\u0660-\u0669\u06f0-\u06f9\u2007\u2009-\u2013\u202a-\u202f\u2060\u2066-\u2069\u2212\u3000\ufeff" +
  // Full width, without the signs of sentences: texts are full of them.
  "\uff08-\uff0b\uff0d-\uff19\uff20-\uff3a\uff3f\uff41-\uff5a";
/**
 * Other ways to write a character, which would hide a value from the rules: escapes of JSON in prose or in truncated
 * arguments of a tool, of URLs and of HTML; digits and signs of East Asian and Arabic typesetting, blanks and dashes of
 * all typesetters. What nobody sees (colours of a terminal, where a word may break) counts as nothing.
 */
const WRITTEN = new RegExp(
  [
    // JSON in a JSON string has twice as many backslashes. Bounded, so that a text of backslashes takes no longer.
    String.raw`\\{1,16}(?:(?:u001[bB]|x1[bB]|033|e)\[[0-9;]{0,32}[A-Za-z]|u[0-9A-Fa-f]{4}|[nrtbf"/])`,
    // In a URL within a URL the percent sign is written so too.
    "%(?:25){0,4}[2-7][0-9A-Fa-f]",
    String.raw`&(?:amp;){0,4}(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|nbsp|commat|period|plus|hyphen|dash|shy|lpar|rpar);`,
    String.raw`\x1b\[[0-9;]{0,32}[A-Za-z]`,
    `[\u00a0\u00ad${SIGNS}]`,
  ].join("|"),
  "g",
);
/** What they begin with in Latin-1: one after another is found faster than all at once. */
const BEGINNINGS = ["\\", "%", "&", "\x1b", "\u00a0", "\u00ad"];
/** Of Latin-1 V8 searches nothing for it. */
const HAS_SIGN = new RegExp(`[${SIGNS}]`);

const LETTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ nbsp: " ", commat: "@", period: ".", plus: "+", hyphen: "-", dash: "-", shy: "", lpar: "(", rpar: ")" },
};
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/;
const FULL_WIDTH = /[\uff01-\uff5e]/;
const FULL_WIDTH_OFFSET = 0xfee0;
const DASHES = /[\u2010-\u2013\u2212]/;
const BLANKS = /[\u00a0\u2007\u2009\u200a\u202f\u3000]/;
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;

/** The text with each character in its plain form. */
export function unescaped(text: string): string {
  const mayBeWritten = BEGINNINGS.some((sign) => text.includes(sign)) || HAS_SIGN.test(text);
  return mayBeWritten ? text.replace(WRITTEN, characterOf) : text;
}

function characterOf(written: string): string {
  switch (written[0]) {
    case "\x1b":
      return "";
    case "\\":
      return jsonCharacterOf(written.replace(/^\\+/, ""));
    case "%":
      return plainSign(parseInt(written.slice(-2), 16));
    case "&":
      return entityOf(written.slice(written.lastIndexOf(";", written.length - 2) + 1, -1).replace("&", ""));
    default:
      return plainSign(written.charCodeAt(0));
  }
}

/** `n`, `u0040`, or a colour of a terminal. */
function jsonCharacterOf(escape: string): string {
  if (escape.length === 1) return LETTERS[escape] ?? escape;
  return escape.includes("[") ? "" : plainSign(parseInt(escape.slice(1), 16));
}

/** `commat`, `#64` or `#x40`. */
function entityOf(name: string): string {
  if (!name.startsWith("#")) return ENTITIES[name] ?? "";
  const code = /[xX]/.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10ffff ? plainSign(code) : "";
}

function plainSign(code: number): string {
  const sign = String.fromCodePoint(code);
  if (code < 0xa0) return sign;
  if (DIGITS.test(sign)) return String(code & 0xf);
  if (FULL_WIDTH.test(sign)) return String.fromCharCode(code - FULL_WIDTH_OFFSET);
  if (DASHES.test(sign)) return "-";
  return BLANKS.test(sign) ? " " : UNSEEN.test(sign) ? "" : sign;
}

/**
 * Maps indices of an unescaped text to the original, in rising order: the index after a character is the one after its
 * escape.
 */
export function originalIndexIn(original: string): (index: number) => number {
  const escapes = original.matchAll(WRITTEN);
  let escape = escapes.next().value;
  let at = 0;
  let originalAt = 0;
  return (index) => {
    while (escape !== undefined && at + escape.index - originalAt < index) {
      at += escape.index - originalAt + characterOf(escape[0]).length;
      originalAt = escape.index + escape[0].length;
      escape = escapes.next().value;
    }
    return originalAt + index - at;
  };
}
