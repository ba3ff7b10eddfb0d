import { withoutEcho } from "../http/echo.ts";
import { INVOCATION_FIELDS } from "../mappings/generated/invocation.ts";

/** The parts of fields' names, of which every request is full. */
const FIELD_WORDS: ReadonlySet<string> = new Set(Object.keys(INVOCATION_FIELDS).flatMap((name) => name.split(/[._]/)));

/** What of an endpoint's text is its own: without what also stands in the request, fields' names aside. */
export function ownWord(text: string, request: Uint8Array): string {
  if (text === "") return "";
  return withoutEcho(text, { request: new TextDecoder().decode(request), isName: (word) => FIELD_WORDS.has(word) });
}
