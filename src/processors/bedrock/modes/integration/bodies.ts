import { createHash } from "node:crypto";
import { bodyTextsOf } from "../../read/body_text.ts";
import { isObject, type JsonObject } from "../../read/json.ts";
import type { Invocation } from "../../read/record.ts";
import { sortedJsonOf } from "./sorted_json.ts";

/** Longest body and longest base64 text that a document holds, in UTF-16 units. */
const MAX_LENGTH = 32_766;

/** A body as JSON text with sorted names, or its hash when the text is too long for a document. */
export interface BodyText {
  readonly text?: string;
  readonly hash?: string;
  /** UTF-16 units; 0 when there is no body. */
  readonly length: number;
}

/** The bodies of an invocation as text; what is nested too deeply to be sorted, as it was logged. */
export function bodyTextOf(record: Invocation, side: "input" | "output"): BodyText {
  const body = record[side][`${side}BodyJson`] ?? undefined;
  if (body === undefined) return { length: 0 };
  const text = sortedJsonOf(body) ?? bodyTextsOf(record.text)[side] ?? "";
  return text.length > MAX_LENGTH ? { hash: sha1Of(text), length: text.length } : { text, length: text.length };
}

/** Images that were made, with hash and length instead of a base64 text that is too long. */
export function reducedArtifacts(artifacts: unknown): unknown {
  return Array.isArray(artifacts)
    ? artifacts.map((artifact) => isObject(artifact) ? reducedArtifact(artifact) : artifact)
    : artifacts;
}

function reducedArtifact({ base64, ...rest }: JsonObject): JsonObject {
  if (typeof base64 !== "string" || base64.length <= MAX_LENGTH) return { base64, ...rest };
  return { ...rest, base64_massive_hash: sha1Of(base64), base64_massive_length: base64.length };
}

function sha1Of(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
