import { count } from "../counted.ts";
import process from "node:process";
// @ts-types="@types/cli-progress"
import cliProgress from "cli-progress";
import type { BackfillObject } from "./job.ts";

const LINE_EVERY_MS = 10_000;
/** The bar is cut at the terminal's edge; a line of the log must not be. */
const WRAP = "\x1b[?7h";
const NO_WRAP = "\x1b[?7l";

export interface ProgressOptions {
  /** What was done in runs before. */
  readonly before: { readonly objects: number; readonly bytes: number };
  /** Draw a bar instead of writing lines. */
  readonly isTerminal: boolean;
  /** Writes to stderr. */
  readonly write: (text: string) => void;
}

/** Shows how far a backfill is: a bar on a terminal, a line every ten seconds elsewhere. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #startedMs = performance.now();
  readonly #bars: cliProgress.MultiBar | undefined;
  readonly #bar: cliProgress.SingleBar | undefined;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #objects: number;
  #bytes: number;
  #failed = 0;
  #total: { readonly objects: number; readonly bytes: number } | undefined;

  constructor(options: ProgressOptions) {
    const { before, isTerminal, write } = options;
    this.#options = options;
    this.#objects = before.objects;
    this.#bytes = before.bytes;
    if (isTerminal) {
      this.#bars = new cliProgress.MultiBar({
        stream: process.stderr,
        format: "{bar} {text}",
        barsize: 20,
        hideCursor: null,
        gracefulExit: false,
        emptyOnZero: true,
        autopadding: false,
      }, cliProgress.Presets.shades_classic);
      this.#bar = this.#bars.create(0, this.#objects, { text: this.#text() });
    } else {
      this.#timer = setInterval(() => write(`backfill: ${this.#text()}\n`), LINE_EVERY_MS);
    }
  }

  /** How much there is in all, once it was counted. */
  setTotal(total: { readonly objects: number; readonly bytes: number }): void {
    this.#total = total;
    this.#bar?.setTotal(total.objects);
    this.#draw();
  }

  advance(objects: readonly BackfillObject[], failed: ReadonlySet<BackfillObject>): void {
    for (const object of objects) {
      if (failed.has(object)) this.#failed++;
      else {
        this.#objects++;
        this.#bytes += object.sizeBytes;
      }
    }
    this.#draw();
  }

  /** Writes a line of the log above the bar. */
  log(line: string): void {
    if (this.#bars === undefined) this.#options.write(line);
    else this.#bars.log(`${WRAP}${line.trimEnd()}\n${NO_WRAP}`);
  }

  /** Shows the end. */
  stop(): void {
    clearInterval(this.#timer);
    this.#draw();
    this.#bars?.stop();
    if (this.#bars === undefined) this.#options.write(`backfill: ${this.#text()}\n`);
  }

  #draw(): void {
    this.#bar?.update(this.#objects, { text: this.#text() });
  }

  /** The most telling first: a narrow terminal cuts the end. */
  #text(): string {
    const total = this.#total;
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const perSecond = (this.#objects - this.#options.before.objects) / Math.max(seconds, 0.001);
    const failed = this.#failed === 0 ? "" : `, ${count(this.#failed)} failed`;
    const speed = `${rounded(perSecond)}/s${this.#remaining(perSecond)}${failed}`;
    if (total === undefined) {
      return `${count(this.#objects)} objects (still counting), ${speed}, ${size(this.#bytes)}`;
    }
    const percent = total.objects === 0 ? 100 : Math.floor(100 * this.#objects / total.objects);
    const bytes = total.bytes === 0 ? "" : `, ${size(this.#bytes)} of ${size(total.bytes)}`;
    return `${percent}% ${count(this.#objects)} of ${count(total.objects)} objects, ${speed}${bytes}`;
  }

  #remaining(perSecond: number): string {
    const left = (this.#total?.objects ?? 0) - this.#objects - this.#failed;
    if (left <= 0 || perSecond === 0) return "";
    return `, ${time(left / perSecond)} left`;
  }
}

/** A size for people: three digits and a unit. */
export function size(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${rounded(value)} ${units[unit]}`;
}

function rounded(value: number): string {
  return value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** A duration for people: its two largest units. */
export function time(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, "0")}s`;
  return `${Math.floor(whole / 3600)}h${String(Math.floor(whole % 3600 / 60)).padStart(2, "0")}m`;
}
