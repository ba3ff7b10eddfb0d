/** What a document says of a body: it answers which texts and numbers of the body stand in it. */
import { INVOCATION_FIELDS, type InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { plainNumber } from "../../../mappings/exact_number.ts";
import { loggedTextOf } from "../read/json.ts";
import { otherValueOf } from "../dialects/messages.ts";

/** Levels of a part that are walked; what is below is known as a whole, by the object that holds it. */
const MAX_LEVELS = 8;

/** A text of a document, how far the pieces of a stream have filled it, and which block they are of. */
interface MappedText {
  readonly text: string;
  filled: number;
  block: string | undefined;
}

/** Where the pieces of a block so far may stand, and the end of them there. */
interface Place {
  readonly mapped: MappedText;
  end: number;
}

/** Shorter texts are looked up by their hash. To hash a prompt takes longer than to compare its length. */
const MIN_LONG_TEXT = 128;
/** Most texts of one length that are compared one after the other. */
const MAX_COMPARED = 16;

/** The texts of a document, each once. */
class MappedTexts {
  readonly all: MappedText[] = [];
  readonly #byText = new Map<string, MappedText>();
  readonly #long = new Map<number, MappedText[]>();

  add(text: string): void {
    if (text === "" || this.find(text) !== undefined) return;
    const mapped = { text, filled: 0, block: undefined };
    this.all.push(mapped);
    const alike = text.length < MIN_LONG_TEXT ? undefined : this.#long.get(text.length);
    if (text.length < MIN_LONG_TEXT || alike?.length === MAX_COMPARED) this.#byText.set(text, mapped);
    else if (alike === undefined) this.#long.set(text.length, [mapped]);
    else alike.push(mapped);
  }

  find(text: string): MappedText | undefined {
    if (text.length < MIN_LONG_TEXT) return this.#byText.get(text);
    const alike = this.#long.get(text.length);
    if (alike === undefined) return undefined;
    for (const mapped of alike) if (mapped.text === text) return mapped;
    return alike.length === MAX_COMPARED ? this.#byText.get(text) : undefined;
  }
}

export class MappedValues {
  readonly #texts = new MappedTexts();
  readonly #numbers = new Set<number>();
  /** Like the next only made when it is needed: few records have any. */
  #objects: Set<object> | undefined;
  /** The places of each block of a stream: many texts begin alike. */
  #places: Map<string, readonly Place[]> | undefined;

  /** Adds messages, parts or tools. They were made for the document: no body holds these very objects. */
  addOwn(objects: readonly object[] = [], level = 1): void {
    for (const object of objects) {
      this.#addOther(object, level);
      const members = object as Record<string, unknown>;
      for (const name in members) {
        if (name === "parts") this.addOwn(members[name] as object[], level + 2);
        else this.add(members[name], level + 1);
      }
    }
  }

  /** Adds a value that stands in the document: of a part, of a tool, of an attribute. */
  add(value: unknown, level = 0): void {
    if (typeof value === "string") return this.#texts.add(value);
    if (typeof value === "number") return void this.#numbers.add(value);
    if (typeof value !== "object" || value === null || level === MAX_LEVELS) return;
    (this.#objects ??= new Set()).add(value);
    const text = loggedTextOf(value);
    if (text !== undefined) this.#texts.add(text);
    this.#addOther(value, level);
    this.addMembers(value, level);
  }

  /** Adds what is in a list or a map that was made for the document: no body holds the list itself. */
  addMembers(value: object, level = 0): void {
    if (Array.isArray(value)) { for (const element of value) this.add(element, level + 1); }
    else for (const name in value) this.add((value as Record<string, unknown>)[name], level + 1);
  }

  #addOther(object: object, level: number): void {
    const other = otherValueOf(object);
    if (other !== undefined) this.add(other, level + 1);
  }

  /** Whether this very object or list stands in the document. */
  hasObject(value: object): boolean {
    return this.#objects?.has(value) === true;
  }

  hasNumber(value: unknown): boolean {
    const number = plainNumber(value) as number;
    return this.#numbers.has(number) || this.#hasText(String(number));
  }

  /** Whether a text stands in the document: as a whole, as the content of a URL, or without the tags around its thoughts. */
  hasText(text: string): boolean {
    if (this.#hasText(text)) return true;
    const content = text.startsWith("data:") ? text.indexOf(",") : -1;
    if (content > 0 && this.#hasText(text.slice(content + 1))) return true;
    const pieces = text.includes("<") ? text.split(TAGS) : [];
    return pieces.length > 1 && pieces.every((piece) => piece.trim() === "" || this.#hasTrimmed(piece));
  }

  #hasText(text: string): boolean {
    return this.#texts.find(text) !== undefined;
  }

  #hasTrimmed(piece: string): boolean {
    return [piece, piece.trim(), piece.trimStart(), piece.trimEnd()].some((text) => this.#hasText(text));
  }

  /**
   * Whether a piece of a stream stands in the document: where the text of its block goes on after the pieces before, but
   * for the tags around thoughts and the blanks beside these. Each character of a text is there for one piece only.
   */
  takePiece(piece: string, block: string): boolean {
    if (this.#take(piece, block) || this.hasText(piece)) return true;
    const parts = piece.includes("<") ? piece.split(TAGS) : [piece];
    return parts.every((part) => this.#takeTrimmed(part, block));
  }

  #takeTrimmed(part: string, block: string): boolean {
    const trimmed = [part, part.trimEnd(), part.trimStart(), part.trim()];
    return trimmed[3] === "" || trimmed.some((text) => this.#take(text, block));
  }

  #take(piece: string, block: string): boolean {
    const known: Map<string, readonly Place[]> = this.#places ??= new Map();
    const before = known.get(block) ?? [];
    const [first] = before;
    if (first !== undefined && before.length === 1 && goesOn(first, piece, block)) {
      first.end += piece.length;
      claim(first, block);
      return true;
    }
    let places = before.filter((place) => goesOn(place, piece, block));
    if (places.length === 0) {
      places = this.#texts.all.filter(({ text, filled }) => hasAt(text, piece, filled))
        .filter((mapped) => !before.some((place) => place.mapped === mapped))
        .map((mapped) => ({ mapped, end: mapped.filled }));
      if (places.length === 0) return false;
      if (first !== undefined) claim(first, block);
      known.set(block, places);
    } else if (places.length < before.length) known.set(block, places);
    for (const place of places) place.end += piece.length;
    if (places.length === 1) claim(places[0] as Place, block);
    return true;
  }
}

/** Whether a piece stands behind those before, where no other block's piece is. */
function goesOn({ mapped, end }: Place, piece: string, block: string): boolean {
  return hasAt(mapped.text, piece, end) && (mapped.block === block || mapped.filled <= end);
}

/** Cut out and compared: `startsWith` of V8 takes eight times as long for a sentence. */
function hasAt(text: string, piece: string, at: number): boolean {
  return text.slice(at, at + piece.length) === piece;
}

function claim({ mapped, end }: Place, block: string): void {
  mapped.filled = Math.max(mapped.filled, end);
  mapped.block = block;
}

/** Tags around the thoughts of models that write them into their text. */
const TAGS = /<\/?(?:reasoning|thinking|think)(?:\s[^<>]{0,99})?>/i;

/** Adds the attributes that are read from bodies, without those that repeat others or are encoded. */
export function addAttributes(mapped: MappedValues, attributes: InvocationAttributes): void {
  for (const name in attributes) {
    if (!FROM_BODIES.has(name)) continue;
    const value = attributes[name as keyof InvocationAttributes];
    if (typeof value === "object" && value !== null) mapped.addMembers(value);
    else mapped.add(value);
  }
}

const REPEATED: ReadonlySet<string> = new Set([
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "gen_ai.system_instructions",
  "gen_ai.tool.definitions",
  "aws_bedrock.invocation.input.prompt_text",
  "aws_bedrock.invocation.output.completion_text",
]);
/** Of the record, and not of its bodies. */
const OF_RECORD =
  /^aws_bedrock\.invocation\.(?:model_|schema_|request_|record|inference_|underlying_|operation|(?:input|output)\.(?:content_|body_))/;
const FROM_BODIES: ReadonlySet<string> = new Set(
  Object.keys(INVOCATION_FIELDS).filter((name) =>
    /^(?:gen_ai|aws_bedrock\.invocation|aws\.bedrock)\./.test(name) && !REPEATED.has(name) && !OF_RECORD.test(name)
  ),
);
