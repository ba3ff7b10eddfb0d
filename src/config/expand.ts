/**
 * `${env:NAME}` and `${env:NAME:-default}`, as the Collector writes them; the default also takes the place of an empty value, as in a
 * shell. `$$` is a `$`.
 */
import { isScalar, parseDocument } from "yaml";
import { formatPath, type Path } from "./problems.ts";
import { isTree } from "./yaml_files.ts";

/** Value of an environment variable, undefined when it is not set. */
export type Environment = (name: string) => string | undefined;

export interface Expansion {
  /** The tree with its references replaced. What could not be replaced is left out. */
  readonly tree: unknown;
  readonly problems: readonly { readonly path: Path; readonly message: string }[];
  /**
   * By path (as text): the text of values that are one reference as a whole. In the tree they have the type that YAML
   * gives the text; a setting that wants a string takes the text.
   */
  readonly texts: ReadonlyMap<string, string>;
  /** The variables that are referred to, with their values; undefined where a variable is not set. */
  readonly variables: ReadonlyMap<string, string | undefined>;
  /** References without a default whose variables are empty. */
  readonly empty: readonly { readonly path: Path; readonly name: string }[];
  /** Values that have a variable as a shell writes it, `$NAME`, which is a text here. */
  readonly unexpanded: readonly Path[];
}

const WHOLE = /^\$\{([^{}]*)\}$/;
/** An escaped dollar, a reference, or the beginning of something that is none. */
const PART = /\$\$|\$\{([^{}]*)\}|\$\{/g;
const SHELL_VARIABLE = /(?<!\$)\$[A-Z_][A-Z0-9_]{2,}/;
const REFERENCE = /^env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/** A reference in a value of the file. */
export interface Reference {
  readonly name: string;
  readonly fallback: string | undefined;
  /** Whether the value is this reference and nothing else. */
  readonly isWhole: boolean;
}

/** The references in a value as it was written. */
export function referencesIn(written: unknown): Reference[] {
  if (typeof written !== "string") return [];
  return [...written.matchAll(PART)].flatMap(([part, reference = ""]) => {
    const [, name, fallback] = REFERENCE.exec(reference) ?? [];
    return name === undefined ? [] : [{ name, fallback, isWhole: part === written }];
  });
}

/** Whether a reference's default is taken, as `:-` does in a shell: nothing counts like no variable. */
export function takesDefault(value: string | undefined, fallback: string | undefined): boolean {
  return fallback !== undefined && (value === undefined || value === "");
}

/** Expands all strings of a tree; names of settings stay as they are. */
export function expand(tree: unknown, environment: Environment): Expansion {
  const problems: { path: Path; message: string }[] = [];
  const texts = new Map<string, string>();
  const variables = new Map<string, string | undefined>();
  const empty: { path: Path; name: string }[] = [];
  const unexpanded: Path[] = [];

  function resolve(reference: string, path: Path): string | undefined {
    const match = REFERENCE.exec(reference);
    const [, name, fallback] = match ?? [];
    if (name === undefined) {
      problems.push({ path, message: "expected ${env:NAME} or ${env:NAME:-default} (write $${ for a literal ${)" });
      return undefined;
    }
    if (!variables.has(name)) variables.set(name, environment(name));
    const value = takesDefault(variables.get(name), fallback) ? fallback : variables.get(name);
    if (value === undefined) problems.push({ path, message: `environment variable ${name} is not set` });
    if (value === "" && fallback === undefined) empty.push({ path, name });
    return value;
  }

  function text(value: string, path: Path): unknown {
    const whole = WHOLE.exec(value);
    if (whole !== null) {
      const resolved = resolve(whole[1] ?? "", path);
      if (resolved === undefined) return undefined;
      texts.set(formatPath(path), resolved);
      return typed(resolved);
    }
    if (SHELL_VARIABLE.test(value)) unexpanded.push(path);
    const before = problems.length;
    const expanded = value.replace(
      PART,
      (part, reference?: string) => part === "$$" ? "$" : resolve(reference ?? "", path) ?? "",
    );
    return problems.length > before ? undefined : expanded;
  }

  function walk(value: unknown, path: Path): unknown {
    if (typeof value === "string") return text(value, path);
    if (Array.isArray(value)) return value.map((element, index) => walk(element, [...path, index]));
    if (!isTree(value)) return value;
    const entries = Object.entries(value).map(([name, child]) => [name, walk(child, [...path, name])] as const);
    return Object.fromEntries(entries.filter(([, child]) => child !== undefined));
  }

  return { tree: walk(tree, []), problems, texts, variables, empty, unexpanded };
}

/** The scalar that YAML makes of a text; a text that is no scalar stays a string. */
function typed(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) return text;
  if (document.contents === null) return null;
  if (!isScalar(document.contents) || typeof document.contents.value === "string") return text;
  return document.contents.value;
}
