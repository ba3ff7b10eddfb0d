/** Binary content (images, documents, sound) as it stands in bodies: base64, or a URL that holds it. */
import { Buffer } from "node:buffer";

/** Members that hold base64, or the place of what it would hold. */
const BINARY_NAMES: ReadonlySet<string> = new Set([
  ...["bytes", "base64", "base64String", "b64_json", "image", "images", "audio", "video", "inputImage"],
  ...["conditionImage", "maskImage", "init_image", "mask_image", "embedding", "embeddings"],
]);
/** The member `data` holds base64 or a text, in which words are shorter. */
const MIN_DATA_LENGTH = 16;
/** Texts have no words of that length. */
const MIN_LENGTH = 128;

const DATA_URL = /(data:[\w.+-]{1,100}\/[\w.+-]{1,100}(?:;[\w.=+-]{1,100}){0,4};base64,)([A-Za-z0-9+/_-]+={0,2})/g;

/** What stands for binary content: how many characters its base64 has. */
function standInFor(base64: string): string {
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
  const least = name === "data" ? MIN_DATA_LENGTH : name !== undefined && BINARY_NAMES.has(name) ? 1 : MIN_LENGTH;
  return text.length >= least && isBase64(text);
}

/** Searched for what does not belong there: a pattern for all of a long text would overflow the stack. */
function isBase64(text: string): boolean {
  const padding = text.indexOf("=");
  return (padding < 0 || padding >= text.length - 2) && !/[^A-Za-z0-9+/=_-]/.test(text);
}

/** Shorter ones may be words. */
const MIN_TEXT_LENGTH = 16;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The text that base64 stands for; undefined for what is no base64, or of no text. */
export function textOfBase64(text: string): string | undefined {
  if (text.length < MIN_TEXT_LENGTH || text.length % 4 !== 0 || !isBase64(text)) return undefined;
  try {
    const decoded = decoder.decode(Buffer.from(text, "base64"));
    // deno-lint-ignore no-control-regex
    return /[\0-\x08\x0e-\x1f]/.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}
