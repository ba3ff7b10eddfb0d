import { basename } from "node:path";
import { parse } from "yaml";
import { ASSET_MODES, type AssetMode, type KnownField, type Stream, streamsOf } from "./known_fields.ts";
import { type QueriedField, queriedFields, type Use } from "./queried_fields.ts";

/** What is queried, of one mode. */
export interface Asset {
  /** Below `assets/elastic`. */
  readonly path: string;
  readonly mode: AssetMode;
  readonly content: unknown;
}

const ROOT = new URL("../../assets/elastic/", import.meta.url);

/** All files below `assets/elastic` that hold data; a rule's file once for each of its modes. */
export function assets(): Asset[] {
  return filesBelow("").flatMap((path) => {
    const text = Deno.readTextFileSync(new URL(path, ROOT));
    if (!/\.(?:ya?ml|json|ndjson)$/.test(path)) return [];
    // What is compiled of them is looked at.
    if (/^dashboards\/\w+\.yml$/.test(path)) return [];
    const content: unknown = path.endsWith(".ndjson")
      ? text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line))
      : parse(text);
    const modes = (content as { modes?: Record<string, unknown> } | null)?.modes;
    if (modes !== undefined) {
      return Object.entries(modes).map(([mode, content]) => ({ path, mode: mode as AssetMode, content }));
    }
    const mode = ASSET_MODES.find((mode) => path.includes(`/${mode}/`) || basename(path).startsWith(`${mode}.`));
    if (mode === undefined) throw new Error(`${path} is in the folder of no mode: ${ASSET_MODES.join(", ")}`);
    return [{ path, mode, content }];
  });
}

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}${name}/`) : [folder + name]
  ).sort();
}

const streams = new Map<AssetMode, Promise<Stream[]>>();

/** The data streams of a mode; what their documents have is found out once. */
export function knownStreams(mode: AssetMode): Promise<Stream[]> {
  const known = streams.get(mode) ?? streamsOf(mode);
  streams.set(mode, known);
  return known;
}

/** What is wrong with the fields that an asset queries; empty when all is well. */
export async function fieldProblems({ path, mode, content }: Asset): Promise<string[]> {
  const known = knownStreams(mode);
  const problems = new Set<string>();
  for (const queried of queriedFields(content)) {
    const problem = problemOf(queried, await known);
    if (problem !== undefined) problems.add(`${path}${queried.path}: ${queried.name} ${problem} (mode ${mode})`);
  }
  return [...problems];
}

function problemOf({ name, use, streams }: QueriedField, known: readonly Stream[]): string | undefined {
  const asked = streams === undefined
    ? known
    : known.filter(({ pattern }) => streams.some((source) => isOf(source, pattern)));
  if (asked.length === 0) return `is asked of ${streams?.join(", ")}, which is no data stream of ours`;
  const fields = asked.map((stream) => stream.field(name)).filter((field) => field !== undefined);
  if (fields.length === 0) return `is no field of ${streams?.join(", ") ?? "any data stream"}`;
  if (!fields.some(({ isFilled }) => isFilled)) return "is filled by no document of the samples";
  return fields.some((field) => canBe(field, use))
    ? undefined
    : `is ${fields[0]?.type}, which cannot be used so (${use})`;
}

/** `logs-x-*`, or one of its namespaces: `logs-x-default`. */
export function isOf(source: string, pattern: string): boolean {
  return source === pattern ||
    (pattern.endsWith("*") && source.startsWith(pattern.slice(0, -1)) && !source.includes("*"));
}

/** Types that a use can do with; whatever is not named here takes any. */
const TYPES: Readonly<Partial<Record<Use, readonly string[]>>> = {
  number: ["number", "date", "histogram"],
  text: ["keyword", "text", "flattened", "flattened key"],
  group: ["keyword", "number", "boolean", "flattened key"],
  // ES|QL reads no flattened fields.
  esql: ["keyword", "text", "number", "boolean", "date", "histogram"],
};

function canBe({ type }: KnownField, use: Use): boolean {
  return TYPES[use]?.includes(type) ?? type !== "object";
}
