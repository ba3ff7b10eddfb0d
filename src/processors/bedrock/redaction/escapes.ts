/** What stands for another sign, or is not seen. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ...each("\u00a0\u2007\u2009\u200a\u202f\u3000", () => " "),
  ...each("\u2010\u2011\u2012\u2013\u2212", () => "-"),
  ...each("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", () => ""),
  ...each("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", () => ""),
  ...each("٠١٢٣٤٥٦٧٨٩", (_, digit) => String(digit)),
  ...each("۰۱۲۳۴۵۶۷۸۹", (_, digit) => String(digit)),
  // Full width, without the signs of sentences: texts are full of them.
  ...each(
    "（）＊＋－．／０１２３４５６７８９＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ＿ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ",
    (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0),
  ),
]);
const SIGNS = [...PLAIN.keys()].filter((sign) => sign > "\u00ff").join("");

/**
 * Other ways to write a character, which would hide a value from the rules: escapes of JSON in prose or in truncated
 * arguments of a tool, of URLs and of HTML; digits and signs of East Asian and Arabic typesetting, blanks and dashes of
 * all typesetters. What nobody sees (colours of a terminal, where a word may break) counts as nothing.
 */
const WAYS = [
  // JSON in a JSON string has twice as many backslashes. Bounded, so that a text of backslashes takes no longer.
  String.raw`\\{1,16}(?:(?:u001[bB]|x1[bB]|033|e)\[[0-9;]{0,32}[A-Za-z]|u[0-9A-Fa-f]{4}|[nrtbf"/])`,
  // In a URL within a URL the percent sign is written so too.
  "%(?:25){0,4}[2-7][0-9A-Fa-f]",
  String.raw`&(?:amp;){0,4}(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|nbsp|commat|period|plus|hyphen|dash|shy|lpar|rpar);`,
  String.raw`\x1b\[[0-9;]{0,32}[A-Za-z]`,
  `[\u00a0\u00ad${SIGNS}]`,
];
/** The pattern of some ways, by a bit for each: texts have one or two of them, which are searched faster than all. */
const PATTERNS = Array.from(
  { length: 1 << WAYS.length },
  (_, some) => new RegExp(WAYS.filter((_, way) => (some & (1 << way)) !== 0).join("|"), "g"),
);
/** Of Latin-1 V8 searches nothing for it. */
const HAS_SIGN = new RegExp(`[${SIGNS}]`);
/** Matches nothing. */
const NOTHING = /(?!)/g;

const LETTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ nbsp: " ", commat: "@", period: ".", plus: "+", hyphen: "-", dash: "-", shy: "", lpar: "(", rpar: ")" },
};

function each(signs: string, plainOf: (sign: string, index: number) => string): [string, string][] {
  return Array.from(signs, (sign, index) => [sign, plainOf(sign, index)]);
}

/** The text with each character in its plain form. */
export function unescaped(text: string): string {
  const written = writtenIn(text);
  return written === undefined ? text : text.replace(written, characterOf);
}

/**
 * What finds the ways that a text may have; undefined when it has none. Their beginnings are found faster one after another
 * than all at once.
 */
function writtenIn(text: string): RegExp | undefined {
  const ways = (text.includes("\\") ? 1 : 0) | (text.includes("%") ? 2 : 0) | (text.includes("&") ? 4 : 0) |
    (text.includes("\x1b") ? 8 : 0) |
    (text.includes("\u00a0") || text.includes("\u00ad") || HAS_SIGN.test(text) ? 16 : 0);
  return ways === 0 ? undefined : PATTERNS[ways];
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
      return PLAIN.get(written) ?? written;
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
  return PLAIN.get(sign) ?? sign;
}

/**
 * Maps indices of an unescaped text to the original, in rising order: the index after a character is the one after its
 * escape.
 */
export function originalIndexIn(original: string): (index: number) => number {
  const escapes = original.matchAll(writtenIn(original) ?? NOTHING);
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
