/** A field of a protobuf message: a number, or the bytes of a text or of a message within. */
export interface ProtobufField {
  readonly number: number;
  readonly value: number | Uint8Array;
  /** False for the last field of a message that was cut in its bytes. */
  readonly isWhole: boolean;
}

export interface ProtobufOptions {
  /** Whether the message may end anywhere: then the field that was cut is given as far as it is there, if it has bytes. */
  readonly isCut: boolean;
}

/**
 * The fields of a protobuf message in order. Endpoints answer with few fields and small messages, which may have been cut; the
 * packages' readers refuse a message that was cut.
 *
 * @throws {Error} when it is no protobuf.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function* protobufFields(bytes: Uint8Array, { isCut }: ProtobufOptions): Generator<ProtobufField> {
  let offset = 0;

  /** Undefined when the message ends in it. Beyond 2^53 it is not exact. */
  function varint(): number | undefined {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[offset++];
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Error("a number of more than ten bytes");
  }

  function ended(): void {
    if (!isCut) throw new Error("the message is cut");
  }

  while (offset < bytes.length) {
    const tag = varint();
    if (tag === undefined) return ended();
    const number = Math.floor(tag / 8);
    if (number === 0) throw new Error("field number 0");
    const type = tag % 8;
    if (type === 0) {
      const value = varint();
      if (value === undefined) return ended();
      yield { number, value, isWhole: true };
    } else if (type === 1 || type === 5) {
      offset += type === 1 ? 8 : 4;
      if (offset > bytes.length) return ended();
    } else if (type === 2) {
      const length = varint();
      if (length === undefined) return ended();
      const value = bytes.subarray(offset, offset + length);
      offset += length;
      if (offset > bytes.length) ended();
      yield { number, value, isWhole: offset <= bytes.length };
    } else throw new Error(`wire type ${type}`);
  }
}
