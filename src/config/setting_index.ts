import { type AnyFactory, type ComponentTable, type Kind, KINDS } from "./component_table.ts";
import { typeOf } from "../component/component_id.ts";
import { anyOf } from "./messages.ts";
import { nearest } from "./nearest.ts";
import { formatPath, type Path } from "./problems.ts";
import { settingPaths } from "./schema.ts";
import { serviceSchema } from "./service.ts";
import { isTree, type Tree } from "./yaml_files.ts";

/** Names at the top of a configuration. */
export const SECTIONS = [...KINDS, "service"] as const;

/** Naming more places than this helps nobody. */
const MAX_PLACES = 3;
interface Place {
  readonly name: string;
  readonly path: Path;
  /** The component or `service`; empty for the sections themselves. */
  readonly section: Path;
}

/** Knows where each setting belongs, for those that stand somewhere else. */
export class SettingIndex {
  readonly #places: readonly Place[];

  /** `tree` tells under which ids the components are configured. */
  constructor(table: ComponentTable, tree: Tree) {
    const components = KINDS.flatMap((kind) =>
      table[kind].flatMap((factory: AnyFactory) =>
        idsOf(tree, kind, factory.type).flatMap((id) => [
          { name: factory.type, path: [kind, id], section: [] },
          ...placesOf([kind, id], settingPaths(factory.schema)),
        ])
      )
    );
    const sections = SECTIONS.map((name) => ({ name, path: [name], section: [] }));
    this.#places = [...sections, ...components, ...placesOf(["service"], settingPaths(serviceSchema))];
  }

  /** What to do about a name that is unknown where it stands: where it belongs, or the nearest known name. */
  suggest(name: string, { section, known }: { section: Path; known: readonly string[] }): string {
    const own = this.#places.filter((place) => formatPath(place.section) === formatPath(section));
    const nested = own.find(({ path }) => formatPath(path.slice(section.length)) === name);
    if (nested !== undefined) return `unknown setting; write ${asMaps(nested.path.slice(section.length))}`;
    // Of another component's settings those of another kind go before: a receiver's mapping is the processor's.
    const others = this.#places.filter((place) => place.path[0] !== section[0]);
    // A slip of one letter is likelier than a setting of something else.
    const slip = nearest(name, known, { maxEdits: 1 });
    if (slip !== undefined && own.every((place) => place.name !== name)) return `unknown setting; did you mean ${slip}`;
    const places = [own, others, this.#places].map((some) => some.filter((place) => place.name === name));
    const found = places.find((some) => some.length > 0)?.slice(0, MAX_PLACES);
    if (found !== undefined) {
      return `unknown setting; it belongs to ${anyOf(found.map(({ path }) => formatPath(path)))}`;
    }
    const near = nearest(name, known);
    return `unknown setting; ${near === undefined ? `expected ${anyOf(known)}` : `did you mean ${near}`}`;
  }
}

function placesOf(section: Path, paths: readonly Path[]): Place[] {
  return paths.map((path) => ({ name: String(path.at(-1)), path: [...section, ...path], section }));
}

function idsOf(tree: Tree, kind: Kind, type: string): string[] {
  const section = tree[kind];
  const ids = isTree(section) ? Object.keys(section).filter((id) => typeOf(id) === type) : [];
  return ids.length > 0 ? ids : [type];
}

/** `sqs: { wait_time: … }`. */
function asMaps(path: Path): string {
  return path.reduceRight<string>((inner, name) => inner === "" ? `${name}: …` : `${name}: { ${inner} }`, "");
}
