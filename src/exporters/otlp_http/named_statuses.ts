/**
 * Which statuses a partial success names in its text. OTLP has no field for them: Elasticsearch's endpoint writes a line for each
 * index and status, others name an exception or an HTTP status in a sentence.
 */
import { STATUS_CODES } from "node:http";

export interface NamedStatuses {
  /** HTTP statuses, each once, in order. */
  readonly statuses: readonly number[];
  /** How many items the text gives a status for; undefined when it does not say. */
  readonly count: number | undefined;
  /** Whether the text tells of anything else than these statuses. */
  readonly tellsMore: boolean;
}

/** `Index [x] returned status [CONFLICT] for 2 documents. Sample error message: …`: the rest of the line is the document's. */
const INDEX_STATUS = /\breturned status \[(\w+)\] for (\d+) documents?\b.*$/gim;

/** The statuses that a message names; undefined where it is not in the form that Elasticsearch's OTLP endpoint writes. */
export function statusesByIndex(message: string): NamedStatuses | undefined {
  const matches = [...message.matchAll(INDEX_STATUS)];
  if (matches.length === 0) return undefined;
  const statuses = matches.map(([, name = ""]) => statusOf(name));
  const rest = message.replace(INDEX_STATUS, "").replace(/^[ \t]*Index \[[^\]\n]*\][ \t]*$/gm, "").trim();
  return {
    statuses: [...new Set(statuses)],
    count: matches.reduce((sum, [, , count]) => sum + Number(count), 0),
    tellsMore: rest !== "",
  };
}

/** A status by its number or its name, as Java, gRPC and Elasticsearch write it; what is none of them is the data's fault. */
function statusOf(name: string): number {
  return /^\d{3}$/.test(name) ? Number(name) : STATUS_BY_NAME.get(name.toUpperCase()) ?? 400;
}

const STATUS_BY_NAME: ReadonlyMap<string, number> = new Map([
  ...Object.entries(STATUS_CODES)
    .filter(([status]) => Number(status) >= 400)
    .map(([status, phrase = ""]) => [phrase.toUpperCase().replace(/[^A-Z]+/g, "_"), Number(status)] as const),
  ["REQUEST_ENTITY_TOO_LARGE", 413],
  // gRPC's codes, by which a Collector names what the hop behind it answered. What is in none of them is the data's fault.
  ["ALREADY_EXISTS", 409],
  ["UNAUTHENTICATED", 401],
  ["PERMISSION_DENIED", 403],
  ["RESOURCE_EXHAUSTED", 429],
  ["INTERNAL", 500],
  ["UNKNOWN", 500],
  ["DATA_LOSS", 500],
  ["UNIMPLEMENTED", 501],
  ["UNAVAILABLE", 503],
  ["ABORTED", 503],
  ["CANCELLED", 503],
  ["CANCELED", 503],
  ["DEADLINE_EXCEEDED", 504],
]);

/** Statuses of Elasticsearch's exceptions that are not the document's fault. All others are 400. */
const STATUS_BY_EXCEPTION: ReadonlyMap<string, number> = new Map([
  ["version_conflict_engine_exception", 409],
  ["security_exception", 403],
  ["cluster_block_exception", 403],
  ["index_not_found_exception", 404],
  ["es_rejected_execution_exception", 429],
  ["circuit_breaking_exception", 429],
  ["unavailable_shards_exception", 503],
  ["no_shard_available_action_exception", 503],
  ["process_cluster_event_timeout_exception", 503],
  ["node_not_connected_exception", 503],
  ["node_disconnected_exception", 503],
  ["node_closed_exception", 503],
  ["receive_timeout_transport_exception", 503],
  ["connect_transport_exception", 503],
  ["no_node_available_exception", 503],
  ["master_not_discovered_exception", 503],
  ["cluster_manager_not_discovered_exception", 503],
  ["index_shard_closed_exception", 503],
  ["timeout_exception", 503],
  ["elasticsearch_timeout_exception", 503],
]);

