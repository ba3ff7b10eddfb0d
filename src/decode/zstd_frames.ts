const FRAME_MAGIC = 0xfd2fb528;
/** Of frames that hold no content, without their last four bits. */
const SKIPPABLE_MAGIC = 0x184d2a5;

/**
 * Follows where zstd frames begin and end, without decoding them: a decoder does not tell that a frame is cut.
 * https://datatracker.ietf.org/doc/html/rfc8878#section-3.1
 */
export class ZstdFrames {
  /** The field that is being read, its length, and what it is. */
  #field: number[] = [];
  #fieldBytes = 4;
  #next: (field: readonly number[]) => void = this.#magic;
  /** Bytes to pass over before the next field. */
  #passBytes = 0;
  #checksumBytes = 0;
  #isUnknown = false;

  /** Whether what was pushed ends inside a frame. What is no zstd is left to the decoder. */
  get isInside(): boolean {
    return !this.#isUnknown && (this.#next !== this.#magic || this.#field.length > 0 || this.#passBytes > 0);
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#isUnknown;) {
      if (this.#passBytes > 0) {
        const passed = Math.min(this.#passBytes, bytes.length - at);
        this.#passBytes -= passed;
        at += passed;
        continue;
      }
      this.#field.push(bytes[at++] as number);
      if (this.#field.length < this.#fieldBytes) continue;
      const field = this.#field;
      this.#field = [];
      this.#next(field);
    }
  }

  #expect(fieldBytes: number, next: (field: readonly number[]) => void): void {
    this.#fieldBytes = fieldBytes;
    this.#next = next;
  }

  #magic(field: readonly number[]): void {
    const magic = numberOf(field);
    if (magic === FRAME_MAGIC) this.#expect(1, this.#descriptor);
    else if (Math.floor(magic / 16) === SKIPPABLE_MAGIC) this.#expect(4, this.#skippable);
    else this.#isUnknown = true;
  }

  #skippable(size: readonly number[]): void {
    this.#passBytes = numberOf(size);
    this.#expect(4, this.#magic);
  }

  #descriptor([flags = 0]: readonly number[]): void {
    const isSingleSegment = (flags & 0x20) !== 0;
    const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
    const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
    this.#checksumBytes = (flags & 4) === 0 ? 0 : 4;
    this.#passBytes = (isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes;
    this.#expect(3, this.#block);
  }

  #block(field: readonly number[]): void {
    const header = numberOf(field);
    const isRepeated = ((header >> 1) & 3) === 1;
    this.#passBytes = isRepeated ? 1 : header >> 3;
    if ((header & 1) === 0) return;
    this.#passBytes += this.#checksumBytes;
    this.#expect(4, this.#magic);
  }
}

/** Of bytes, the lowest first. */
function numberOf(field: readonly number[]): number {
  return field.reduceRight((number, byte) => number * 256 + byte, 0);
}
