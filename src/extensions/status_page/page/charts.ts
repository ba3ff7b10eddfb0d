import uPlot from "uplot";
import type { BedrockView } from "../snapshot.ts";
import { byId, element } from "./dom.ts";
import { count, duration, hourMinute } from "./format.ts";

interface Series {
  readonly label: string;
  readonly color: "one" | "two" | "three" | "four";
  /** Some minutes have no value: points show what stands alone. */
  readonly isSparse?: boolean;
  readonly of: (bedrock: BedrockView) => readonly (number | null)[];
}

interface Chart {
  readonly title: string;
  readonly format: (value: number) => string;
  readonly series: readonly Series[];
}

const perMinute = (of: (minute: BedrockView["minutes"][number]) => number) => ({ minutes }: BedrockView) =>
  minutes.map(of);
/** What mostly does not happen: no line along the axis, which would look like an alarm. */
const rarely = (of: (minute: BedrockView["minutes"][number]) => number) => ({ minutes }: BedrockView) =>
  minutes.map((minute) => of(minute) || null);
const latency = (index: number) => (bedrock: BedrockView) => bedrock.latency[index] ?? [];

const CHARTS: readonly Chart[] = [
  {
    title: "Invocations a minute",
    format: count,
    series: [
      { label: "all", color: "one", of: perMinute(({ invocations }) => invocations) },
      { label: "throttled", color: "three", isSparse: true, of: rarely(({ throttled }) => throttled) },
      { label: "errors", color: "four", isSparse: true, of: rarely(({ errors }) => errors) },
    ],
  },
  {
    title: "Tokens a minute",
    format: count,
    series: [
      { label: "input", color: "one", of: perMinute(({ inputTokens }) => inputTokens) },
      { label: "output", color: "two", of: perMinute(({ outputTokens }) => outputTokens) },
      { label: "cached", color: "three", isSparse: true, of: rarely(({ cachedTokens }) => cachedTokens) },
    ],
  },
  {
    title: "Latency of invocations",
    format: duration,
    series: [
      { label: "p50", color: "one", isSparse: true, of: latency(0) },
      { label: "p95", color: "two", isSparse: true, of: latency(1) },
      { label: "p99", color: "three", isSparse: true, of: latency(2) },
    ],
  },
];

const HEIGHT = 170;
const NUMBERS = { one: 1, two: 2, three: 3, four: 4 } as const;

/** The charts of the last hour; drawn again when the theme or the width changes. */
export class Charts {
  #plots: { readonly plot: uPlot; readonly chart: Chart; readonly figure: HTMLElement }[] = [];
  #bedrock: BedrockView | undefined;

  constructor() {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#rebuild());
    new ResizeObserver(() => {
      for (const { plot, figure } of this.#plots) plot.setSize({ width: widthOf(figure), height: HEIGHT });
    }).observe(byId("charts"));
  }

  show(bedrock: BedrockView): void {
    this.#bedrock = bedrock;
    if (this.#plots.length === 0) this.#rebuild();
    for (const { plot, chart } of this.#plots) plot.setData(dataOf(chart, bedrock));
    this.#label(bedrock);
  }

  /** Says in words what a chart shows, for those who do not see it. */
  #label(bedrock: BedrockView): void {
    for (const { chart: { title, series, format }, figure } of this.#plots) {
      const last = series.map(({ label, of }) => `${label} ${latest(of(bedrock), format)}`);
      figure.querySelector(".plot")?.setAttribute("aria-label", `${title}, last minute with data: ${last.join(", ")}`);
    }
  }

  #rebuild(): void {
    const bedrock = this.#bedrock;
    if (bedrock === undefined) return;
    for (const { plot } of this.#plots) plot.destroy();
    byId("charts").replaceChildren();
    this.#plots = CHARTS.map((chart) => {
      const plot = element("div", { class: "plot", role: "img" });
      const legend = chart.series.map(({ label, color }) =>
        element("span", {}, element("i", { class: `c${NUMBERS[color]}` }), label)
      );
      const figure = element(
        "figure",
        {},
        element("figcaption", {}, chart.title),
        element("div", { class: "legend" }, ...legend),
        plot,
      );
      byId("charts").append(figure);
      return { plot: new uPlot(optionsOf(chart, figure), dataOf(chart, bedrock), plot), chart, figure };
    });
    this.#label(bedrock);
  }
}

function dataOf({ series }: Chart, bedrock: BedrockView): uPlot.AlignedData {
  const times = bedrock.minutes.map((_, index) => bedrock.startMs / 1000 + index * 60);
  return [times, ...series.map(({ of }) => [...of(bedrock)])];
}

function optionsOf({ series, format }: Chart, figure: HTMLElement): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: color("quiet"),
    grid: { stroke: color("line"), width: 1 },
    ticks: { show: false },
    font: "12px system-ui",
  };
  return {
    width: widthOf(figure),
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 30, 0, 0],
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] } },
    axes: [
      { ...axis, values: (_plot, splits) => splits.map((seconds) => hourMinute(seconds * 1000)), space: 70, size: 28 },
      { ...axis, values: (_plot, splits) => splits.map(format), size: 62, space: 34 },
    ],
    series: [
      {},
      ...series.map((one) => ({
        label: one.label,
        stroke: color(one.color),
        width: 2,
        points: { show: one.isSparse === true, size: 4, fill: color(one.color) },
      })),
    ],
  };
}

function latest(values: readonly (number | null)[], format: (value: number) => string): string {
  const value = values.findLast((one) => one !== null);
  return value === undefined || value === null ? "none" : format(value);
}

function widthOf(figure: HTMLElement): number {
  return Math.max(120, figure.clientWidth - 26);
}
