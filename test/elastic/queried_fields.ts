/**
 * The fields that an asset queries: in ES|QL, KQL, EQL, Query DSL, and in the members of Kibana's saved objects that name
 * fields. It finds too much rather than too little: what is a field nowhere must not look like one.
 */
import { eqlFields, esqlFields, kqlFields } from "./query_languages.ts";

/** What a query does with a field: it needs a type that can do it. */
export type Use = "number" | "text" | "group" | "esql" | "any";

export interface QueriedField {
  readonly name: string;
  readonly use: Use;
  /** Patterns of the data streams that are asked; undefined: the file does not say beside the query. */
  readonly streams?: readonly string[] | undefined;
  /** Where in the file it stands. */
  readonly path: string;
}

interface Place {
  readonly path: string;
  /** Fields that data views make. */
  readonly made: Set<string>;
  readonly streams?: readonly string[] | undefined;
  /** Whether it is Query DSL or an aggregation. */
  readonly isDsl?: boolean;
}

/** Members that hold a field's name, or a list of them. */
const FIELD_MEMBERS: Readonly<Record<string, Use>> = {
  field: "any",
  fields: "any",
  sourceField: "any",
  fieldName: "any",
  field_names: "any",
  group_by: "any",
  new_terms_fields: "group",
  by: "group",
  termField: "group",
  aggField: "number",
  timeField: "any",
  timeFieldName: "any",
  timestamp_field: "any",
  timestamp_override: "any",
};

/** Members whose objects are Query DSL. */
const DSL_MEMBERS: ReadonlySet<string> = new Set([
  "twin",
  "query",
  "aggs",
  "aggregations",
  "metrics",
  "filters",
  "esQuery",
]);

/** Queries and aggregations that have fields' names as members, or as their member `field`. */
const DSL_USES: Readonly<Record<string, Use>> = {
  term: "any",
  terms: "any",
  match: "text",
  match_phrase: "text",
  prefix: "text",
  wildcard: "text",
  regexp: "text",
  range: "number",
  exists: "any",
  cardinality: "group",
  value_count: "any",
  sum: "number",
  avg: "number",
  max: "number",
  min: "number",
  percentiles: "number",
};

/** Names that stand for no field: Lens' count of documents, the id and the index of a document. */
const NO_FIELDS: ReadonlySet<string> = new Set(["___records___", "_count", "_id", "_index", "_version", "*", ""]);

/** All fields that a parsed file queries; instead of those that its data views make, those that they are made of. */
export function queriedFields(asset: unknown): QueriedField[] {
  const made = new Set<string>();
  const found = [...walk(asset, { path: "", made })];
  return found.filter(({ name }) => !NO_FIELDS.has(name) && !name.startsWith("Esql.") && !made.has(name));
}

function* walk(value: unknown, place: Place): Generator<QueriedField> {
  if (typeof value === "string") yield* inText(value, place);
  else if (Array.isArray(value)) {
    for (const [at, element] of value.entries()) yield* walk(element, { ...place, path: `${place.path}[${at}]` });
  } else if (typeof value === "object" && value !== null) yield* inObject(value as Members, place);
}

/** A text can be a query of ES|QL, or JSON within JSON as Kibana's saved objects have it. */
function* inText(text: string, place: Place): Generator<QueriedField> {
  if (/^\s*(?:FROM|TS)\s+[\w*"]/i.test(text)) {
    const { streams, fields } = esqlFields(text);
    for (const { name, use } of fields) yield { name, use, streams, path: place.path };
  } else if (/^[[{]/.test(text)) {
    yield* walk(parsed(text), place);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Members = Readonly<Record<string, unknown>>;

function* inObject(object: Members, outer: Place): Generator<QueriedField> {
  const streams = streamsIn(object) ?? outer.streams;
  const place = { ...outer, streams };
  const { query, language, type } = object;
  if (typeof query === "string") yield* inQuery(query, { language: language ?? type, place });
  for (const [name, member] of Object.entries(object)) {
    const at = { ...place, path: `${place.path}.${name}` };
    const dslUse = place.isDsl ? DSL_USES[name] : undefined;
    if (dslUse !== undefined) yield* inClause(member, { use: dslUse, place: at });
    if (name === "runtimeFieldMap" && typeof member === "string") {
      yield* inRuntimeFields(member, at);
      continue;
    }
    const use = FIELD_MEMBERS[name];
    const names = use === undefined ? undefined : namesIn(member);
    if (use !== undefined && names !== undefined) {
      for (const name of names) yield { name, use: place.isDsl ? "any" : use, streams, path: at.path };
      continue;
    }
    yield* walk(member, {
      ...at,
      isDsl: place.isDsl === true || (DSL_MEMBERS.has(name) && typeof member === "object"),
    });
  }
}

/** `doc['name']` in the scripts of fields that a data view makes. */
function* inRuntimeFields(text: string, { made, ...place }: Place): Generator<QueriedField> {
  for (const [name, field] of Object.entries(parsed(text) as Members)) {
    made.add(name);
    for (const [, name = ""] of JSON.stringify(field).matchAll(/doc\['([^']+)'\]/g)) {
      yield { name, use: "any", streams: place.streams, path: place.path };
    }
  }
}

function namesIn(member: unknown): string[] | undefined {
  if (typeof member === "string") return [member];
  return Array.isArray(member) && member.every((name) => typeof name === "string") ? member : undefined;
}

/** What a query in words is for: `index`, as rules, alerts and data views name it. */
function streamsIn({ index, title }: Members): string[] | undefined {
  const value = index ?? (typeof title === "string" && /^(?:logs|metrics)-\S+$/.test(title) ? title : undefined);
  const streams = typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [];
  return streams.length > 0 && streams.every((name) => /^(?:logs|metrics)-/.test(String(name))) ? streams : undefined;
}

function* inQuery(text: string, { language, place }: { language: unknown; place: Place }): Generator<QueriedField> {
  const path = `${place.path}.query`;
  if (language === "kuery" || language === "threshold" || language === "new_terms" || language === "query") {
    for (const field of kqlFields(text)) yield { ...field, streams: place.streams, path };
  } else if (language === "eql") {
    for (const field of eqlFields(text)) yield { ...field, streams: place.streams, path };
  }
}

/** `{ term: { "user.id": … } }`, and `{ terms: { field: "user.id" } }` of an aggregation. */
function* inClause(clause: unknown, { use, place }: { use: Use; place: Place }): Generator<QueriedField> {
  if (typeof clause !== "object" || clause === null || Array.isArray(clause)) return;
  const { field } = clause as Members;
  const names = typeof field === "string" ? [field] : Object.keys(clause);
  for (const name of names) yield { name, use, streams: place.streams, path: place.path };
}
