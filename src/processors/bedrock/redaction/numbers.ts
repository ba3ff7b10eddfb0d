/** Rules for values of digits: each examines only the numbers of a text. */
import { codeAt, isDigit, isLetter, isWord, SEPARATOR, type Subject, type TextSpan } from "./subject.ts";

/** A way to find one kind of value in a text. */
export type Find = (subject: Subject) => TextSpan[];

/** Characters around a number that patterns may examine. */
const CONTEXT = 3;

interface NumberRule {
  /** With bounded quantifiers only, so that the time is linear in the length of the text. */
  readonly pattern: RegExp;
  /** Minimum of digits in a number of this kind. */
  readonly minDigits: number;
  /** Minimum of separators between them. */
  readonly minSeparators?: number;
  readonly accepts?: (match: string) => boolean;
}

/** Finds what a pattern matches in the text's numbers. */
function inNumbers({ pattern, minDigits, minSeparators = 0, accepts = () => true }: NumberRule): Find {
  return ({ text, numbers }) => {
    const found: TextSpan[] = [];
    for (const { start, end, digits } of numbers) {
      if (digits < minDigits || end - start - digits < minSeparators) continue;
      const offset = Math.max(0, start - CONTEXT);
      const part = text.slice(offset, end + CONTEXT);
      pattern.lastIndex = 0;
      for (let match = pattern.exec(part); match !== null; match = pattern.exec(part)) {
        const start = offset + match.index;
        if (accepts(match[0])) found.push({ start, end: start + match[0].length });
      }
    }
    return found;
  };
}

/** Underscores around a number set it in italics; around digits alone they belong to a name. */
const PHONE_NUMBERS = [
  // +49 30 1234567
  `(?<![A-Za-z0-9+-])\\+[1-9](?:${SEPARATOR}{0,2}\\d){7,13}(?!\\d)`,
  // 0044 20 7946 0958
  `(?<![\\w-]|[A-Z\\d]\\.|\\d[ -])00[1-9](?:${SEPARATOR}{0,2}\\d){8,13}(?!\\d)`,
  // (555) 123-4567, 1-555-123-4567
  "(?<![A-Za-z0-9-]|\\d[ .])(?:1[ .-])?(?:\\([2-9]\\d\\d\\) ?|[2-9]\\d\\d[ .-])\\d{3}[ .-]\\d{4}(?![A-Za-z0-9-]|\\.\\d)",
  // 030 1234567, (0171) 23 45 678
  "(?<![A-Za-z0-9/-]|\\d[ .])(?:\\(0[1-9]\\d{0,4}\\)[ \\/-]{0,2}|0[1-9]\\d{0,4}[ \\/-]{1,2})\\d(?:[ \\/-]?\\d){4,9}(?![A-Za-z0-9./-]?\\d)",
  // 01512345678
  "(?<![\\w/-]|\\d\\.)0[1-9]\\d{8,10}(?![\\w-]|\\.\\d)",
];
const MIN_PHONE_DIGITS = 9;
const PHONE = new RegExp(PHONE_NUMBERS.join("|"), "g");
/** 02-03-2026, also when a time follows. */
const DATE = /^\d{1,2}([ /-])\d{1,2}\1(?:19|20)\d\d(?!\d)/;

export const findPhones = inNumbers({
  pattern: PHONE,
  minDigits: MIN_PHONE_DIGITS,
  accepts: (match) => digitsOf(match).length >= MIN_PHONE_DIGITS && !DATE.test(match),
});

const IPV4 = /(?<![A-Za-z0-9.]|[A-Za-z]\/)(?:\d{1,3}\.){3}\d{1,3}(?![A-Za-z0-9]|\.\d)/g;

export const findIpv4s = inNumbers({
  pattern: IPV4,
  minDigits: 4,
  minSeparators: 3,
  accepts: (match) => match.split(".").every((part) => Number(part) <= 255),
});

const US_SSN = /(?<![A-Za-z0-9-])(?!000|666|9)\d{3}([- ])(?!00)\d\d\1(?!0000)\d{4}(?![A-Za-z0-9-])/g;

export const findUsSsns = inNumbers({ pattern: US_SSN, minDigits: 9, minSeparators: 2 });

const CARD_DIGITS = /(?<![A-Za-z0-9+-]|\d\.)\d(?:[ -]?\d){12,40}/g;

