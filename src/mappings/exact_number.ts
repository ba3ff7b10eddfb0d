/**
 * Numbers that JavaScript would change: `12345678901234567890`, `1.0`, `1e400`. They travel as V8's raw JSON, which
 * `JSON.stringify` writes with the digits that were logged.
 *
 * @see https://github.com/tc39/proposal-json-parse-with-source
 */

/** A number as it was written; only {@linkcode exactNumber} makes them. */
export interface ExactNumber {
  readonly rawJSON: string;
}

const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): ExactNumber;
  isRawJSON(value: unknown): value is ExactNumber;
};

/** The number that a JSON text writes. */
export function exactNumber(text: string): ExactNumber {
  return rawJSON(text);
}

/** Whether a value is a number of this kind; no JSON object is. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return isRawJSON(value);
}

/** The number as JavaScript holds it, maybe another or infinite; any other value as it is. */
export function plainNumber(value: unknown): unknown {
  return typeof value === "object" && isRawJSON(value) ? Number(value.rawJSON) : value;
}

const INTEGER = /^-?\d{1,19}$/;
const INT64_END = 1n << 63n;

/** How a number leaves where numbers have 64 bits: as it is, or as its text when 64 bits would change its value. */
export function numberOf64Bits({ rawJSON: text }: ExactNumber): bigint | number | string {
  if (INTEGER.test(text) && text !== "-0") {
    const integer = BigInt(text);
    return integer >= -INT64_END && integer < INT64_END ? integer : text;
  }
  const number = Number(text);
  return Number.isFinite(number) && isSameDecimal(text, String(number)) ? number : text;
}

function isSameDecimal(one: string, other: string): boolean {
  const [a, b] = [decimalOf(one), decimalOf(other)];
  return a.digits === b.digits && (a.digits === "" || (a.exponent === b.exponent && a.sign === b.sign));
}

/** `-12.50e3` -> `-`, `125`, 2: the digits without zeros around them, and how many tens they are multiplied with. */
function decimalOf(text: string): { sign: string; digits: string; exponent: number } {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const all = whole + fraction;
  const digits = all.replace(/^0+/, "");
  const short = withoutZerosAtEnd(digits);
  return { sign, digits: short, exponent: Number(exponent) - fraction.length + digits.length - short.length };
}

/** A pattern for many zeros at the end takes quadratic time. */
function withoutZerosAtEnd(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  return digits.slice(0, end);
}
