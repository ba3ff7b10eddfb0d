/** What a document says of a body: it answers which texts and numbers of the body stand in it. */
import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { plainNumber } from "../../../mappings/exact_number.ts";
import { loggedTextOf } from "../read/json.ts";
import { otherValueOf } from "../dialects/messages.ts";

/** Levels of a part that are walked; what is below is known as a whole, by the object that holds it. */
const MAX_LEVELS = 8;

/** A text of the document, and how far the pieces of a stream have filled it. */
interface MappedText {
  readonly text: string;
  filled: number;
}

export class MappedValues {
  readonly #texts = new Map<string, MappedText>();
  readonly #numbers = new Set<number>();
  readonly #objects = new Set<object>();
  /** The text that each block of a stream fills. */
  readonly #filling = new Map<string, MappedText>();

  /** Adds a value that stands in the document: parts of messages, tools, attributes. */
  add(value: unknown, level = 0): void {
    if (typeof value === "string") return this.#addText(value);
    if (typeof value === "number") return void this.#numbers.add(value);
    if (typeof value !== "object" || value === null || level === MAX_LEVELS) return;
    this.#objects.add(value);
    const text = loggedTextOf(value);
    if (text !== undefined) this.#addText(text);
    const other = otherValueOf(value);
    if (other !== undefined) this.add(other, level + 1);
    for (const member of Array.isArray(value) ? value : Object.values(value)) this.add(member, level + 1);
  }

  #addText(text: string): void {
    if (text !== "" && !this.#texts.has(text)) this.#texts.set(text, { text, filled: 0 });
  }

  /** Whether this very object or list stands in the document. */
  hasObject(value: object): boolean {
    return this.#objects.has(value);
  }

  hasNumber(value: unknown): boolean {
    return this.#numbers.has(plainNumber(value) as number) || this.#texts.has(String(plainNumber(value)));
  }

  /** Whether a text stands in the document: as a whole, as the content of a URL, or without the tags around its thoughts. */
  hasText(text: string): boolean {
    if (this.#texts.has(text)) return true;
    const content = text.startsWith("data:") ? text.indexOf(",") : -1;
    if (content > 0 && this.#texts.has(text.slice(content + 1))) return true;
    const pieces = text.includes("<") ? text.split(TAGS) : [];
    return pieces.length > 1 && pieces.every((piece) => piece.trim() === "" || this.#hasTrimmed(piece));
  }

  #hasTrimmed(piece: string): boolean {
    return [piece, piece.trim(), piece.trimStart(), piece.trimEnd()].some((text) => this.#texts.has(text));
  }

  /**
   * Whether a piece of a stream stands in the document: where the text of its block goes on after the pieces before. Each
   * character of a text is there for one piece only.
   */
  takePiece(piece: string, block: string): boolean {
    const filling = this.#filling.get(block);
    if (filling !== undefined && this.#fill(filling, piece)) return true;
    for (const text of this.#texts.values()) {
      if (text === filling || !this.#fill(text, piece)) continue;
      this.#filling.set(block, text);
      return true;
    }
    return this.hasText(piece);
  }

  #fill(mapped: MappedText, piece: string): boolean {
    if (!mapped.text.startsWith(piece, mapped.filled)) return false;
    mapped.filled += piece.length;
    return true;
  }
}

/** Tags around the thoughts of models that write them into their text. */
const TAGS = /<\/?(?:reasoning|thinking)>/;

/** Adds the attributes that are read from bodies, without those that repeat others or are encoded. */
export function addAttributes(mapped: MappedValues, attributes: InvocationAttributes): void {
  for (const name in attributes) {
    if (FROM_BODIES.test(name) && !REPEATED.has(name)) mapped.add(attributes[name as keyof InvocationAttributes]);
  }
}

const FROM_BODIES = /^(?:gen_ai|aws_bedrock\.invocation|aws\.bedrock)\./;
const REPEATED: ReadonlySet<string> = new Set([
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "gen_ai.system_instructions",
  "gen_ai.tool.definitions",
  "aws_bedrock.invocation.input.prompt_text",
  "aws_bedrock.invocation.output.completion_text",
]);
