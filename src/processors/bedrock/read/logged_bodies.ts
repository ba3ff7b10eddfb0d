import { bodyTextsOf, utf8Length } from "./body_text.ts";
import { jsonTextOf } from "./json.ts";
import type { Invocation } from "./record.ts";

/** A body as it was logged: a string's own text, or the JSON text of anything else. */
export interface LoggedBody {
  readonly text: string;
  /** UTF-8 bytes of the text. */
  readonly sizeBytes: number;
}

/** The bodies of an invocation as they were logged; `isAscii` when every character of its text was one byte. */
export function loggedBodiesOf(
  { text, input, output, bodyTexts }: Invocation,
  { isAscii }: { isAscii: boolean },
): { input: LoggedBody | undefined; output: LoggedBody | undefined } {
  const request = input["inputBodyJson"];
  const response = output["outputBodyJson"];
  const texts = isStructured(request) || isStructured(response) ? bodyTexts ?? bodyTextsOf(text) : undefined;
  return {
    input: bodyOf(request, { text: texts?.input, isAscii }),
    output: bodyOf(response, { text: texts?.output, isAscii }),
  };
}

function bodyOf(
  body: unknown,
  { text = jsonTextOf(body), isAscii }: { text: string | undefined; isAscii: boolean },
): LoggedBody | undefined {
  if (typeof body === "string") return { text: body, sizeBytes: utf8Length(body, { isAscii: false }) };
  return isStructured(body) && text !== undefined ? { text, sizeBytes: utf8Length(text, { isAscii }) } : undefined;
}

function isStructured(body: unknown): boolean {
  return typeof body === "object" && body !== null;
}
