import type { Problem } from "../component/component.ts";
import type { Expansion } from "./expand.ts";
import { formatPath, isUnder, type Path } from "./problems.ts";
import { gotInstead } from "./messages.ts";
import { type Tree, valueAt } from "./yaml_files.ts";

/**
 * Collects what is wrong with a configuration. It knows the files' text, so that a message shows what its reader
 * wrote, and nothing of what environment variables hold.
 */
export class Diagnostics {
  readonly #written: Tree;
  readonly #expansion: Expansion;
  readonly #problems = new Map<string, Problem>();

  constructor(written: Tree, expansion: Expansion) {
    this.#written = written;
    this.#expansion = expansion;
    for (const { path, message } of expansion.problems) this.add(path, message);
  }

  /** All mistakes, each once, in the order in which they were found. */
  get problems(): readonly Problem[] {
    return [...this.#problems.values()];
  }

  /** Whether something is wrong at a path or below it. */
  knows(path: Path): boolean {
    const text = formatPath(path);
    return this.problems.some((problem) =>
      /^($|[.[])/.test(problem.path.slice(text.length)) && problem.path.startsWith(text)
    );
  }

  add(path: Path, message: string): void {
    const problem = { path: formatPath(path), message };
    this.#problems.set(`${problem.path}\0${message}`, problem);
  }

  /** Adds a message that may hold expanded values: they are shown as the references that they were. */
  addForeign(path: Path, message: string): void {
    let safe = message;
    const values = [...this.#expansion.variables].flatMap(([name, value]) => value ? [{ name, value }] : []);
    for (const { name, value } of values.sort((a, b) => b.value.length - a.value.length)) {
      safe = safe.replace(occurrencesOf(value), () => `\${env:${name}}`);
    }
    this.add(path, safe);
  }

  /** `, got "…"`: the value at a path as it was written. Only for values that are no secrets. */
  got(path: Path): string {
    return gotInstead(valueAt(this.#written, path));
  }

  /** The value at a path as it was written, or `fallback` where nothing was. */
  written(path: Path, fallback: string): string {
    return String(valueAt(this.#written, path) ?? fallback);
  }

  /** The text of a value that is one reference as a whole, or undefined. */
  textOf(path: Path): string | undefined {
    return this.#expansion.texts.get(formatPath(path));
  }

  /** Paths below `path` whose references could not be replaced: what else is wrong there is a consequence. */
  unresolved(path: Path): Path[] {
    return this.#expansion.problems.map((problem) => problem.path).filter((broken) => isUnder(broken, path));
  }
}

/** A short value is looked for as a word only: a variable that holds `1` must not change every number. */
function occurrencesOf(value: string): RegExp {
  const literal = value.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return value.length < 6 ? new RegExp(`(?<!\\w)${literal}(?!\\w)`, "g") : new RegExp(literal, "g");
}
