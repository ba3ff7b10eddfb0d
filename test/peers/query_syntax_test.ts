/** Queries of `assets/elastic` in ES|QL and EQL, parsed by the parsers that Elastic checks its own rules with. */
import assert from "node:assert/strict";
import { assets, isOf, knownStreams } from "../elastic/field_problems.ts";
import type { AssetMode } from "../elastic/known_fields.ts";
import { esqlFields } from "../elastic/query_languages.ts";
import { peerTest } from "./peer.ts";
import { runPython, setUpQueryParsers } from "./query_parsers.ts";

interface Query {
  readonly name: string;
  readonly language: "esql" | "eql";
  readonly query: string;
  /** Types of the fields of the data streams that it asks, as the parser calls them. */
  readonly types: Readonly<Record<string, string>>;
  /** Detection rules must keep what alerts are made of. */
  readonly is_rule: boolean;
}

const peer = await setUpQueryParsers();
const it = (name: string, fn: () => Promise<void>) => peerTest(name, [peer], fn);

it("queries of ES|QL and EQL parse, with fields that are there and types that fit", async () => {
  const queries = await allQueries();
  assert.deepEqual(new Set(queries.map(({ language }) => language)), new Set(["esql", "eql"]));
  assert.deepEqual(await problemsOf(queries), []);
});

it("the parsers see a misspelt field, a wrong type and a wrong word", async () => {
  const types = { "user.id": "keyword", "gen_ai.usage.input_tokens": "long" };
  const esql = (query: string): Query => ({ name: query, language: "esql", query, types, is_rule: false });
  const wrong = [
    esql('FROM logs-* | WHERE user.idd == "x"'),
    esql("FROM logs-* | WHERE user.id > 5"),
    esql('FROM logs-* | WERE user.id == "x"'),
    { ...esql('FROM logs-* | WHERE user.id == "x"'), is_rule: true },
    { ...esql("sequence by user.id [any where true] with run=5"), language: "eql" as const },
  ];
  const right = [esql('FROM logs-* | WHERE user.id == "x" AND gen_ai.usage.input_tokens > 5')];
  assert.deepEqual((await problemsOf([...wrong, ...right])).map(({ name }) => name), wrong.map(({ name }) => name));
});

async function problemsOf(queries: readonly Query[]): Promise<{ name: string; problem: string }[]> {
  return await runPython(peer as { path: string }, { script: "query_syntax.py", input: queries }) as {
    name: string;
    problem: string;
  }[];
}

async function allQueries(): Promise<Query[]> {
  const found = assets().filter(({ path }) => /\.(?:nd)?json$/.test(path)).flatMap(({ path, mode, content }) =>
    [...queriesIn(content)].map((query) => ({
      ...query,
      name: `${path}: ${query.query}`,
      mode,
      is_rule: path.startsWith("rules/"),
    }))
  );
  return await Promise.all(found.map(async ({ mode, ...query }) => ({ ...query, types: await typesFor(query, mode) })));
}

function* queriesIn(value: unknown): Generator<Pick<Query, "language" | "query">> {
  if (typeof value === "string") {
    if (/^\s*(?:FROM|TS)\s+[\w*"]/i.test(value)) yield { language: "esql", query: value };
    else if (/^[[{]/.test(value)) yield* queriesIn(parsed(value));
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const { language, query } = value as Record<string, unknown>;
  if (language === "eql" && typeof query === "string") yield { language, query };
  for (const member of Object.values(value)) yield* queriesIn(member);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const PARSER_TYPES: Readonly<Record<string, string>> = { number: "long" };

async function typesFor({ language, query }: Pick<Query, "language" | "query">, mode: AssetMode) {
  const sources = language === "esql" ? esqlFields(query).streams : [];
  const streams = (await knownStreams(mode)).filter(({ pattern }) => sources.some((source) => isOf(source, pattern)));
  return Object.fromEntries(
    streams.flatMap(({ types }) => [...types].map(([name, type]) => [name, PARSER_TYPES[type] ?? type])),
  );
}
