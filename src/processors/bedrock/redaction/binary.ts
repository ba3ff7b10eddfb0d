/** Binary content (images, documents, sound) in bodies: base64, or a URL with it. */
import { Buffer, isUtf8 } from "node:buffer";

/** Members that hold base64, or the location of the content. */
const BINARY_NAMES: ReadonlySet<string> = new Set([
  ...["bytes", "base64", "base64String", "b64_json", "image", "images", "audio", "video", "inputImage"],
  ...["conditionImage", "maskImage", "init_image", "mask_image", "embedding", "embeddings"],
]);
/** The member `data` holds base64 or a text, in which words are shorter. */
const MIN_DATA_LENGTH = 16;
/** Texts have no words of that length. */
const MIN_LENGTH = 128;

const DATA_URL = /(data:[\w.+-]{1,100}\/[\w.+-]{1,100}(?:;[\w.=+-]{1,100}){0,4};base64,)([A-Za-z0-9+/_-]+={0,2})/g;

/** The replacement of binary content: the length of its base64. */
export function standInFor(base64: string): string {
  return `<BINARY:${base64.length}>`;
}

/** The length of the base64 that a stand-in replaced; undefined for any other text. */
export function droppedLength(text: string): number | undefined {
  const length = /^<BINARY:(\d{1,15})>$/.exec(text)?.[1];
  return length === undefined ? undefined : Number(length);
}

/** A text without binary content; `name` is that of the member that holds it. */
export function withoutBinary(text: string, name: string | undefined): string {
  if (isBinary(text, name)) return standInFor(text);
  if (!text.includes(";base64,")) return text;
  return text.replace(DATA_URL, (_, url: string, base64: string) => url + standInFor(base64));
}

function isBinary(text: string, name: string | undefined): boolean {
  if (name !== undefined && BINARY_NAMES.has(name)) return isBase64(unwrapped(text));
  return name === "data"
    ? text.length >= MIN_DATA_LENGTH && isBase64(unwrapped(text))
    : text.length >= MIN_LENGTH && isBase64(WRAPPED.test(text) ? unwrapped(text) : text.trim());
}

/** Base64 may be wrapped into lines. */
function unwrapped(text: string): string {
  return text.replace(/\s+/g, "");
}

/** Wrapped base64 has long lines; short lines may be words. */
const WRAPPED = /^[A-Za-z0-9+/]{60,}\r?\n/;

/** Searches for a character that is not base64: a pattern for a whole long text would overflow the stack. */
function isBase64(text: string): boolean {
  if (text === "" || /[^A-Za-z0-9+/=_-]/.test(text)) return false;
  const padding = text.indexOf("=");
  return padding < 0 || padding >= text.length - 2;
}

/** Shorter base64 is too short for any rule. */
const MIN_HIDDEN_LENGTH = 8;

/**
 * The text that a short member may hold as base64, which cannot be recognized by its form. Undefined for other texts,
 * and for long ones, which are binary content.
 */
export function hiddenText(text: string): string | undefined {
  if (text.length < MIN_HIDDEN_LENGTH || text.length >= MIN_LENGTH) return undefined;
  // A command leaves a line break behind it.
  const base64 = text.trim();
  return isBase64(base64) ? Buffer.from(base64, "base64").toString() : undefined;
}

/** Shorter ones may be words. */
const MIN_BODY_LENGTH = 16;
/** Whether a whole body is base64, in lines or without padding too. */
export function isBase64Body(body: string): boolean {
  const text = unwrapped(body);
  return text.length >= MIN_BODY_LENGTH && text.length % 4 !== 1 && isBase64(text);
}

/** The text in base64; undefined when it encodes no text. */
export function textOfBase64(base64: string): string | undefined {
  const bytes = Buffer.from(base64, "base64");
  // An error of a decoder takes a hundred times as long, and most of what is tried is no base64.
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString();
  // deno-lint-ignore no-control-regex
  return /[\0-\x08\x0e-\x1f]/.test(text) ? undefined : text;
}