const findCardDigits = inNumbers({ pattern: CARD_DIGITS, minDigits: 13 });

/** Numbers of payment cards: a known beginning, its length, and Luhn's check digit. */
export const findCreditCards: Find = (subject) =>
  findCardDigits(subject).flatMap((candidate) => cardsIn(subject.text, candidate));

/** Beginnings of cards' numbers and how many digits these then have. */
const CARDS: readonly (readonly [beginning: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [16, 13, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65|62|35)/, [16, 19]],
  [/^(?:5[06789]|6)/, [16, 19]],
  [/^3(?:0[0-5]|[689])/, [14, 16]],
];

/** Other numbers may be next to a card's: a count before it, its check code after it. */
function cardsIn(text: string, { start, end }: TextSpan): TextSpan[] {
  const positions: number[] = [];
  for (let at = start; at < end; at++) {
    if (isWord(codeAt(text, at))) positions.push(at);
  }
  const digits = digitsOf(text.slice(start, end));
  const found: TextSpan[] = [];
  for (let first = 0; first + 13 <= digits.length; first++) {
    const at = positions[first] as number;
    if (first > 0 && positions[first - 1] === at - 1) continue;
    const length = cardLength(digits, first, (last) => !isWord(codeAt(text, (positions[last] as number) + 1)));
    if (length === undefined) continue;
    found.push({ start: at, end: (positions[first + length - 1] as number) + 1 });
    first += length - 1;
  }
  return found;
}

/** How many digits from `first` on are a card's number. */
function cardLength(digits: string, first: number, endsAt: (last: number) => boolean): number | undefined {
  const beginning = digits.slice(first, first + 4);
  const lengths = CARDS.find(([pattern]) => pattern.test(beginning))?.[1];
  return lengths?.find((length) =>
    first + length <= digits.length && endsAt(first + length - 1) && hasLuhnDigit(digits.slice(first, first + length))
  );
}

/** @see https://en.wikipedia.org/wiki/Luhn_algorithm */
function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}

/** Lengths of IBANs by country. See the registry of SWIFT. */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
  }).flatMap(([length, countries]) => countries.split(" ").map((country) => [country, Number(length)] as const)),
);
const IBAN = /[A-Z]{2}\d\d(?:[ -]?[A-Z0-9]){11,30}/iy;

/** From an IBAN's beginning to the first of its digits that stand together: `GB29 NWBK 6016`. */
const MAX_BEFORE_DIGITS = 14;

/** IBANs: a country's code, its length, and the remainder of 97. */
export const findIbans: Find = ({ text, numbers }) => {
  if (numbers.length === 0) return [];
  const found = new Map<number, TextSpan>();
  for (const number of numbers) {
    // The two digits behind the country may be the number's first two.
    for (let at = Math.max(0, number.start - MAX_BEFORE_DIGITS); at <= number.start - 2; at++) {
      const iban = isIbanBeginning(text, at) ? ibanAt(text, at) : undefined;
      if (iban !== undefined) found.set(at, iban);
    }
  }
  return [...found.values()];
};

/** `DE89` */
function isIbanBeginning(text: string, at: number): boolean {
  return isDigit(codeAt(text, at + 2)) && isDigit(codeAt(text, at + 3)) &&
    isLetter(codeAt(text, at)) && isLetter(codeAt(text, at + 1));
}

function ibanAt(text: string, start: number): TextSpan | undefined {
  const length = IBAN_LENGTHS.get(text.slice(start, start + 2).toUpperCase());
  IBAN.lastIndex = start;
  const match = length === undefined ? undefined : IBAN.exec(text)?.[0];
  if (match === undefined || isWord(codeAt(text, start - 1))) return undefined;
  let end = start;
  let characters = "";
  for (; end < start + match.length && characters.length < (length as number); end++) {
    if (isWord(codeAt(text, end))) characters += text[end];
  }
  if (characters.length !== length || isWord(codeAt(text, end))) return undefined;
  return remainderOf97(characters.toUpperCase()) === 1 ? { start, end } : undefined;
}

/** @see https://en.wikipedia.org/wiki/International_Bank_Account_Number#Validating_the_IBAN */
function remainderOf97(characters: string): number {
  let remainder = 0;
  for (const character of characters.slice(4) + characters.slice(0, 4)) {
    const value = parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}
