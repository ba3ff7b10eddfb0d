import { resolve } from "node:path";
// @ts-types="@types/picomatch"
import picomatch from "picomatch";
import { isNeverLogObject } from "../../aws/s3/never_log_objects.ts";

/** A pattern below a directory that it names literally. */
interface Pattern {
  /** Absolute; the file itself where the pattern is a plain path. */
  readonly base: string;
  /** Whether a path below the base matches; undefined for a plain path. */
  readonly matches: ((below: string) => boolean) | undefined;
  /** How many directories below the base can hold matches. */
  readonly depth: number;
}

interface Found {
  /** Absolute. */
  readonly path: string;
  /** Its path below the directory that the pattern names literally. */
  readonly below: string;
}

export interface FindOptions {
  /** Hears of directories that cannot be looked into, and of what cannot be opened for its name. */
  readonly onUnreadable: (path: string, error: unknown) => void;
}

/** Finds the files that patterns include and others do not exclude. */
export class Globs {
  readonly #include: readonly Pattern[];
  readonly #exclude: readonly ((file: Found) => boolean)[];

  constructor({ include, exclude }: { include: readonly string[]; exclude: readonly string[] }) {
    this.#include = include.map(patternOf);
    this.#exclude = exclude.map(exclusionOf);
  }

  /** Absolute paths of files, each once, in order; of plain paths whatever is there. */
  async find(options: FindOptions): Promise<string[]> {
    const found = new Set<string>();
    for (const pattern of this.#include) {
      for await (const file of filesOf(pattern, options)) {
        const isLeftOut = isNeverLogObject(file.path) || this.#exclude.some((excludes) => excludes(file));
        if (!isLeftOut) found.add(file.path);
      }
    }
    return [...found].sort();
  }
}

/** The directories, or files, that patterns name literally: where a program that reads them has to look. */
export function basesOf(patterns: readonly string[]): string[] {
  return patterns.map((text) => patternOf(text).base);
}

/** The files that patterns name literally: plain paths. */
export function filesNamedBy(patterns: readonly string[]): string[] {
  return patterns.map(patternOf).filter(({ matches }) => matches === undefined).map(({ base }) => base);
}

function patternOf(text: string): Pattern {
  const { base, glob, isGlob } = picomatch.scan(text, { unescape: true });
  if (!isGlob) return { base: resolve(text), matches: undefined, depth: 0 };
  const depth = glob.includes("**") ? Infinity : glob.split("/").length - 1;
  return { base: resolve(base), matches: picomatch(glob), depth };
}

function exclusionOf(text: string): (file: Found) => boolean {
  if (text.startsWith("**/")) {
    const matches = picomatch(text);
    return ({ below }) => matches(below);
  }
  if (!text.includes("/")) {
    const matches = picomatch(text);
    return ({ path }) => matches(path.slice(path.lastIndexOf("/") + 1));
  }
  const { base, matches } = patternOf(text);
  if (matches === undefined) return ({ path }) => path === base;
  return ({ path }) => path.startsWith(`${base}/`) && matches(path.slice(base.length + 1));
}

async function* filesOf({ base, matches, depth }: Pattern, options: FindOptions): AsyncGenerator<Found> {
  if (matches !== undefined) yield* filesBelow(base, { below: "", matches, depth, options });
  else if (await exists(base)) yield { path: base, below: base.slice(base.lastIndexOf("/") + 1) };
}

async function* filesBelow(
  directory: string,
  { below: parent, matches, depth, options }: {
    below: string;
    matches: (below: string) => boolean;
    depth: number;
    options: FindOptions;
  },
): AsyncGenerator<Found> {
  try {
    for await (const entry of Deno.readDir(directory)) {
      const path = `${directory === "/" ? "" : directory}/${entry.name}`;
      const below = parent === "" ? entry.name : `${parent}/${entry.name}`;
      const isWanted = entry.isDirectory ? depth > 0 : matches(below);
      if (isWanted && entry.name.includes("\ufffd") && !await exists(path)) {
        options.onUnreadable(path, new Error("its name is not UTF-8: rename it"));
      } else if (entry.isDirectory) {
        if (isWanted) yield* filesBelow(path, { below, matches, depth: depth - 1, options });
      } else if (isWanted && (entry.isFile || await isLinkToFile(path))) yield { path, below };
    }
  } catch (error) {
    // What is gone in the meantime, or not there yet, holds nothing.
    if (!(error instanceof Deno.errors.NotFound)) options.onUnreadable(directory, error);
  }
}

/** Whether something is there, or may be: what else is wrong shows when it is opened. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, (error) => !(error instanceof Deno.errors.NotFound));
}

async function isLinkToFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFile }) => isFile, () => false);
}
