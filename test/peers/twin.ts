/** Runs the twins of rules: their questions in Query DSL, with what a rule does around them. */
import type { Twin } from "../../tools/generate/elastic_twin.ts";
import type { ElasticsearchPeer } from "./elasticsearch.ts";

/** What a twin asks. */
export interface TwinRun {
  readonly twin: Twin;
  /** Names of data streams. */
  readonly index: string;
  /** How far back the rule looks. */
  readonly from: string;
  /** When the rule runs: milliseconds. */
  readonly runAt: number;
}

interface Group {
  readonly key: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, number>>;
}

/** The groups that the rule would report. */
export async function groupsThatFire(peer: ElasticsearchPeer, { twin, index, from, runAt }: TwinRun): Promise<Group[]> {
  const search = new TwinSearch(peer, { twin, index, runAt });
  const groups = (await search.groups({ gte: `now-${from}`, lte: "now" })).filter((group) => reaches(group, twin));
  if (twin.never_before !== undefined) {
    const known = await search.groups({ gte: `now-${twin.never_before}`, lt: `now-${from}` });
    const keys = new Set(known.map(({ key }) => JSON.stringify(key)));
    return groups.filter(({ key }) => !keys.has(JSON.stringify(key)));
  }
  if (twin.after === undefined) return groups;
  const { query, count } = twin.after;
  const before = await Promise.all(groups.map((group) => search.countBefore(query, { group, gte: `now-${from}` })));
  return groups.filter((_, at) => (before[at] ?? 0) >= count);
}

function reaches({ values }: Group, { fires }: Twin): boolean {
  return Object.entries(fires).every(([name, limit]) => {
    const value = values[name] ?? NaN;
    return typeof limit === "number" ? value >= limit : value <= limit.most;
  });
}

class TwinSearch {
  readonly #peer: ElasticsearchPeer;
  readonly #twin: Twin;
  readonly #path: string;
  readonly #runAt: string;

  constructor(peer: ElasticsearchPeer, { twin, index, runAt }: Omit<TwinRun, "from">) {
    this.#peer = peer;
    this.#twin = twin;
    this.#path = `/${index}/_search?ignore_unavailable=true`;
    this.#runAt = new Date(runAt).toISOString();
  }

  async groups(time: object): Promise<Group[]> {
    const { by, metrics, query } = this.#twin;
    const aggs = { ...metrics, latest: { max: { field: "@timestamp" } } };
    const sources = by.map((field) => ({ [field]: { terms: { field } } }));
    const answer = await this.#search({
      query: { bool: { filter: [query, { range: { "@timestamp": time } }] } },
      aggs: sources.length === 0 ? aggs : { by: { composite: { size: 1000, sources }, aggs } },
    });
    if (sources.length === 0) {
      return answer.hits.total.value === 0
        ? []
        : [groupOf({ key: {}, doc_count: answer.hits.total.value, ...answer.aggregations })];
    }
    return (answer.aggregations["by"]?.buckets ?? []).map(groupOf);
  }

  /** How many documents of the group there are before its latest one. */
  async countBefore(query: object, { group, gte }: { group: Group; gte: string }): Promise<number> {
    const terms = Object.entries(group.key).map(([field, value]) => ({ term: { [field]: value } }));
    const time = {
      range: { "@timestamp": { gte, lt: group.values["latest"], format: "epoch_millis||strict_date_optional_time" } },
    };
    const answer = await this.#search({ query: { bool: { filter: [query, time, ...terms] } } });
    return answer.hits.total.value;
  }

  async #search(body: object): Promise<Answer> {
    // The cases have a time of their own.
    const text = JSON.stringify({ size: 0, track_total_hits: true, ...body }).replaceAll('"now-', `"${this.#runAt}||-`)
      .replaceAll('"now"', `"${this.#runAt}"`);
    const answer = await this.#peer.ask("POST", this.#path, JSON.parse(text)) as Answer;
    if (answer.hits === undefined) throw new Error(JSON.stringify(answer).slice(0, 1000));
    return answer;
  }
}

interface Bucket {
  readonly key: Readonly<Record<string, unknown>>;
  readonly doc_count: number;
  readonly [metric: string]: unknown;
}

interface Answer {
  readonly hits: { readonly total: { readonly value: number } };
  readonly aggregations: Readonly<Record<string, { readonly buckets: readonly Bucket[] }>>;
}

function groupOf({ key, doc_count, ...metrics }: Bucket): Group {
  const values = Object.entries(metrics).map(([name, metric]) => {
    const { value, doc_count } = metric as { value?: number; doc_count?: number };
    return [name, value ?? doc_count ?? NaN];
  });
  return { key, values: { count: doc_count, ...Object.fromEntries(values) } };
}
