/** The fields in queries of Kibana's languages, found by their tokens: texts, comments, functions and words of the language go. */

export interface FieldUse {
  readonly name: string;
  readonly use: "number" | "text" | "esql" | "any";
}

const TEXT = /"""[^]*?"""|"(?:[^"\\]|\\.)*"/g;
const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//g;
const FIELD = "[A-Za-z_@`][\\w.@`]*";

/** Words of ES|QL that are no fields where they stand alone. */
const ESQL_WORDS: ReadonlySet<string> = new Set(
  ("from ts where eval stats inline by keep drop rename as sort asc desc nulls first last limit and or not in like rlike is null " +
    "true false on with mv_expand dissect grok metadata row enrich lookup join fork sample change_point any").split(
      " ",
    ),
);
const UNITS = /\b\d+\s*(?:ms|s|m|h|d|w|milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?)\b/gi;

/** The data streams that a query of ES|QL asks, and the fields that it takes from them: not the columns that it makes. */
export function esqlFields(query: string): { streams: string[]; fields: FieldUse[] } {
  const code = query.replace(COMMENT, " ").replace(TEXT, '""');
  const [, sources = ""] =
    /^\s*(?:FROM|TS)\s+([^|]+?)(?:\s+METADATA\s[^|]*)?(?=\||$)/i.exec(query.replace(COMMENT, " ")) ?? [];
  const body = code.slice(code.indexOf("|") + 1).replace(UNITS, "0");
  const made = new Set([
    ...names(body, new RegExp(`(${FIELD})\\s*=(?![=~])`, "g")),
    ...names(body, new RegExp(`\\bAS\\s+(${FIELD})`, "gi")),
    // A pattern of DISSECT or GROK.
    ...names(query, /%\{(?:\w+:)?([\w.@]+)(?::\w+)?\}/g),
  ]);
  const found = names(body, new RegExp(`(${FIELD})(?![\\w.@\`]|\\s*\\(|\\s*::)`, "g"))
    .filter((name) => !made.has(name) && !ESQL_WORDS.has(name.toLowerCase()) && !name.startsWith("Esql."));
  return {
    streams: sources.split(",").map((source) => source.trim().replaceAll('"', "")),
    fields: [
      ...[...new Set(found)].map((name) => ({ name, use: "esql" as const })),
      ...usesIn(body, made),
    ],
  };
}

/** Fields that are compared with numbers or texts, or summed up. */
function usesIn(body: string, made: ReadonlySet<string>): FieldUse[] {
  const numbers = [
    ...names(body, new RegExp(`(${FIELD})\\s*(?:==|!=|>=?|<=?)\\s*-?\\d`, "g")),
    ...names(body, new RegExp(`\\b(?:SUM|AVG|MEDIAN|PERCENTILE)\\(\\s*(${FIELD})\\s*[,)]`, "gi")),
  ];
  const texts = names(
    body,
    new RegExp(`(${FIELD})\\s*(?:==|!=|(?:NOT\\s+)?R?LIKE|(?:NOT\\s+)?IN\\s*\\()\\s*\\(?\\s*"`, "gi"),
  );
  const of = (found: readonly string[], use: "number" | "text") =>
    found.filter((name) => !made.has(name)).map((name) => ({ name, use }));
  return [...of(numbers, "number"), ...of(texts, "text")];
}

/** `field: value`, `field > 5`. */
export function kqlFields(query: string): FieldUse[] {
  const code = query.replace(TEXT, '""');
  return [
    ...names(code, /([A-Za-z_@][\w.@]*)\s*:/g).map((name) => ({ name, use: "any" as const })),
    ...names(code, /([A-Za-z_@][\w.@]*)\s*[<>]=?/g).map((name) => ({ name, use: "number" as const })),
  ];
}

const EQL_WORDS: ReadonlySet<string> = new Set(
  "sequence by with maxspan runs any where and or not in in~ like like~ regex regex~ true false null until sample"
    .split(" "),
);

export function eqlFields(query: string): FieldUse[] {
  const code = query.replace(COMMENT, " ").replace(TEXT, '""').replace(/\b(?:maxspan|runs)\s*=\s*\w+/g, " ");
  const found = names(code, /([A-Za-z_@][\w.@]*)(?![\w.@]|\s*\()/g).filter((name) =>
    !EQL_WORDS.has(name.toLowerCase())
  );
  return [
    ...[...new Set(found)].map((name) => ({ name, use: "any" as const })),
    ...names(code, /([A-Za-z_@][\w.@]*)\s*[<>]=?\s*\d/g).map((name) => ({ name, use: "number" as const })),
  ];
}

function names(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name.replaceAll("`", ""));
}
