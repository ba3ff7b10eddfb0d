/** What the program knows of an attribute at run time: the shape of the generated tables. */

/** How a value leaves over OTLP. `any`: as the JavaScript value says, lists and maps included. */
export const OTLP_TYPES = ["string", "int", "double", "bool", "string[]", "int[]", "double[]", "any"] as const;
export type OtlpType = typeof OTLP_TYPES[number];

/** The values of the processor's setting `mapping`. */
export const MODES = ["ecs", "integration", "otel", "raw"] as const;
export type Mode = typeof MODES[number];

/** An attribute of a field table. */
export interface FieldDefinition {
  readonly otlp: OtlpType;
  readonly modes: readonly Mode[];
  /** Whether it may leave with `content: metadata_only`. */
  readonly withoutContent: boolean;
  /** What a string must match, or be one of, to leave without content. Absent: any value of the type may. */
  readonly check?: RegExp | ReadonlySet<string>;
}

/** Attribute name -> definition. A name that ends in `.*` stands for any name below the prefix. */
export type FieldTable = Readonly<Record<string, FieldDefinition>>;

/** Finds what a table says of a name, by the name itself or by the longest prefix with `.*`. */
export class FieldLookup<T> {
  readonly #exact = new Map<string, T>();
  readonly #prefixes: { readonly prefix: string; readonly value: T }[] = [];

  /** Of each field `select` takes what the caller is interested in. */
  constructor(table: FieldTable, select: (definition: FieldDefinition) => T) {
    for (const [name, definition] of Object.entries(table)) {
      const value = select(definition);
      if (name.endsWith(".*")) this.#prefixes.push({ prefix: name.slice(0, -1), value });
      else this.#exact.set(name, value);
    }
    this.#prefixes.sort((a, b) => b.prefix.length - a.prefix.length);
  }

  /** What the table says of an attribute; undefined when it is not in the table. */
  get(name: string): T | undefined {
    const value = this.#exact.get(name);
    if (value !== undefined || this.#exact.has(name)) return value;
    return this.#prefixes.find(({ prefix }) => name.startsWith(prefix))?.value;
  }
}

/** The type of an attribute's value; undefined when no table lists it. */
export type TypeOf = (attribute: string) => OtlpType | undefined;

/** The types that a table gives. */
export function typesIn(table: FieldTable): TypeOf {
  const types = new FieldLookup(table, ({ otlp }) => otlp);
  return (attribute) => types.get(attribute);
}
