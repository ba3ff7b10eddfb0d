/**
 * Kinds of settings that YAML does not know: durations, sizes, secrets. In the file they are written for people
 * (`1m30s`, `4MiB`); parsed they are numbers with their unit in the field's documentation: **milliseconds** and
 * **bytes**. Each is a zod codec, so that `print-config` can write it back.
 */
import { z } from "zod";

const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "µs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;

/** Milliseconds of a Go-style duration (`300s`, `1m30s`, `0`), or undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (!DURATION.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    ms += Number(amount) * (DURATION_UNITS_MS[unit as string] as number);
  }
  return ms;
}

/** A duration as Go prints it, without zero parts: `1m30s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  let rest = ms;
  let text = "";
  for (const unit of ["h", "m", "s", "ms"]) {
    const size = DURATION_UNITS_MS[unit] as number;
    const amount = unit === "ms" ? rest : Math.floor(rest / size);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * size;
  }
  return text;
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** Bytes of a size (`10MiB`, `500`), or undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMG]?i?B?)$/.exec(text);
  const unit = SIZE_UNITS[match?.[2] ?? "?"];
  return match === null || unit === undefined ? undefined : Math.round(Number(match[1]) * unit);
}

/** A size in the largest binary unit that divides it: `4MiB`. */
export function formatSize(bytes: number): string {
  for (const unit of ["GiB", "MiB", "KiB"]) {
    const size = SIZE_UNITS[unit] as number;
    if (bytes > 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}`;
}

interface Bounds {
  readonly min?: string;
  readonly max?: string;
}

type QuantityKind = "duration" | "milliseconds" | "size";

/** Settings that are written as text and are numbers inside. */
export const QUANTITIES = z.registry<{ kind: QuantityKind }>();

/** A duration; parsed: milliseconds. A bare number other than 0 is refused, as its unit would be a guess. */
export function duration(bounds: Bounds = {}): z.ZodType<number, unknown> {
  return quantity({
    kind: "duration",
    expected: "a duration such as 300s or 1m30s",
    parse: (input) => parseDuration(String(input)),
    format: formatDuration,
    ...bounds,
  });
}

/** A duration where the Collector counts in milliseconds: there a bare number is one. Parsed: milliseconds. */
export function milliseconds(bounds: Bounds = {}): z.ZodType<number, unknown> {
  return quantity({
    kind: "milliseconds",
    expected: "a duration such as 300s or 1m30s, or a number of milliseconds",
    parse: (input) => typeof input === "number" ? input : parseDuration(input),
    format: formatDuration,
    ...bounds,
  });
}

/** A size; parsed: bytes. */
export function size(bounds: Bounds = {}): z.ZodType<number, unknown> {
  return quantity({
    kind: "size",
    expected: "a size such as 10MiB",
    parse: (input) => parseSize(String(input)),
    format: formatSize,
    ...bounds,
  });
}

function quantity(
  { kind, expected, parse, format, min, max }: Bounds & {
    kind: QuantityKind;
    expected: string;
    parse: (input: string | number) => number | undefined;
    format: (value: number) => string;
  },
): z.ZodType<number, unknown> {
  const codec = z.codec(z.union([z.string(), z.number()], { error: `expected ${expected}` }), z.number(), {
    decode: (input, context) => {
      const value = parse(input);
      const low = min === undefined ? undefined : parse(min);
      const high = max === undefined ? undefined : parse(max);
      let problem: string | undefined;
      if (value === undefined) problem = `expected ${expected}`;
      else if (low !== undefined && value < low) problem = `expected at least ${min}`;
      else if (high !== undefined && value > high) problem = `expected at most ${max}`;
      if (value !== undefined && problem === undefined) return value;
      context.issues.push({ code: "custom", input, message: problem as string });
      return z.NEVER;
    },
    encode: format,
  });
  return codec.register(QUANTITIES, { kind }) as unknown as z.ZodType<number, unknown>;
}

/** Settings whose values never show in a log line, an error or `print-config`. */
export const SECRETS = z.registry<{ secret: true }>();

/** A string that never shows. */
export function secret(): z.ZodString {
  return z.string().register(SECRETS, { secret: true });
}