const CONFLICT_PHRASES = [
  /\bversion_conflict_engine_exception\b/gi,
  /\bVersionConflictEngineException\b/g,
  /\bversion conflicts?\b/gi,
  /\bdocuments? already exists?\b/gi,
];
/** Signs of other rejections among conflicts. */
const OTHER_REASON =
  /\bmapp(?:er|ing)\b|\binvalid|\billegal|\bunsupported|\bpars(?:e|ing)\b|\bblocked\b|\bdenied\b|\bexceed|\btoo (?:large|long|many)\b|\bdropped\b|\bignored\b/i;
const EXCEPTION = /\b[a-z]+(?:_[a-z]+)*_exception\b|\b(?:[A-Z][a-z]+)+Exception\b/g;
/** Names of several words, or such as no sentence has in capitals. */
const NAME = /\b[A-Z]+(?:_[A-Z]+)+\b|\b(?:CONFLICT|FORBIDDEN|UNAUTHORIZED|UNAUTHENTICATED|UNAVAILABLE)\b/g;
/** Such as no sentence has for another reason: "not found" may be a field's, "not implemented" a type's. */
const PHRASES = [
  "BAD_REQUEST",
  "TOO_MANY_REQUESTS",
  "INTERNAL_SERVER_ERROR",
  "BAD_GATEWAY",
  "SERVICE_UNAVAILABLE",
  "GATEWAY_TIMEOUT",
  "INSUFFICIENT_STORAGE",
];
const PHRASE = new RegExp(`\\b(?:${PHRASES.map((name) => `(${name.replaceAll("_", "[ _-]?")})`).join("|")})\\b`, "gi");
/** What an overloaded endpoint says without a status. */
const OVERLOADED =
  /\b(?:rejected execution|rate[ -]limit(?:ed| exceeded)|throttl(?:ed|ing)|temporarily unavailable|try again later|deadline exceeded|queue (?:is )?full|high memory usage|overloaded|connection (?:refused|reset))\b/i;
/** `rpc error: code = Unavailable` */
const GRPC_CODE = /\bcode = ([A-Z][A-Za-z]+)/g;
/** A number is a status where the words around it say so: it may be a place, a limit or a count as well. */
const NUMBER =
  /(?:^[ ("'[]*|\b(?:status|code|http(?:\/\d(?:\.\d)?)?|error|answered|returned|responded|response|rejected|refused|failed|with|got)[\s:=("'[]*)([45]\d\d)\b(?![:.,]?\d| (?:documents?|items?|records?|data points?|points?|bytes|characters|ms)\b)/gim;
const COUNT =
  /\b(\d+)(?: of \d+)? (?:version conflicts?|conflicts?|duplicates?|documents?|items?|records?|data points?|points?)\b/gi;

/** An endpoint says what is wrong at the start. */
const MAX_TEXT_LENGTH = 2000;

/** The statuses that a sentence names, in any of the ways that are used for it. */
export function statusesInText(message: string): NamedStatuses {
  const text = message.slice(0, MAX_TEXT_LENGTH).replace(/\(current version \[\d+\]\)/gi, "");
  const mentions = CONFLICT_PHRASES.map((phrase) => [...text.matchAll(phrase)].length);
  const statuses = [
    ...(mentions.some((count) => count > 0) ? [409] : []),
    ...Array.from(text.matchAll(EXCEPTION), ([name]) => STATUS_BY_EXCEPTION.get(snakeCase(name)) ?? 400),
    ...Array.from(text.matchAll(NAME), ([name]) => STATUS_BY_NAME.get(name) ?? 0),
    ...Array.from(text.matchAll(PHRASE), ([, ...groups]) => statusOf(PHRASES[groups.findIndex(Boolean)] ?? "")),
    ...OVERLOADED.test(text) ? [503] : [],
    ...Array.from(text.matchAll(GRPC_CODE), ([, code = ""]) => statusOf(snakeCase(code))),
    ...Array.from(text.matchAll(NUMBER), ([, number]) => Number(number)),
  ].filter((status) => status !== 0);
  const counts = Array.from(text.matchAll(COUNT), ([, count]) => Number(count));
  const mentioned = Math.max(...mentions, statuses.filter((status) => status === 409).length > 0 ? 1 : 0);
  return {
    statuses: [...new Set(statuses)],
    count: counts.length > 0 ? counts.reduce((sum, count) => sum + count) : mentioned || undefined,
    tellsMore: OTHER_REASON.test(text),
  };
}

function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
}
