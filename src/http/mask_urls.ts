const MASK = "****";
/** A URL as far as it reaches in a text; places of objects and files are none, as their keys may have any characters. */
const URL_IN_TEXT =
  /(?<=^|[^a-z0-9+.-])(?!(?:s3|file|sqs):)[a-z][a-z0-9+.-]{0,30}:\/\/(?:[^\s"<>`/?#]*@)?[^\s"'<>`]*/gi;
/** Where a URL begins within another: in a list of them, or in the path of a gateway. */
const NEXT_URL = /(?<![a-z0-9+.-])(?=[a-z][a-z0-9+.-]{0,30}:\/\/)/i;
const SCHEME = /^[a-z][a-z0-9+.-]{0,30}:\/\//i;
/** A value that is a URL, or is meant to be one: `https:/host`, `//host`. */
const URL_VALUE = /^\s*(?!(?:s3|file|sqs):)(?:[a-z][a-z0-9+.-]{0,30}:\/{1,2}|\/\/)/i;
/** `user:password@host`, which somebody took for a URL. */
const USERINFO_AT_BEGIN = /^[^\s/?#:@]+:[^\s/?#]*@/;

/**
 * A text without what is secret in the URLs in it: user and password, and the values of the query (tokens, the signature of a
 * presigned URL): `https://****@host/path?token=****`.
 */
export function maskUrls(text: string): string {
  const masked = text.includes("://") ? text.replace(URL_IN_TEXT, maskedUrls) : text;
  return masked.replace(USERINFO_AT_BEGIN, `${MASK}@`);
}

/** The same for a value that may be a URL as a whole: then it ends where the value ends, with whatever stands in it. */
export function maskUrlValue(value: string): string {
  const begin = URL_VALUE.exec(value)?.[0];
  if (begin === undefined) return maskUrls(value);
  const [first = "", ...others] = value.slice(begin.length).split(NEXT_URL);
  return begin + maskedRest(first) + others.map(maskedUrls).join("");
}

function maskedUrls(urls: string): string {
  return urls.split(NEXT_URL).map((url) => {
    const scheme = SCHEME.exec(url)?.[0] ?? "";
    return scheme + maskedRest(url.slice(scheme.length));
  }).join("");
}

/** What follows the scheme. */
function maskedRest(rest: string): string {
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const at = authority.lastIndexOf("@");
  // A password with a slash or a question mark in it makes the rest of it look like a path.
  if (at < 0 && rest.includes("@") && /:(?!\d+$)/.test(authority.replace(/^\[[^\]]*\]/, ""))) return MASK;
  const place = end < 0 ? "" : rest.slice(end);
  return `${at < 0 ? authority : MASK + authority.slice(at)}${maskedPlace(place)}`;
}

function maskedPlace(place: string): string {
  const begin = place.search(/[?#]/);
  if (begin < 0) return place;
  const values = place.slice(begin + 1).replace(/[^&;#?=]+(?:=[^&;#]*)?/g, (pair) => {
    const equals = pair.indexOf("=");
    return equals < 0 ? MASK : `${pair.slice(0, equals)}=${MASK}`;
  });
  return place.slice(0, begin + 1) + values;
}
