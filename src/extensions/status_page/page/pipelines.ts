import type { ComponentView, PipelineView, Snapshot } from "../snapshot.ts";
import { element, fill } from "./dom.ts";
import { clock, count, duration, rate } from "./format.ts";
import type { Rates } from "./rates.ts";

const WORDS = { ok: "working", failing: "failing", starting: "starting", stopping: "stopping" } as const;

/** The pipelines as a picture: boxes from left to right, what flows between them on the arrows. */
export function showPipelines(parent: HTMLElement, snapshot: Snapshot, rates: Rates): void {
  const pictures = snapshot.pipelines.map((pipeline) => ({ pipeline, ways: waysOf(pipeline, snapshot, rates) }));
  fill(
    parent,
    [pictures, Math.floor(snapshot.nowMs / 5000)],
    () => pictures.map((one) => picture(one, snapshot.nowMs)),
  );
}

/** Rates on the arrows: what the receivers hand on, and what the exporters deliver. */
function waysOf(
  { name, unit, components }: PipelineView,
  snapshot: Snapshot,
  rates: Rates,
): { into: string; out: string } {
  const flow = (kind: ComponentView["kind"], combine: (...values: number[]) => number) => {
    const values = components.filter((one) => one.kind === kind).map(({ id }) =>
      rates.of(snapshot, `${name} ${kind} ${id}`)
    );
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? `– ${unit}/s` : `${rate(combine(...known))} ${unit}/s`;
  };
  return { into: flow("receiver", (...all) => all.reduce((a, b) => a + b, 0)), out: flow("exporter", Math.max) };
}

function picture(
  { pipeline: { name, unit, components }, ways }: { pipeline: PipelineView; ways: { into: string; out: string } },
  nowMs: number,
): HTMLElement {
  const stage = (kind: ComponentView["kind"]) => {
    const boxes = components.filter((one) => one.kind === kind).map((one) => box(one, { unit, nowMs }));
    return boxes.length === 0 ? null : element("div", { class: "stage" }, ...boxes);
  };
  const processors = stage("processor");
  return element(
    "div",
    { class: "pipeline" },
    element("h3", {}, `Pipeline ${name}`),
    element(
      "div",
      { class: "way" },
      stage("receiver"),
      arrow(processors === null ? ways.out : ways.into),
      processors,
      processors === null ? null : arrow(ways.out),
      stage("exporter"),
    ),
  );
}

function arrow(text: string): HTMLElement {
  const blank = text.indexOf(" ");
  return element("div", { class: "arrow" }, element("b", {}, text.slice(0, blank)), text.slice(blank));
}

function box(component: ComponentView, { unit, nowMs }: { unit: string; nowMs: number }): HTMLElement {
  const { kind, id, state, reason, sinceMs, total, retries, lastError, queue } = component;
  const isFailing = state === "failing";
  const lines = [
    isFailing ? `Trying again since ${clock(sinceMs)} (${duration(Math.max(0, nowMs - sinceMs))})` : null,
    queue === null ? null : queueLine(queue),
    total === null ? null : `${count(total)} ${unit} ${kind === "receiver" ? "read" : "delivered"}`,
    retries > 0 ? `${count(retries)} ${retries === 1 ? "retry" : "retries"}` : null,
    lastError === null
      ? null
      : `Last error ${clock(lastError.timeMs)}: ${lastError.message}${
        lastError.reason === null ? "" : ` (${lastError.reason})`
      }`,
  ].filter((line) => line !== null);
  return element(
    "div",
    { class: "box", "data-state": state, "data-id": id },
    element("span", { class: "id" }, id),
    " ",
    element("span", { class: "word" }, isFailing && reason !== null ? `failing: ${reason}` : WORDS[state]),
    element("ul", {}, ...lines.map((line) => element("li", {}, line))),
  );
}

function queueLine({ messages, ageSeconds }: NonNullable<ComponentView["queue"]>): string {
  const age = ageSeconds === null || messages === 0 ? "" : `, oldest ${duration(ageSeconds * 1000)}`;
  return `${count(messages)} ${messages === 1 ? "message" : "messages"} in the queue${age}`;
}
