/** Failures that a response body reports after the status 200: in any element of a stream, or in the body itself. */
import { isObject, type JsonObject, listOf, objectOf, textOf } from "./json.ts";

/** A type of error that is one of a few words, and no text; others are `_OTHER`, as OpenTelemetry has it. */
const TYPE =
  /^(?:[A-Z][A-Za-z]{1,56}(?:Exception|Error|Fault|Failure|Failed)|[a-z]{2,20}(?:_[a-z]{2,20}){0,4}_(?:error|exceeded|unavailable|failed|timeout|content|request|prompt)|overloaded)$/;
/** Bedrock's exceptions in a stream: `modelStreamErrorException`, `throttlingException`, … */
const EXCEPTION = /^[A-Za-z]{2,57}Exception$/;
const OTHER = "_OTHER";

/** The `error.type` of the first failure in a response, or in the elements of a stream; undefined when there is none. */
export function failureIn(elements: readonly JsonObject[]): string | undefined {
  for (const element of elements) {
    const failure = failureOf(element);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** The same of what an image operation reports beside its bodies. */
export function failureBeside({ error }: JsonObject): string | undefined {
  return isError(error) ? typeOf(error) : undefined;
}

/** Direct reads instead of paths: it looks at many elements of a stream. */
function failureOf(element: JsonObject): string | undefined {
  const { type, error, response, code, event, event_type, __type } = element;
  // Anthropic; OpenAI's responses, whose code stands beside the type.
  if (type === "error") return typeOf(error, code);
  // OpenAI's chat completions and responses, Cohere, Titan Image Generator.
  if (isError(error)) return typeOf(error, code);
  if (isObject(response) && isError(response["error"])) return typeOf(response["error"]);
  if (type === "response.failed" || isFailed(element) || isFailed(response)) return OTHER;
  // Nova Sonic's events have their names inside; AWS's protocols name what failed in a member.
  const exception = exceptionIn(element) ?? (isObject(event) ? exceptionIn(event) : undefined) ??
    exceptionNamed(__type);
  if (exception !== undefined) return known(exception.charAt(0).toUpperCase() + exception.slice(1));
  return event_type === "stream-end" || hasAnswers(element) ? failedReason(element) : undefined;
}

function exceptionIn(element: JsonObject): string | undefined {
  for (const name in element) {
    if (!name.endsWith("Exception") || !EXCEPTION.test(name)) continue;
    if (isObject(element[name]) || textOf(element[name]) !== undefined) return name;
  }
  return undefined;
}

/** `ThrottlingException`, or with the service before it: `com.amazon.bedrock#ThrottlingException`. */
function exceptionNamed(type: unknown): string | undefined {
  const name = textOf(type)?.replace(/^.*#/, "");
  return name !== undefined && EXCEPTION.test(name) ? name : undefined;
}

function isError(error: unknown): boolean {
  return textOf(error) !== undefined || (isObject(error) && Object.keys(error).length > 0);
}

/** A response that failed, and does not say how. */
function isFailed(value: unknown): boolean {
  return isObject(value) && value["object"] === "response" && value["status"] === "failed";
}

function typeOf(error: unknown, code?: unknown): string {
  const { type, code: inner } = objectOf(error);
  return [type, inner, code].map(textOf).filter((text) => text !== undefined && TYPE.test(text))[0] ?? OTHER;
}

function known(type: string): string {
  return TYPE.test(type) ? type : OTHER;
}

/** Chat completions, Cohere's answers and Stability's images have a reason to stop for each. */
function hasAnswers({ choices, generations, generation_id, artifacts, finish_reasons }: JsonObject): boolean {
  return (choices ?? generations ?? generation_id ?? artifacts ?? finish_reasons) !== undefined;
}

/** The reason to stop may be that the model failed. */
function failedReason(element: JsonObject): string | undefined {
  for (const name of ANSWERS) {
    for (const answer of listOf(element[name])) {
      const { finish_reason, finishReason } = objectOf(answer);
      if (isFailure(finish_reason) || isFailure(finishReason)) return OTHER;
    }
  }
  const reason = element["finish_reason"] ?? objectOf(element["response"])["finish_reason"];
  return isFailure(reason) || listOf(element["finish_reasons"]).some(isFailure) ? OTHER : undefined;
}

const ANSWERS = ["choices", "generations", "artifacts"] as const;
const FAILED = /^(?:inference )?error$/i;

function isFailure(reason: unknown): boolean {
  return typeof reason === "string" && FAILED.test(reason);
}
