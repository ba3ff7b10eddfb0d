/** A part of a text by its indices in UTF-16 units, `end` excluded. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** Digits with separators between them. */
export interface NumberSpan extends TextSpan {
  /** How many digits. */
  readonly digits: number;
}

/** Blank, point, slash, parentheses, dash. */
const SEPARATORS = " ./()-";
export const SEPARATOR = `[${SEPARATORS}]`;
const SEPARATOR_CODES: ReadonlySet<number> = new Set([...SEPARATORS].map((sign) => sign.charCodeAt(0)));
const MAX_SEPARATORS = 2;
const MIN_DIGITS = 4;
/** The same signs: V8 searches a class of two ranges in half the time that it takes for one of three. */
const SOUGHT_SEPARATOR = "(?:(?![*+,])[ (-/])";
const FIRST_DIGITS = new RegExp(`\\d(?:${SOUGHT_SEPARATOR}{0,${MAX_SEPARATORS}}\\d){${MIN_DIGITS - 1}}`, "g");

/** Shorter words are words of a language, and encode no value but the shortest. */
const MIN_CODE_LENGTH = 24;
const CODE = alphabetOf(/[\w+/-]/);

/** A text under examination, unescaped. What several rules want to know of it is found once. */
export class Subject {
  readonly text: string;
  #numbers: NumberSpan[] | undefined;
  #codes: TextSpan[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Where four or more digits stand together, with no more than two separators between any two: `) (`. */
  get numbers(): readonly NumberSpan[] {
    return this.#numbers ??= numbersIn(this.text);
  }

  /** Long words of base64, or of the kind for URLs: keys, ids, paths, and names in programs. */
  get codes(): readonly TextSpan[] {
    return this.#codes ??= runsOf(this.text, { minLength: MIN_CODE_LENGTH, alphabet: CODE });
  }
}

function numbersIn(text: string): NumberSpan[] {
  const numbers: NumberSpan[] = [];
  FIRST_DIGITS.lastIndex = 0;
  while (FIRST_DIGITS.test(text)) {
    const number = numberAround(text, FIRST_DIGITS.lastIndex);
    numbers.push(number);
    FIRST_DIGITS.lastIndex = number.end;
  }
  return numbers;
}

/** The number whose first digits end here. */
function numberAround(text: string, firstEnd: number): NumberSpan {
  let start = firstEnd;
  for (let left = MIN_DIGITS; left > 0;) {
    if (isDigit(codeAt(text, --start))) left--;
  }
  let digits = MIN_DIGITS;
  let end = firstEnd;
  for (let at = end; at - end <= MAX_SEPARATORS; at++) {
    const code = codeAt(text, at);
    if (isDigit(code)) {
      digits++;
      end = at + 1;
    } else if (!SEPARATOR_CODES.has(code)) break;
  }
  return { start, end, digits };
}

const charCodeAt = String.prototype.charCodeAt;

/**
 * The code of a character, NaN before and behind the text. V8 has a dozen kinds of strings: where it has seen more than four
 * of them, it looks the method of a string up at each call.
 */
export function codeAt(text: string, index: number): number {
  return charCodeAt.call(text, index);
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** An ASCII letter or digit. NaN, what is before or behind a text, is none. */
export function isWord(code: number): boolean {
  return isDigit(code) || isLetter(code);
}

/** An ASCII letter. */
export function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** The ASCII characters of a kind of word, by their codes: faster than a function that is asked. */
export function alphabetOf(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code)) ? 1 : 0);
}

/** Where at least `minLength` characters of an alphabet stand together. */
export function runsOf(
  text: string,
  { minLength, alphabet, from = 0, to = text.length }: {
    minLength: number;
    alphabet: Uint8Array;
    from?: number;
    to?: number;
  },
): TextSpan[] {
  const runs: TextSpan[] = [];
  let start = from;
  while (start + minLength <= to) {
    // Backwards, so that a text with a blank in it is skipped in one step.
    let at = start + minLength - 1;
    while (at >= start && isIn(alphabet, codeAt(text, at))) at--;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + minLength;
    while (end < to && isIn(alphabet, codeAt(text, end))) end++;
    runs.push({ start, end });
    start = end + 1;
  }
  return runs;
}

function isIn(alphabet: Uint8Array, code: number): boolean {
  return code < 128 && alphabet[code] === 1;
}
