/** Reading the configuration's files: YAML as it was written, before anything is expanded or checked. */
import {
  type Alias,
  type Document,
  isAlias,
  LineCounter,
  parseAllDocuments,
  parseDocument,
  type Scalar,
  visit,
} from "yaml";
import type { Problem } from "../component/component.ts";
import { unreadableReason } from "../component/file_reasons.ts";
import { ConfigError } from "./problems.ts";

/** A map of YAML. */
export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands in files. */
export interface Written {
  /** Values of the types that YAML gives them: `012345678901` is a number. */
  readonly tree: Tree;
  /** The same tree with the text of each value as it was written, but for null. */
  readonly texts: Tree;
}

/**
 * The files merged: maps deep, lists and scalars of later files instead of those of earlier ones.
 * @throws {ConfigError} naming every file that is missing or no YAML.
 */
export async function readYamlFiles(files: readonly string[]): Promise<Written> {
  const problems: Problem[] = [];
  let merged: Written = { tree: {}, texts: {} };
  for (const file of files) {
    try {
      const { tree, texts } = parseYaml(await textOf(file), file);
      merged = { tree: mergeTrees(merged.tree, tree), texts: mergeTrees(merged.texts, texts) };
    } catch (error) {
      problems.push(...problemsOf(error, file));
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return merged;
}

/** The text of a file, also in UTF-16: so Windows PowerShell writes what `>` takes. */
async function textOf(file: string): Promise<string> {
  const bytes = await Deno.readFile(file);
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
}

/** What cannot be read is a problem of the configuration; a missing permission is not. */
function problemsOf(error: unknown, file: string): readonly Problem[] {
  if (error instanceof ConfigError) return error.problems;
  if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
  return [{ path: "", message: `Cannot read file: ${file}: ${unreadableReason(error)}` }];
}

/** The tree with the text of each number that would not be written back as it was: `012345678901`, `1.10`. */
export function withoutLoss({ tree, texts }: Written): Tree {
  return kept(tree, texts) as Tree;
}

function kept(value: unknown, text: unknown): unknown {
  if (Array.isArray(value)) return value.map((element, index) => kept(element, valueAt(text, [index])));
  if (!isTree(value)) {
    return typeof value === "number" && typeof text === "string" && losesText(value, text) ? text : value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, kept(inner, valueAt(text, [name]))]));
}

/** Whether a number says less than the text that it was made of. */
export function losesText(value: number, text: string): boolean {
  return String(value) !== text;
}

/** Syntax errors told of a file: most of the later ones follow from the first. */
const MAX_SYNTAX_ERRORS = 3;

/** No configuration is nested more deeply; what is would exhaust the stack. */
const MAX_DEPTH = 100;

/**
 * What stands in one file.
 * @throws {ConfigError} with file, line and column of the first syntax errors, quoting nothing of the text.
 */
export function parseYaml(text: string, file: string): Written {
  const lines = new LineCounter();
  return writtenIn(parseDocument(text, { ...YAML, lineCounter: lines }), { file, lines });
}

/**
 * What stands in each document of a text; an empty one is an empty map.
 * @throws {ConfigError} as {@linkcode parseYaml}
 */
export function parseYamlDocuments(text: string, file: string): Written[] {
  const lines = new LineCounter();
  const documents = Array.from(parseAllDocuments(text, { ...YAML, lineCounter: lines }));
  return documents.map((document) => writtenIn(document, { file, lines }));
}

/** What stands in each document of a file. */
export async function readYamlDocuments(file: string): Promise<Written[]> {
  try {
    return parseYamlDocuments(await textOf(file), file);
  } catch (error) {
    throw new ConfigError(problemsOf(error, file));
  }
}

const YAML = { prettyErrors: false, merge: true, schema: "core" } as const;

function writtenIn(document: Document, { file, lines }: { file: string; lines: LineCounter }): Written {
  if (document.errors.some(({ message }) => message.includes("call stack"))) throw nestedTooDeeply(file);
  const problems = document.errors.slice(0, MAX_SYNTAX_ERRORS).map((error): Problem => {
    const { line, col } = lines.linePos(error.pos[0]);
    const fault = FAULTS[error.code] ?? `is not YAML (${syntaxOf(error)})`;
    return { path: "", message: `Cannot read file: ${file}:${line}:${col} ${fault}` };
  });
  if (problems.length > 0) throw new ConfigError(problems);
  checkNesting(document, file);
  // A name is what was written, whatever YAML takes it for.
  visit(document, { Scalar: (key, node) => key === "key" ? takeText(node) : undefined });
  const tree = aliasesResolved(document, file) ?? {};
  visit(document, { Scalar: (_, node) => takeText(node) });
  const texts = aliasesResolved(document, file) ?? {};
  if (isTree(tree) && isTree(texts)) return { tree, texts };
  throw unreadable(`${file} is no map of settings`);
}

/** What to say of mistakes that are no wrong syntax. */
const FAULTS: Readonly<Partial<Record<string, string>>> = {
  DUPLICATE_KEY: "has a name that its map has already; a second component of a type is TYPE/NAME",
  MULTIPLE_DOCS: "begins another document: write each into a file of its own, and name them all",
};

function takeText(node: Scalar): void {
  if (node.value !== null && typeof node.value !== "string" && node.source !== undefined) node.value = node.source;
}

/** Refuses what has no end: an alias within what it stands for, and what is nested too deeply. */
function checkNesting(document: Document, file: string): void {
  visit(document, {
    Node: (_, node, path) => {
      if (path.length > 2 * MAX_DEPTH) throw nestedTooDeeply(file);
      const target = isAlias(node) ? node.resolve(document) : undefined;
      if (target === undefined || !path.includes(target)) return;
      throw unreadable(`${file} has an alias within the value that it stands for (&${(node as Alias).source})`);
    },
  });
}

function aliasesResolved(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    if (error.message.startsWith("Excessive")) throw unreadable(`${file} repeats values by aliases too often`);
    throw unreadable(`${file} has an alias that names nothing (a value that begins with * needs quotes)`);
  }
}

function nestedTooDeeply(file: string): ConfigError {
  return unreadable(`${file} is nested more than ${MAX_DEPTH} levels deep`);
}

function unreadable(reason: string): ConfigError {
  return new ConfigError([{ path: "", message: `Cannot read file: ${reason}` }]);
}

/** What is wrong, without the piece of text that the parser adds to some messages: it may be a secret. */
function syntaxOf(error: Error): string {
  return error.message.replace(/: ".*$/s, "");
}

/** `over` on top of `under`. */
export function mergeTrees(under: Tree, over: Tree): Tree {
  const entries = new Map(Object.entries(under));
  for (const [name, value] of Object.entries(over)) {
    const below = entries.get(name);
    entries.set(name, isTree(below) && isTree(value) ? mergeTrees(below, value) : value);
  }
  return Object.fromEntries(entries);
}

/** The value at a path, or undefined where there is none. */
export function valueAt(tree: unknown, path: readonly (string | number)[]): unknown {
  let value = tree;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}
