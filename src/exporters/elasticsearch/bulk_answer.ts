/** What Elasticsearch's answer to a bulk request says of each document. */
import { parseJson } from "../../component/json.ts";
import { z } from "zod";
import { DataFaultError } from "../../component/outcome.ts";
import { isTooLarge } from "../../elasticsearch/client.ts";
import { safeDetail } from "../../http/safe_detail.ts";
import { ownWord } from "../own_word.ts";

/** What became of one document. */
export type ItemOutcome =
  | { readonly kind: "stored" | "duplicate" }
  /** In the failure store, or dropped by an ingest pipeline. */
  | { readonly kind: "set_aside"; readonly reason: "failure_store" | "pipeline" }
  | { readonly kind: "rejected"; readonly error: DataFaultError }
  /** With the others of its request, or alone. */
  | { readonly kind: "too_large"; readonly detail: string }
  /** `isUnknown`: a refusal that may be about the document or about everything that is sent there. */
  | { readonly kind: "fault"; readonly reason: string; readonly detail: string; readonly isUnknown: boolean };

const itemSchema = z.object({
  status: z.int(),
  failure_store: z.string().optional(),
  error: z.object({ type: z.string().catch(""), reason: z.string().nullish().catch(undefined) }).optional(),
});

type Item = z.infer<typeof itemSchema>;

const answerSchema = z.object({
  errors: z.boolean(),
  items: z.array(z.looseObject({ create: itemSchema }).transform(({ create }) => create)).optional(),
});

/** Every other 400 may be about more than the document. */
const DATA_FAULTS: ReadonlySet<string> = new Set([
  "document_parsing_exception",
  "mapper_parsing_exception",
  "strict_dynamic_mapping_exception",
  "parsing_exception",
  "x_content_parse_exception",
  "timestamp_error",
]);

/** Reasons of these quote no document, and there are many of them at once. */
const ABOUT_THE_INDEX: ReadonlySet<number> = new Set([401, 403, 404, 429, 503]);

/** The processor by which an ingest pipeline refuses a document: answered with 500, in the words of the pipeline. */
const REFUSED_BY_PIPELINE = "fail_processor_exception";

/** A refusal of a field's value, as `illegal_argument_exception` names it. */
const FIELD = /\b(?:field|fields|term|dimension|dimensions|mapper|routing)\b/i;
const ABOUT_A_DOCUMENT = /@timestamp|\bdocument timestamp\b|document id must/i;
const PIPELINE = /\bpipeline\b/i;

/** One after the other, whatever is between them; a pattern with both would try each beginning with each end. */
function inOrder(text: string, first: RegExp, then: RegExp): boolean {
  const at = text.search(first);
  return at >= 0 && then.test(text.slice(at));
}

function isAboutAPipeline(reason: string): boolean {
  return inOrder(reason, PIPELINE, /\b(?:does not exist|missing|not found)\b/i);
}

function isAboutShards(reason: string): boolean {
  return inOrder(reason, /\bshards?\b/i, /\b(?:maximum|limit)/i) || /\bthis action would add\b/i.test(reason);
}

/** A field that is named after any pipeline: before, it may be the pipeline's. */
function isAboutAField(reason: string): boolean {
  return ABOUT_A_DOCUMENT.test(reason) || FIELD.test(reason.split(PIPELINE).at(-1) ?? "");
}

const STORED = { kind: "stored" } as const satisfies ItemOutcome;

const STORED_ITEM = '{"create":{"status":201}}';

/** The usual answer to `count` documents, in the members that are asked for, as Elasticsearch writes it. */
function allStored(count: number): string {
  return `{"errors":false,"items":[${new Array(count).fill(STORED_ITEM).join()}]}`;
}

/**
 * The outcome of each of `count` documents, in their order; undefined when the text is no answer to a bulk request of
 * so many. Nothing of `documentAt` is shown.
 */
export function outcomesOf(
  text: string,
  count: number,
  { documentAt = () => new Uint8Array() }: { documentAt?: (index: number) => Uint8Array } = {},
): ItemOutcome[] | undefined {
  // Told by its text: to read it costs several times as much.
  if (text === allStored(count)) return new Array(count).fill(STORED);
  const parsed = answerSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { items, errors } = parsed.data;
  if (items === undefined || items.length !== count) return undefined;
  const ownOf = ({ status }: Item, index: number) => (text: string) =>
    ABOUT_THE_INDEX.has(status) ? text : ownWord(text, documentAt(index));
  const outcomes = items.map((item, index) => outcomeOf(item, ownOf(item, index)));
  const hasErrors = items.some(({ error }) => error !== undefined);
  return hasErrors && !errors ? undefined : outcomes;
}

function outcomeOf({ status, error, failure_store }: Item, own: (text: string) => string): ItemOutcome {
  if (failure_store === "used" && status < 300) return { kind: "set_aside", reason: "failure_store" };
  if (status === 201) return STORED;
  // What is created is answered with 201; 200 is the answer of no operation, for what the processor `drop` takes out.
  if (status === 200) return { kind: "set_aside", reason: "pipeline" };
  if (status === 409) return { kind: "duplicate" };
  const type = error?.type ?? "";
  const reason = error?.reason ?? "";
  const detail = `${status} ${safeDetail(own(type))}: ${safeDetail(own(reason))}`.replace(/: $/, "");
  if (isTooLarge(status, reason)) return { kind: "too_large", detail };
  if (type === REFUSED_BY_PIPELINE) return rejected(detail);
  if (status !== 400) return { kind: "fault", reason: `http_${status}`, detail, isUnknown: false };
  // First, as such a reason quotes the document, which may say anything.
  if (DATA_FAULTS.has(type)) return rejected(detail);
  if (isAboutAPipeline(reason)) return { kind: "fault", reason: "no_pipeline", detail, isUnknown: false };
  if (isAboutShards(reason)) return { kind: "fault", reason: "shard_limit", detail, isUnknown: false };
  if (type === "illegal_argument_exception" && isAboutAField(reason)) return rejected(detail);
  return { kind: "fault", reason: "refused_all", detail, isUnknown: true };
}

function rejected(detail: string): ItemOutcome {
  return { kind: "rejected", error: new DataFaultError(`Elasticsearch refused the document: ${detail}`) };
}
