const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const fine = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const minute = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dollars = new Intl.NumberFormat(undefined, { style: "currency", currency: "USD", maximumFractionDigits: 4 });

/** 12,345 up to a hundred thousand, then 1.2M. */
export function count(value: number): string {
  return value < 100_000 ? whole.format(value) : short.format(value);
}

/** A duration with its unit; what was never measured is a dash. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "–";
  if (ms < 1000) return `${whole.format(ms)}\u00a0ms`;
  if (ms < 120_000) return `${fine.format(ms / 1000)}\u00a0s`;
  if (ms < 7_200_000) return `${whole.format(ms / 60_000)}\u00a0min`;
  return ms < 172_800_000 ? `${fine.format(ms / 3_600_000)}\u00a0h` : `${fine.format(ms / 86_400_000)}\u00a0days`;
}

export function rate(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? fine.format(perSecond) : whole.format(perSecond);
}

export const clock = (ms: number): string => time.format(ms);
export const hourMinute = (ms: number): string => minute.format(ms);
export const usd = (value: number): string => dollars.format(value);

/** The reader's time zone, by its name and its distance from UTC. */
export function timeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const parts = new Intl.DateTimeFormat("en", { timeZoneName: "shortOffset" }).formatToParts();
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  return offset === timeZone ? timeZone : `${timeZone} (${offset})`;
}
