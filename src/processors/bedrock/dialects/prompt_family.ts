/** The dialect of a family that takes a prompt and answers with texts, from where it has them. */
import { countOf, isObject, type JsonObject, listOf, objectOf, textOf, textsOf, valueAt } from "../read/json.ts";
import type { Dialect, ModelRequest, ModelResponse } from "./dialect.ts";
import { inputRequest, type RequestParts, responseOf } from "./envelope.ts";
import { addText, type Parts } from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { firstAt, groupedBy, joinedText, lastAt } from "./stream.ts";
import { usageOf } from "./usage.ts";

/** Where a family has what it is asked and answers; a path is names with dots between them. */
export interface PromptFamily {
  /** The request's member with the prompt. */
  readonly prompt: string;
  /** The request's member with the parameters; absent: the request itself. */
  readonly parameters?: string;
  /** Members of which a request of this family, and no other, has one. */
  readonly marks?: readonly string[];
  /** The response's list of completions; absent: the response is the one completion. */
  readonly completions?: string;
  /** In a completion, and in an element of a stream. */
  readonly text: string;
  readonly reason: string;
  /** Whether elements of a stream carry the index of their completion; the last element may carry none. */
  readonly isIndexed?: true;
  /** Whether a response, or an element of a stream, is of this family; by default it has a text. */
  readonly isAnswer?: (body: JsonObject) => boolean;
  readonly tokens?: {
    /** In the response. */
    readonly input: string;
    /** In each completion. */
    readonly output: string;
    /** In an element of a stream, where it counts all so far. */
    readonly streamedOutput: string;
  };
  /** Adds what a request has beside its prompt. */
  readonly addMedia?: (result: Parts, body: JsonObject) => void;
}

export function promptDialect(family: PromptFamily): Dialect {
  const { isAnswer = (body) => hasText(family, completionsOf(family, body)[0]) } = family;
  return {
    recognises: ({ request, response, events }) =>
      (typeof request?.[family.prompt] === "string" && family.marks?.some((name) => request[name] !== undefined)) ||
      (response !== undefined && isAnswer(response)) || events?.some((event) => isAnswer(objectOf(event))) === true,
    request: (body) => requestOfFamily(family, body),
    response: (body) => responseOfFamily(family, body),
    stream: (events) => streamOfFamily(family, events),
  };
}

/** The request of a prompt, or of several. */
export function promptRequest(
  prompt: unknown,
  { addMedia, ...options }: Omit<RequestParts, "messages" | "kinds"> & { addMedia?: (result: Parts) => void },
): ModelRequest {
  const result: Parts = { parts: [], kinds: new Set() };
  for (const text of textsOf(prompt) ?? []) addText(result, text);
  addMedia?.(result);
  return inputRequest(result, options);
}

function requestOfFamily({ prompt, parameters, addMedia }: PromptFamily, body: JsonObject): ModelRequest {
  return promptRequest(body[prompt], {
    parameters: parametersOf(parameters === undefined ? body : objectOf(body[parameters])),
    outputType: isObject(body["responseFormat"]) ? "json" : "text",
    addMedia: (result) => addMedia?.(result, body),
  });
}

function completionsOf({ completions }: PromptFamily, body: JsonObject): readonly JsonObject[] {
  return completions === undefined ? [body] : listOf(body[completions]).map(objectOf);
}

function responseOfFamily(family: PromptFamily, body: JsonObject): ModelResponse {
  const { text, reason, tokens } = family;
  const completions = completionsOf(family, body);
  const answers = completions.map((completion) => {
    const result: Parts = { parts: [], kinds: new Set() };
    addText(result, valueAt(completion, text));
    return { parts: result.parts, reason: valueAt(completion, reason) };
  });
  const operation = "text_completion";
  if (tokens === undefined) return responseOf(body, answers, { operation });
  const usage = usageOf(body);
  const counts = completions.map(({ [tokens.output]: count }) => countOf(count)).filter((count) => count !== undefined);
  const output = counts.length > 0 ? countOf(counts.reduce((sum, count) => sum + count)) : undefined;
  return responseOf(body, answers, { operation, usage: { ...usage, output: output ?? usage.output } });
}

function streamOfFamily(
  { completions, text, reason, tokens, isIndexed }: PromptFamily,
  events: readonly unknown[],
): JsonObject {
  const elements = events.map(objectOf);
  const chunks = elements.flatMap((element) => {
    const list = completions === undefined ? undefined : element[completions];
    return Array.isArray(list) ? list.map(objectOf) : [element];
  });
  const withText = chunks.filter((chunk) => hasText({ text }, chunk));
  const groups = isIndexed ? [...groupedBy(withText, ({ index }) => index).values()] : [withText];
  const complete = groups.map((group) => ({
    ...nested(text, joinedText(group, text)),
    ...nested(reason, textOf(lastAt(group, reason)) ?? textOf(lastAt(chunks, reason))),
    ...tokens && { [tokens.output]: lastAt(chunks, tokens.streamedOutput) },
  }));
  return {
    id: firstAt(elements, "id"),
    model: firstAt(elements, "model"),
    ...tokens && { [tokens.input]: firstAt(chunks, tokens.input) },
    ...completions === undefined ? complete[0] : { [completions]: complete },
  };
}

function hasText({ text }: Pick<PromptFamily, "text">, completion: unknown): boolean {
  return typeof valueAt(completion, text) === "string";
}

/** `data.text` -> `{data: {text: value}}` */
function nested(path: string, value: unknown): JsonObject {
  return path.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as JsonObject;
}
