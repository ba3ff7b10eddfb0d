import type { Modality } from "./messages.ts";

/** Document formats as Converse names them, and their media types. */
const DOCUMENT_TYPES: ReadonlyMap<string, string> = new Map([
  ["pdf", "application/pdf"],
  ["csv", "text/csv"],
  ["doc", "application/msword"],
  ["docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["xls", "application/vnd.ms-excel"],
  ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["html", "text/html"],
  ["txt", "text/plain"],
  ["md", "text/markdown"],
]);
const DOCUMENT_FORMATS: ReadonlyMap<string, string> = new Map(
  [...DOCUMENT_TYPES].map(([format, type]) => [type, format]),
);

/** The media type of a format: `pdf` of a document is `application/pdf`, `jpeg` of an image `image/jpeg`. */
export function mediaTypeOf(modality: Modality, format: string | undefined): string {
  if (modality === "document") return DOCUMENT_TYPES.get(format ?? "") ?? "application/octet-stream";
  return `${modality}/${format ?? "*"}`;
}

/** How a medium shows in `content_kinds`: `image/png`, `document/pdf`, or `image` when no type is known. */
export function kindOfMediaType(modality: Modality, mediaType: string | undefined): string {
  if (mediaType === undefined) return modality;
  return `${modality}/${DOCUMENT_FORMATS.get(mediaType) ?? mediaType.slice(mediaType.indexOf("/") + 1)}`;
}
