/** Reads Prometheus's text format as a scraper would. */

const COMMENT = /^# (?:HELP|TYPE|UNIT) [a-zA-Z_:][\w:]* ?.*$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (NaN|[+-]Inf|-?\d[\d.eE+-]*)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/gy;

export interface PrometheusSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All samples of a text. Throws at the first line that is none and no comment. */
export function parsePrometheus(text: string): PrometheusSample[] {
  return text.split("\n").filter((line) => line !== "" && !COMMENT.test(line)).map((line) => {
    const [, name, labels = "", value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) throw new Error(`No line of Prometheus's text format: ${line}`);
    return { name, labels: labelsOf(labels, line), value: Number(value?.replace("Inf", "Infinity")) };
  });
}

/** The sum over the samples of a name that have these labels. */
export function sumOf(
  samples: readonly PrometheusSample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

function labelsOf(text: string, line: string): Record<string, string> {
  const matches = [...text.matchAll(LABEL)];
  if (matches.map(([whole]) => whole).join("") !== text) throw new Error(`No labels of Prometheus's: ${line}`);
  return Object.fromEntries(matches.map(([, name, value]) => [name, value]));
}
