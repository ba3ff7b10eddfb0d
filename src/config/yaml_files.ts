/** Reading the configuration's files: YAML as it was written, before anything is expanded or checked. */
import { type Document, LineCounter, parseDocument } from "yaml";
import type { Problem } from "../component/component.ts";
import { ConfigError } from "./problems.ts";

/** A map of YAML. */
export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The files merged: maps deep, lists and scalars of later files instead of those of earlier ones.
 * @throws {ConfigError} naming every file that is missing or no YAML.
 */
export async function readYamlFiles(files: readonly string[]): Promise<Tree> {
  const problems: Problem[] = [];
  let merged: Tree = {};
  for (const file of files) {
    try {
      merged = mergeTrees(merged, parseYaml(await Deno.readTextFile(file), file));
    } catch (error) {
      problems.push(...problemsOf(error, file));
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return merged;
}

/** What cannot be read is a problem of the configuration; a missing permission is not. */
function problemsOf(error: unknown, file: string): readonly Problem[] {
  if (error instanceof ConfigError) return error.problems;
  if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
  return [{ path: "", message: `Cannot read configuration: ${file} ${reasonOf(error)}` }];
}

function reasonOf(error: Error): string {
  if (error instanceof Deno.errors.NotFound) return "does not exist";
  if (error instanceof Deno.errors.PermissionDenied) return "may not be read by this user";
  if (error instanceof Deno.errors.IsADirectory) return "is a directory";
  return `cannot be read (${error.message})`;
}

/** Syntax errors told of a file: most of the later ones follow from the first. */
const MAX_SYNTAX_ERRORS = 3;

/**
 * One file's map.
 * @throws {ConfigError} with file, line and column of the first syntax errors, quoting nothing of the text.
 */
export function parseYaml(text: string, file: string): Tree {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const problems = document.errors.slice(0, MAX_SYNTAX_ERRORS).map((error): Problem => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { path: "", message: `Cannot read configuration: ${file}:${line}:${col} is not YAML (${syntaxOf(error)})` };
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const value = aliasesResolved(document, file) ?? {};
  if (isTree(value)) return value;
  throw unreadable(`${file} is no map of receivers, exporters, …`);
}

function aliasesResolved(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw unreadable(`${file} has an alias that names nothing (a value that begins with * needs quotes)`);
  }
}

function unreadable(reason: string): ConfigError {
  return new ConfigError([{ path: "", message: `Cannot read configuration: ${reason}` }]);
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
