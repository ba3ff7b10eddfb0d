/** Takes out of what an endpoint said what it has from the request. */

import { withoutQuotes } from "./safe_detail.ts";

/** What an error shows of it is shorter. */
const MAX_LENGTH = 500;
/** So many words in a row that stand in the request are an echo, whatever words they are. */
const MIN_ECHO_WORDS = 3;
/** Longer words are codes (base64, hex), in which an echo may hide. */
const MAX_WORD_LENGTH = 24;

/** Words that endpoints refuse with. One of them tells nothing of a request in which it stands too. */
const COMMON_WORDS: ReadonlySet<string> = new Set(
  `a after already an and any are argument array as at be because been before blocked body boolean bulk but by byte bytes can cannot
  character characters client closed cluster code collector column compression conflict connection content could data date decode
  decoding deny depth denied destination did disabled document documents does double duplicate elasticsearch empty encoded encoding
  engine error errors exceed exceeded exceeds exception execution exist exists expected expired fail failed failure field fields
  float for forbidden format found from full geo gateway get got gzip had has have header headers host http https id illegal immense
  in index indexed indices input integer internal into invalid ip is it item items its json key keyword keys kind large later length
  license limit limits line list log logs long longer malformed mapper mapping match maximum may memory message metric metrics
  missing more must name named nested no node not null number object of offset ok on only operation or order org out over parse
  parsed parser parsing partial permission pipeline point points position post privilege property protobuf proto queue quota range
  rate read reason received record records refused rejected request requests required resource response retry root routing schema
  scope server service set shard should size source status store stored stream string such support supported template term than that
  the there this time timeout timestamp to token too total trace type unable unauthorized unavailable unexpected unknown unmarshal
  unsupported update url user utf value values version wait was were when while with without write wrong you your`
    .split(/\s+/),
);

export interface EchoOptions {
  /** The request as text; where it is no text something stands in its place. */
  readonly request: string;
  /** Whether a word, in lower case, is one that every request has, such as a part of a field's name. */
  readonly isName?: (word: string) => boolean;
}

/**
 * A text without what also stands in the request, which may hold a prompt: runs of words, and every word that is neither common nor
 * a name. What is not printable ASCII goes too: endpoints write English, and an echo may be in any script, or binary.
 */
export function withoutEcho(text: string, { request, isName = () => false }: EchoOptions): string {
  const haystack = plain(request).toLowerCase();
  const isEcho = (word: string): boolean => {
    const lower = word.toLowerCase();
    if (COMMON_WORDS.has(lower) || isName(lower) || /^[A-Z][A-Za-z]+(?:Exception|Error)$/.test(word)) return false;
    return word.length > MAX_WORD_LENGTH || (word.length < 4 ? hasWord(haystack, lower) : haystack.includes(lower));
  };
  // First, as quotes are no longer whole once something is taken out.
  return withoutRuns(plain(withoutQuotes(text).slice(0, MAX_LENGTH)).split(" "), haystack)
    .map((part) => part.replace(/[A-Za-z0-9]+/g, (word) => isEcho(word) ? "…" : word).replace(/[^ -~…]+/g, "…"))
    .join(" ")
    .replace(/…(?:[ .,;:_"'\\-]*…)+/g, "…")
    .trim();
}

/** With what JSON and URLs escape as spaces, so that an echo is found in whichever form it is. */
function plain(text: string): string {
  // Without flag `i` and without a match for single spaces it takes a twentieth of the time.
  return text.replace(/\\+(?:u[0-9a-fA-F]{4}|[nrtbf"'\\/])|%[0-9a-fA-F]{2}|[\t\n\v\f\r]+/g, " ").replace(/ {2,}/g, " ");
}

/** Words with `…` for runs of them that are in the request as they are. */
function withoutRuns(words: readonly string[], haystack: string): string[] {
  const kept: string[] = [];
  for (let start = 0; start < words.length;) {
    let end = Math.min(start + MIN_ECHO_WORDS, words.length);
    const isRun = () => haystack.includes(words.slice(start, end).join(" ").toLowerCase());
    if (end - start === MIN_ECHO_WORDS && isRun()) {
      do end++; while (end <= words.length && isRun());
      kept.push("…");
      start = end - 1;
    } else kept.push(words[start++] as string);
  }
  return kept;
}

/** Whether a text has a word that is no part of another one. */
function hasWord(text: string, word: string): boolean {
  const isPart = (character: string | undefined) => character !== undefined && /[a-z0-9]/.test(character);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isPart(text[at - 1]) && !isPart(text[at + word.length])) return true;
  }
  return false;
}
