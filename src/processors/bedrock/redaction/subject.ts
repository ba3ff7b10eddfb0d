/** A stretch of a text, in UTF-16 units; `end` is behind it. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Fewest digits of what a rule takes for a number. */
const MIN_DIGITS = 4;
/** Most characters that may stand between two digits of one number: `) (`. */
const MAX_GAP = 2;

/**
 * A text under examination, with what several rules want to know of it: most texts have few numbers, so that one walk
 * over their characters saves a walk for each rule.
 */
export class Subject {
  readonly text: string;
  #numbers: Stretch[] | undefined;
  readonly #ibans: number[] = [];

  constructor(text: string) {
    this.text = text;
  }

  /** Where four or more digits stand together, with blanks, points, dashes, slashes and parentheses between them. */
  get numbers(): readonly Stretch[] {
    return this.#numbers ??= this.#findNumbers();
  }

  /** Where two letters and two digits begin a word, as every IBAN does. */
  get possibleIbans(): readonly number[] {
    this.#numbers ??= this.#findNumbers();
    return this.#ibans;
  }

  #findNumbers(): Stretch[] {
    const { text } = this;
    const numbers: Stretch[] = [];
    for (let at = 0; at < text.length; at++) {
      if (!isDigit(text.charCodeAt(at))) continue;
      const start = at;
      let end = at + 1;
      let digits = 1;
      for (at++; at < text.length && at - end <= MAX_GAP; at++) {
        const code = text.charCodeAt(at);
        if (isDigit(code)) {
          digits++;
          end = at + 1;
        } else if (!isSeparator(code)) break;
      }
      at = end;
      if (digits >= MIN_DIGITS) numbers.push({ start, end });
      if (digits >= 2 && beginsIban(text, start)) this.#ibans.push(start - 2);
    }
    return numbers;
  }
}

function beginsIban(text: string, digit: number): boolean {
  return isDigit(text.charCodeAt(digit + 1)) && isLetter(text.charCodeAt(digit - 1)) &&
    isLetter(text.charCodeAt(digit - 2)) && !isWord(text.charCodeAt(digit - 3));
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** An ASCII letter or digit. NaN, what is before or behind a text, is none. */
export function isWord(code: number): boolean {
  return isDigit(code) || isLetter(code);
}

/** ` ` `-` `.` `/` `(` `)`, and the blanks and dashes of typesetters. */
function isSeparator(code: number): boolean {
  return code === 0x20 || (code >= 0x2d && code <= 0x2f) || code === 0x28 || code === 0x29 || code === 0xa0 ||
    code === 0x202f || code === 0x2011;
}
