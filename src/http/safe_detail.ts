const MAX_DETAIL_LENGTH = 200;
/** Elasticsearch puts values into brackets too: `failed to parse date field [tomorrow]`. */
const VALUE = /\b(value|parse|date field|input) \[[^\]]*\]?/gi;
/** A field, a type or a number, as Elasticsearch puts them into brackets. */
const NAME = /^\[[\w.@:-]{1,80}\]$/;

/**
 * What an endpoint said, without what it may have echoed: an answer can quote a prompt (Elasticsearch shows a preview
 * of the value that it could not map), so quotes, previews and brackets around more than a name are left out, as is what
 * is not printable, and the rest is capped. Where the request is at hand, `withoutEcho` looks for the rest.
 */
export function safeDetail(text: string): string {
  const safe = withoutQuotes(text)
    .replace(VALUE, "$1 […]")
    .replace(/\[[^\]]*\]?/g, (bracketed) => NAME.test(bracketed) ? bracketed : "[…]")
    .replace(/[\p{C}\p{Z}\s\ufffd]+/gu, " ")
    .trim();
  return safe.length > MAX_DETAIL_LENGTH ? `${safe.slice(0, MAX_DETAIL_LENGTH)}…` : safe;
}

/** A text without what it quotes, and without Elasticsearch's preview of a value. */
export function withoutQuotes(text: string): string {
  return text
    .replace(/preview of field\b.*$/is, "")
    .replace(/"(?:[^"\\]|\\.)*"?|'[^']*'?|`[^`]*`?/g, "…");
}
