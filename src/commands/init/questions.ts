import { type Answers, CONTENTS, TARGETS } from "./compose.ts";

/** What is known before anybody is asked. */
export type Known = Partial<Answers> & { readonly metrics: boolean };

/** Somebody at a terminal. */
export interface Person {
  /** What they answer, or `otherwise` for Enter; null where there is nobody any more. */
  readonly ask: (question: string, otherwise: string) => string | null;
  readonly tell: (text: string) => void;
}

/** Whether it is known where records come from. */
export function hasSource({ queueUrl, bucket, logGroup, metrics }: Known): boolean {
  return metrics || [queueUrl, bucket, logGroup].some((source) => source !== undefined);
}

/**
 * Asks for what no flag says; `found` is offered. One source is enough: the others are not asked for.
 *
 * @throws {Error} there is nobody any more.
 */
export function askFor(given: Known, { found, person }: { found: Partial<Answers>; person: Person }): Known {
  const source = hasSource(given) ? {} : sourceOf(found, person);
  const to = given.to ?? chosen("Where do the records go?", { choices: TARGETS, otherwise: "collector", person });
  const endpoint = given.endpoint ?? answer(`${ENDPOINTS[to]} (empty: set it later)`, {
    otherwise: "",
    person,
    problemOf: to === "file" ? undefined : urlProblem,
  });
  const content = given.content ??
    chosen("What may leave of prompts and answers?", { choices: CONTENTS, otherwise: "full", person });
  return { ...given, ...source, to, endpoint, content };
}

/** What the endpoint of a target is. */
const ENDPOINTS: Readonly<Record<typeof TARGETS[number], string>> = {
  elasticsearch: "URL of Elasticsearch",
  collector: "URL of the Collector's OTLP/HTTP receiver",
  elastic: "URL of Elastic's OTLP endpoint",
  apm: "URL of APM Server",
  otlp: "Base URL of the OTLP/HTTP endpoint",
  file: "Path of the file",
};

function sourceOf(found: Partial<Answers>, person: Person): Partial<Known> {
  const queueUrl = answer("URL of the SQS queue with the bucket's notifications (empty: none)", {
    otherwise: "",
    person,
    problemOf: urlProblem,
  });
  if (queueUrl !== undefined) return { queueUrl };
  const bucket = answer("Bucket to list (empty: none)", { otherwise: found.bucket ?? "", person });
  if (bucket !== undefined) return { bucket };
  const logGroup = answer("Log group of CloudWatch Logs (empty: none)", { otherwise: found.logGroup ?? "", person });
  if (logGroup !== undefined) return { logGroup };
  const metrics = chosen("Only CloudWatch's metrics?", { choices: ["yes", "no"], otherwise: "yes", person });
  return { metrics: metrics === "yes" };
}

interface Asking {
  /** What Enter stands for. */
  readonly otherwise: string;
  readonly person: Person;
  /** What is wrong with an answer: it is told, and asked for again. */
  readonly problemOf?: ((text: string) => string | undefined) | undefined;
}

/** An answer; undefined for an empty one. */
function answer(question: string, { otherwise, person, problemOf }: Asking): string | undefined {
  for (;;) {
    const text = person.ask(question, otherwise)?.trim();
    if (text === undefined) throw new Error("Cannot write a configuration: there was no answer");
    const problem = text === "" ? undefined : problemOf?.(text);
    if (problem === undefined) return text || undefined;
    person.tell(`${problem}\n`);
  }
}

/** One of the choices; asks until it is one. */
function chosen<T extends string>(
  question: string,
  { choices, otherwise, person }: { choices: readonly T[]; otherwise: NoInfer<T>; person: Person },
): T {
  const problemOf = (text: string) => choices.some((choice) => choice === text) ? undefined : `${text} is none of them`;
  return answer(`${question} (${choices.join(", ")})`, { otherwise, person, problemOf }) as T | undefined ?? otherwise;
}

/** A reference to a variable may stand in a URL. */
function urlProblem(text: string): string | undefined {
  const isUrl = text.includes("${") || /^https?:$/.test(URL.parse(text)?.protocol ?? "");
  return isUrl ? undefined : `${text} is no http:// or https:// URL`;
}
