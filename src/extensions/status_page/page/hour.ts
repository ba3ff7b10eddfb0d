import type { BedrockView, InvocationRow, NamedSums, Snapshot } from "../snapshot.ts";
import { byId, element, fill, write } from "./dom.ts";
import { clock, count, duration, usd } from "./format.ts";

/** One number with its name, unit and what explains it. */
interface Figure {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
  readonly note: string;
  readonly isBad?: boolean;
}

function showFigures(parent: HTMLElement, figures: readonly Figure[]): void {
  fill(parent, figures, () =>
    figures.map(({ name, value, unit, note, isBad }) =>
      element(
        "div",
        isBad ? { class: "bad" } : {},
        element("dt", {}, name),
        element("dd", { class: "value" }, value, unit === undefined ? null : element("small", {}, ` ${unit}`)),
        element("dd", { class: "note" }, note),
      )
    ));
}

/** What the process does and costs. */
export function showProcess(
  { deadLetters, others, awsUsd, awsCalls, bedrock: { delayOfAll: [p50, p95, p99] } }: Snapshot,
): void {
  const deadLetter = others.find(({ kind }) => kind === "exporter");
  const cannotWrite = deadLetter?.state === "failing";
  showFigures(byId("process"), [
    {
      name: "Delay from invocation to delivery",
      value: duration(p50),
      note: `p95 ${duration(p95)} · p99 ${duration(p99)}`,
    },
    {
      name: "Dead letters",
      value: count(deadLetters),
      unit: deadLetters === 1 ? "record" : "records",
      note: cannotWrite
        ? `${deadLetter.id} cannot be written since ${clock(deadLetter.sinceMs)}`
        : deadLetters === 0
        ? "nothing was refused permanently"
        : "refused permanently: dead_letter.reason in each says why",
      isBad: cannotWrite || deadLetters > 0,
    },
    {
      name: "AWS bill of this process",
      value: usd(awsUsd),
      note: `${count(awsCalls)} AWS calls since the start, estimated`,
    },
  ]);
}

/** The numbers of the hour. */
export function showHour({ totals, latencyOfAll, firstTokenOfAll, older }: BedrockView): void {
  const share = (part: number) => `${percent(part, totals.invocations)} of invocations`;
  showFigures(byId("figures"), [
    {
      name: "Invocations",
      value: count(totals.invocations),
      note: `${count(totals.invocations - failed(totals))} answered`,
    },
    {
      name: "Tokens",
      value: count(totals.inputTokens + totals.outputTokens),
      note: `${count(totals.inputTokens)} input · ${count(totals.outputTokens)} output · ${
        count(totals.cachedTokens)
      } cached`,
    },
    {
      name: "Latency p50",
      value: duration(latencyOfAll[0]),
      note: `p95 ${duration(latencyOfAll[1])} · p99 ${duration(latencyOfAll[2])}`,
    },
    {
      name: "First token p50",
      value: duration(firstTokenOfAll[0]),
      note: `p95 ${duration(firstTokenOfAll[1])} · p99 ${duration(firstTokenOfAll[2])}`,
    },
    { name: "Throttled", value: count(totals.throttled), note: share(totals.throttled) },
    { name: "Errors", value: count(totals.errors), note: share(totals.errors), isBad: totals.errors > 0 },
    {
      name: "Interventions",
      value: count(totals.interventions),
      note: `by guardrails, ${share(totals.interventions)}`,
    },
  ]);
  write(
    byId("older"),
    older === 0 ? "" : `${count(older)} delivered invocations are older than an hour, and not in these numbers.`,
  );
}

function failed({ errors, throttled }: NamedSums): number {
  return errors + throttled;
}

function percent(part: number, all: number): string {
  return new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 }).format(
    all === 0 ? 0 : part / all,
  );
}

interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: (bedrock: BedrockView) => readonly (readonly string[])[];
}

