/** What first bytes tell of content that is no text: what it looks like, the bytes, and where they are. */
const SIGNATURES: readonly (readonly [kind: string, bytes: readonly number[] | string, at?: number])[] = [
  ["a PNG picture", [0x89, 0x50, 0x4e, 0x47]],
  ["a JPEG picture", [0xff, 0xd8, 0xff]],
  ["a GIF picture", "GIF8"],
  ["a WebP picture", "WEBP", 8],
  ["a TIFF picture", [0x49, 0x49, 0x2a, 0x00]],
  ["a TIFF picture", [0x4d, 0x4d, 0x00, 0x2a]],
  ["a PDF document", "%PDF-"],
  ["a WAV sound", "WAVE", 8],
  ["an MP3 sound", "ID3"],
  ["an Ogg sound", "OggS"],
  ["an MP4 video", "ftyp", 4],
  ["a Parquet file", "PAR1"],
  ["an ORC file", "ORC"],
  ["an Avro file", "Obj\x01"],
  ["an SQLite database", "SQLite format 3\0"],
  ["bzip2: compress it with gzip or zstd", "BZh"],
  ["xz: compress it with gzip or zstd", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["LZ4: compress it with gzip or zstd", [0x04, 0x22, 0x4d, 0x18]],
  ["Snappy: compress it with gzip or zstd", [0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]],
  ["compress (.Z): compress it with gzip or zstd", [0x1f, 0x9d]],
  ["gzip that was compressed too often", [0x1f, 0x8b]],
  ["zstd that was compressed too often", [0x28, 0xb5, 0x2f, 0xfd]],
  ["a ZIP archive", [0x50, 0x4b, 0x03, 0x04]],
  ["a 7z archive", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ["a tar archive", "ustar", 257],
  ["text in UTF-16, not in UTF-8", [0xff, 0xfe]],
  ["text in UTF-16, not in UTF-8", [0xfe, 0xff]],
  // Without a mark: how a record, or a list of them, begins.
  ["text in UTF-16, not in UTF-8", [0x7b, 0x00, 0x22, 0x00]],
  ["text in UTF-16, not in UTF-8", [0x00, 0x7b, 0x00, 0x22]],
  ["text in UTF-16, not in UTF-8", [0x5b, 0x00, 0x7b, 0x00]],
  ["text in UTF-16, not in UTF-8", [0x00, 0x5b, 0x00, 0x7b]],
];

/** What content that begins so looks like, when it is known to be no text; undefined for anything else. */
export function binaryKindOf(start: Uint8Array): string | undefined {
  if (!start.some((byte) => isControl(byte) || byte >= 0x80)) return undefined;
  return SIGNATURES.find(([, bytes, at = 0]) => {
    const wanted = typeof bytes === "string" ? Array.from(bytes, (character) => character.charCodeAt(0)) : bytes;
    return wanted.every((byte, index) => start[at + index] === byte);
  })?.[0];
}

/** Whether a byte is in no text: a control character other than those that move on. */
export function isControl(byte: number): boolean {
  return byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b);
}
