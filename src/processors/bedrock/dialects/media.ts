/** Images, documents, videos and sound as parts of messages. */
import { isObject, type JsonObject, listOf, objectOf, textOf, valueAt } from "../read/json.ts";
import { addOther, addText, type Modality, type Parts } from "./messages.ts";

export const MODALITIES = ["image", "document", "video", "audio"] as const satisfies readonly Modality[];

/** Document formats as Converse names them, and their media types. */
const DOCUMENT_TYPES: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  csv: "text/csv",
  doc: "application/msword",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  html: "text/html",
  txt: "text/plain",
  md: "text/markdown",
};

/** A medium: its format (`jpeg`, `pdf`) or its media type, and base64, a URI or the id of a file. */
export interface Medium {
  readonly modality: Modality;
  readonly format?: string | undefined;
  readonly mediaType?: string | undefined;
  readonly data?: unknown;
  readonly uri?: unknown;
  readonly fileId?: unknown;
}

/** Adds a medium; its kind is `image/png`, `document/pdf`, or `image` when the format is unknown. */
export function addMedium({ parts, kinds }: Parts, medium: Medium): void {
  const { modality, mediaType, data, uri, fileId } = medium;
  const format = medium.format ?? (mediaType === undefined ? imageFormatOf(medium) : undefined);
  kinds.add(kindOf(modality, format ?? formatOf(mediaType)));
  const common = { mime_type: mediaType ?? mediaTypeOf(modality, format), modality };
  if (typeof uri === "string") parts.push({ type: "uri", ...common, uri });
  else if (typeof data === "string") parts.push({ type: "blob", ...common, content: data });
  else if (typeof fileId === "string") parts.push({ type: "file", ...common, file_id: fileId });
}

/** Formats of images by how their base64 begins. */
const IMAGE_BEGINNINGS = [["iVBORw0KGgo", "png"], ["/9j/", "jpeg"], ["R0lGOD", "gif"], ["UklGR", "webp"]] as const;

/** The format of an image that nobody says. */
function imageFormatOf({ modality, data }: Medium): string | undefined {
  if (modality !== "image" || typeof data !== "string") return undefined;
  return IMAGE_BEGINNINGS.find(([beginning]) => data.startsWith(beginning))?.[1];
}

function kindOf(modality: Modality, format: string | undefined): string {
  return format === undefined ? modality : `${modality}/${format}`;
}

function mediaTypeOf(modality: Modality, format = "*"): string {
  if (modality !== "document") return `${modality}/${format}`;
  return Object.hasOwn(DOCUMENT_TYPES, format) ? DOCUMENT_TYPES[format] as string : "application/octet-stream";
}

function formatOf(mediaType: string | undefined): string | undefined {
  const [format] = Object.entries(DOCUMENT_TYPES).find(([, type]) => type === mediaType) ?? [];
  return format ?? mediaType?.slice(mediaType.indexOf("/") + 1);
}

/** Adds an image whose format nobody says. */
export function addImage(result: Parts, base64: unknown): void {
  if (textOf(base64) !== undefined) addMedium(result, { modality: "image", data: base64 });
}

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+);base64,/;

/** Adds an image by its URL, which may hold it: `data:image/png;base64,…`. */
export function addImageUrl(result: Parts, url: unknown): void {
  addMediumUrl(result, "image", url);
}

/** The same of any medium. */
export function addMediumUrl(result: Parts, modality: Modality, url: unknown): void {
  if (typeof url === "string" && url !== "") addMedium(result, { modality, ...placeOf(url) });
}

function placeOf(url: string): Partial<Medium> {
  const [prefix, mediaType] = DATA_URL.exec(url) ?? [];
  return prefix === undefined ? { uri: url } : { mediaType, data: url.slice(prefix.length) };
}

/** Adds sound as OpenAI writes it, or Mistral: base64 alone, or a URL. */
export function addSound(result: Parts, sound: unknown): void {
  const { data, format } = objectOf(sound);
  const place = typeof sound !== "string"
    ? { data, format: textOf(format) }
    : /^\w+:/.test(sound)
    ? placeOf(sound)
    : { data: sound };
  addMedium(result, { modality: "audio", ...place });
}

/** Adds a file as OpenAI writes it: its content as a data URL, its URL, or its id. */
export function addFile(result: Parts, { file_data, file_url, filename, file_id: fileId }: JsonObject): void {
  const [prefix = "", mediaType] = DATA_URL.exec(textOf(file_data) ?? "") ?? [];
  const data = textOf(file_data)?.slice(prefix.length);
  const format = mediaType === undefined ? /\.(\w{1,8})$/.exec(textOf(filename) ?? "")?.[1] : undefined;
  const uri = data === undefined ? file_url : undefined;
  addMedium(result, { modality: "document", mediaType, format, data, uri, fileId });
  if (textOf(filename) !== undefined) addOther(result, { type: "file", filename });
}

/** Adds a medium as Converse and Nova write it: a format, and a source that may hold texts instead. */
export function addSource(result: Parts, modality: Modality, medium: JsonObject): void {
  const format = textOf(medium["format"]);
  const source = objectOf(medium["source"]);
  const texts = [source["text"], ...listOf(source["content"]).map((part) => objectOf(part)["text"])];
  if (texts.some((text) => typeof text === "string")) {
    return texts.forEach((text) => addText(result, text, kindOf(modality, format)));
  }
  const uri = source["s3Uri"] ?? valueAt(source, "s3Location.uri");
  addMedium(result, { modality, format, data: source["bytes"], uri });
}

/** Adds a medium as TwelveLabs' models name it: base64, or its place in S3. */
export function addMediaSource(result: Parts, modality: Modality, source: unknown): void {
  if (!isObject(source)) return;
  addMedium(result, { modality, data: source["base64String"], uri: valueAt(source, "s3Location.uri") });
}