const TABLES: readonly Table[] = [
  {
    title: "Models",
    columns: ["Model", "Invocations", "Input tokens", "Output tokens", "Cached tokens"],
    rows: ({ models }) =>
      models.map((one) => [
        one.name,
        ...[one.invocations, one.inputTokens, one.outputTokens, one.cachedTokens].map(count),
      ]),
  },
  {
    title: "Identities",
    columns: ["Identity", "Invocations", "Tokens", "Throttled", "Interventions"],
    rows: ({ identities }) =>
      identities.map((one) => [
        one.name,
        ...[one.invocations, one.inputTokens + one.outputTokens, one.throttled, one.interventions].map(count),
      ]),
  },
  {
    title: "Errors by code",
    columns: ["Code", "Invocations"],
    rows: ({ errors }) => errors.map(({ name, count: number }) => [name, count(number)]),
  },
  {
    title: "Guardrail interventions by policy",
    columns: ["Policy", "Interventions"],
    rows: ({ policies }) => policies.map(({ name, count: number }) => [name.replaceAll("_", " "), count(number)]),
  },
];

const CARDS = TABLES.map((table) => ({ ...table, ...emptyCard(table.title) }));

/** The tables of what is large. Only rows are replaced: what scrolls and has the focus stays. */
export function showTables(bedrock: BedrockView): void {
  fill(byId("tables"), "once", () => CARDS.map(({ card }) => card));
  for (const { columns, rows, none, scroll, table } of CARDS) {
    const all = rows(bedrock);
    none.hidden = all.length > 0;
    scroll.hidden = all.length === 0;
    fill(table, all, () => [headOf(columns), element("tbody", {}, ...all.map(rowOf))]);
  }
}

function emptyCard(title: string): Readonly<Record<"card" | "none" | "scroll" | "table", HTMLElement>> {
  const none = element("p", { class: "quiet" }, "None in the last hour.");
  const table = element("table");
  const scroll = element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, table);
  return { card: element("div", { class: "card" }, element("h3", {}, title), none, scroll), none, scroll, table };
}

function headOf(columns: readonly string[]): HTMLElement {
  const head = columns.map((column, index) => element("th", { scope: "col", class: index > 0 ? "n" : "" }, column));
  return element("thead", {}, element("tr", {}, ...head));
}

function rowOf([name = "", ...cells]: readonly string[]): HTMLElement {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, name),
    ...cells.map((cell) => element("td", { class: "n" }, cell)),
  );
}

const COLUMNS = ["Time", "Outcome", "Identity", "Model", "Latency", "Input tokens", "Output tokens", "Operation"];
const NUMBERS: ReadonlySet<string> = new Set(["Input tokens", "Output tokens", "Latency"]);

/** The newest invocations that contain the text. */
export function showNewest({ newest }: BedrockView, filter: string): void {
  const text = filter.trim().toLowerCase();
  const matching = newest.filter((row) =>
    [row.identity, row.model, row.operation, row.outcome, ...row.policies].some((value) =>
      value.toLowerCase().includes(text)
    )
  );
  fill(byId("rows"), matching, () => [
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...COLUMNS.map((column) => element("th", { scope: "col", class: NUMBERS.has(column) ? "n" : "" }, column)),
      ),
    ),
    element("tbody", {}, ...matching.map(newestRow)),
  ]);
  write(
    byId("matches"),
    text === ""
      ? `The newest ${count(newest.length)}`
      : `${count(matching.length)} of the newest ${count(newest.length)} match`,
  );
}

function newestRow(row: InvocationRow): HTMLElement {
  const outcome = row.policies.length === 0
    ? row.outcome
    : `${row.outcome} (${row.policies.join(", ").replaceAll("_", " ")})`;
  const isGuardrail = row.outcome === "guardrail intervened";
  const cells: readonly (readonly [text: string, className: string])[] = [
    [row.timeMs === null ? "–" : clock(row.timeMs), ""],
    [outcome, row.outcome === "ok" ? "outcome" : isGuardrail ? "outcome warn" : "outcome bad"],
    [row.identity, ""],
    [row.model, ""],
    [duration(row.latencyMs), "n"],
    [count(row.inputTokens), "n"],
    [count(row.outputTokens), "n"],
    [row.operation, ""],
  ];
  return element("tr", {}, ...cells.map(([text, className]) => element("td", { class: className }, text)));
}
