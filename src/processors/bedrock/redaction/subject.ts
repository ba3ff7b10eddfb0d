/** A part of a text by its indices in UTF-16 units, `end` excluded. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** Blank, point, dash, slash, parentheses, and the blanks and dashes of typesetters. */
export const SEPARATOR = "[ .\\/()\u00a0\u202f\u2011-]";
const FIRST_DIGITS = new RegExp(`\\d(?:${SEPARATOR}{0,2}\\d){3}`, "g");
/** In pieces, as the stack of a regular expression ends. */
const MORE_DIGITS = new RegExp(`(?:${SEPARATOR}{0,2}\\d){1,1000}`, "y");

/** A text under examination. What several rules want to know of it is found once. */
export class Subject {
  readonly text: string;
  #numbers: TextSpan[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Where four or more digits stand together, with no more than two separators between any two: `) (`. */
  get numbers(): readonly TextSpan[] {
    return this.#numbers ??= this.#findNumbers();
  }

  #findNumbers(): TextSpan[] {
    const { text } = this;
    const numbers: TextSpan[] = [];
    FIRST_DIGITS.lastIndex = 0;
    for (let match = FIRST_DIGITS.exec(text); match !== null; match = FIRST_DIGITS.exec(text)) {
      let end = FIRST_DIGITS.lastIndex;
      for (MORE_DIGITS.lastIndex = end; MORE_DIGITS.test(text);) end = MORE_DIGITS.lastIndex;
      numbers.push({ start: match.index, end });
      FIRST_DIGITS.lastIndex = end;
    }
    return numbers;
  }
}

/** An ASCII letter or digit. NaN, what is before or behind a text, is none. */
export function isWord(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
