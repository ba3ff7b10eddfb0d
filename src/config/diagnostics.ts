import type { Problem } from "../component/component.ts";
import { type Expansion, type Reference, referencesIn, takesDefault } from "./expand.ts";
import { formatPath, isUnder, type Path } from "./problems.ts";
import { maskUrls } from "../http/mask_urls.ts";
import { anyOf, gotInstead } from "./messages.ts";
import { type Tree, valueAt } from "./yaml_files.ts";

/**
 * Collects what is wrong with a configuration. It knows the files' text, so that a message shows what its reader
 * wrote, and nothing of what environment variables hold.
 */
export class Diagnostics {
  readonly #written: Tree;
  readonly #texts: Tree;
  readonly #expansion: Expansion;
  readonly #problems = new Map<string, Problem>();

  /** `texts`: the text of each value of `written` that stands in a file. */
  constructor(written: Tree, { texts, expansion }: { texts: Tree; expansion: Expansion }) {
    this.#written = written;
    this.#texts = texts;
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
    const problem = { path: formatPath(path), message: maskUrls(message) };
    this.#problems.set(`${problem.path}\0${message}`, problem);
  }

  /**
   * Adds a message that may hold expanded values: they are shown as the references that they were, with what is known
   * of the variables.
   */
  addForeign(path: Path, message: string): void {
    const named = new Set(referencesIn(valueAt(this.#written, path)).map(({ name }) => name));
    const safe = this.withoutValues(message, (name) => named.add(name));
    const states = [...named].map((name) => this.#stateOf({ name }));
    this.add(path, [safe, ...states].join("; "));
  }

  /** The message with the references that expanded values were; `onValue` is called for each that it held. */
  withoutValues(message: string, onValue?: (name: string) => void): string {
    const values = [...this.#expansion.variables].flatMap(([name, value]) => value ? [{ name, value }] : []);
    let safe = message;
    for (const { name, value } of values.sort((a, b) => b.value.length - a.value.length)) {
      safe = safe.replace(occurrencesOf(value), () => {
        onValue?.(name);
        return `\${env:${name}}`;
      });
    }
    return safe;
  }

  /**
   * `, got "…"`: the value at a path as it was written; of one from the environment, what its variable is. `isHidden`: the
   * value is a secret, or no single value; only variables are named.
   */
  got(path: Path, { isHidden = false } = {}): string {
    const written = valueAt(this.#written, path);
    const references = referencesIn(written);
    const states = anyOf(references.map((reference) => this.#stateOf(reference, { isHidden })), "and");
    if (references.length === 0) {
      if (isHidden) return "";
      const text = this.textInFile(path);
      return text === undefined ? gotInstead(written) : `, got ${text}`;
    }
    return isHidden || references[0]?.isWhole ? `, but ${states}` : `${gotInstead(written)}, where ${states}`;
  }

  /** The value at a path as it was written, or `fallback` where nothing was; of one from the environment, what its variable is. */
  written(path: Path, fallback: string): string {
    const written = valueAt(this.#written, path);
    const text = String(written ?? fallback);
    const references = referencesIn(written);
    const [first] = references;
    if (first === undefined) return text;
    if (!first.isWhole) return `${text} (${references.map((reference) => this.#stateOf(reference)).join(", ")})`;
    const value = this.#expansion.variables.get(first.name);
    if (!takesDefault(value, first.fallback)) {
      return value
        ? `the value of environment variable ${first.name} (not shown)`
        : `the empty value of environment variable ${first.name}`;
    }
    return `${first.fallback} (the default, as ${this.#stateOf({ name: first.name })})`;
  }

  /** `environment variable NAME is empty`: what may be told of a variable. */
  #stateOf({ name, fallback }: Partial<Reference> & { name: string }, { isHidden = false } = {}): string {
    const value = this.#expansion.variables.get(name);
    const variable = `environment variable ${name}`;
    if (value) return `${variable} has another value (not shown)`;
    const state = `${variable} is ${value === undefined ? "not set" : "empty"}`;
    if (!takesDefault(value, fallback)) return state;
    return `${state} and its default is ${isHidden ? "no better" : JSON.stringify(fallback)}`;
  }

  /** The text of a value that is one reference as a whole, or undefined. */
  textOf(path: Path): string | undefined {
    return this.#expansion.texts.get(formatPath(path));
  }

  /** The text of a value of the file that YAML made a number or a truth value of, or undefined. */
  textInFile(path: Path): string | undefined {
    const value = valueAt(this.#written, path);
    const text = valueAt(this.#texts, path);
    return typeof value !== "string" && value !== null && typeof text === "string" ? text : undefined;
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
