import type { AnyFactory, ComponentTable, Kind } from "./component_table.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { habitHint } from "./foreign_components.ts";
import { typeOf } from "../component/component_id.ts";
import { nearest } from "./nearest.ts";
import type { SettingIndex } from "./setting_index.ts";
import { isUnder, type Path } from "./problems.ts";
import { parseSection } from "./section.ts";
import { isTree, type Tree } from "./yaml_files.ts";

/** A component as it was found; without `config` when its settings cannot be used, without factory when unknown. */
export interface FoundComponent<Factory> {
  readonly id: string;
  readonly factory: Factory | undefined;
  readonly config: unknown;
}

/** All components of the configuration by kind and id. */
export type Found = { readonly [K in Kind]: ReadonlyMap<string, FoundComponent<ComponentTable[K][number]>> };

export interface CheckContext {
  readonly table: ComponentTable;
  readonly diagnostics: Diagnostics;
  readonly index: SettingIndex;
  readonly warnings: string[];
}

/** Reads one section of components; everything that is wrong with any of them is added to the diagnostics. */
export function findComponents<K extends Kind>(
  kind: K,
  section: unknown,
  context: CheckContext,
): Map<string, FoundComponent<ComponentTable[K][number]>> {
  const { table, diagnostics } = context;
  const found = new Map<string, FoundComponent<ComponentTable[K][number]>>();
  if (section === undefined || section === null) return found;
  if (!isTree(section)) {
    diagnostics.add([kind], `expected a map of components${diagnostics.got([kind])}`);
    return found;
  }
  for (const [id, value] of Object.entries(section)) {
    const factory = (table[kind] as readonly ComponentTable[K][number][]).find(({ type }) => type === typeOf(id));
    if (factory === undefined) diagnostics.add([kind, id], unknownType(kind, id, table));
    if (/^[^/]*\/$/.test(id)) diagnostics.add([kind, id], "expected a name after the slash");
    const config = factory && componentConfig(factory, { path: [kind, id], settings: value ?? {} }, context);
    found.set(id, { id, factory, config });
  }
  return found;
}

function unknownType(kind: Kind, id: string, table: ComponentTable): string {
  const habit = habitHint(kind, id);
  if (habit !== undefined) return `unknown component type ${typeOf(id)}; ${habit}`;
  const known = table[kind].map(({ type }) => type);
  const near = nearest(typeOf(id), known);
  const hint = near === undefined ? "" : `did you mean ${near}; `;
  return `unknown component type ${typeOf(id)}; ${hint}known ${kind}: ${known.join(", ")}`;
}

interface Written {
  readonly path: Path;
  readonly settings: unknown;
}

/** The component's settings, as far as they can be used. */
function componentConfig(factory: AnyFactory, { path, settings }: Written, context: CheckContext): unknown {
  const { diagnostics, index } = context;
  const wanted = withoutIgnored(factory, { path, settings }, context.warnings);
  const { config, wrong } = parseSection({ path, schema: factory.schema, settings: wanted }, diagnostics, index);
  if (config === undefined) return undefined;
  for (const problem of factory.check?.(config) ?? []) {
    const below = problem.path === "" ? [] : problem.path.split(".").map(partOf);
    const isConsequence = wrong.some((other) => isUnder(below, other) || mentions(problem.message, other));
    if (!isConsequence) diagnostics.addForeign([...path, ...below], problem.message);
  }
  return config;
}

/** A name, or an index of a list. */
function partOf(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}

/** Leaves out the settings of the Elastic Agent that need nothing here, with a warning. */
function withoutIgnored(factory: AnyFactory, { path, settings }: Written, warnings: string[]): unknown {
  const ignored = factory.ignoredSettings;
  if (ignored === undefined || !isTree(settings)) return settings;
  const entries = Object.entries(settings).filter(([name]) => {
    const isIgnored = Object.hasOwn(ignored, name);
    if (isIgnored) warnings.push(`${path.join(".")}.${name}: ignored, ${ignored[name]}`);
    return !isIgnored;
  });
  return Object.fromEntries(entries) satisfies Tree;
}

/** Whether a message is about a setting that was left out as wrong, or that was probably meant by a wrong name. */
function mentions(message: string, path: Path): boolean {
  const name = path.findLast((part) => typeof part === "string") ?? "";
  const words: readonly string[] = message.match(/\w+/g) ?? [];
  return words.includes(name) || (name.length > 4 && nearest(name, words, { maxEdits: 2 }) !== undefined);
}
