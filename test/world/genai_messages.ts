/**
 * The schemas of messages in OpenTelemetry's GenAI conventions, transcribed from `gen-ai-input-messages.json`,
 * `gen-ai-output-messages.json`, `gen-ai-system-instructions.json` and `gen-ai-tool-definitions.json` in `model/gen-ai` of
 * semantic-conventions-genai 0.1.0. Stricter in one thing: there a part of a named type that has not this type's members passes
 * as a generic part, here it does not.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai/tree/main/model/gen-ai
 */
import { z } from "zod";
import type { Semconv } from "../../src/mappings/semconv.ts";

const id = z.string().nullish();
const mimeType = z.string().nullish();
/** `image`, `video`, `audio`, `document`, or any other text. */
const modality = z.string();
/** An object that says its type; its other members are the provider's. */
const typed = z.looseObject({ type: z.string() });

const NAMED_PARTS = [
  z.looseObject({ type: z.literal("text"), content: z.string() }),
  z.looseObject({ type: z.literal("reasoning"), content: z.string() }),
  z.looseObject({ type: z.literal("tool_call"), id, name: z.string(), arguments: z.unknown() }),
  z.looseObject({
    type: z.literal("tool_call_response"),
    id,
    // A missing response is none, and null is one.
    response: z.unknown().refine((response) => response !== undefined, "expected a response"),
  }),
  z.looseObject({ type: z.literal("server_tool_call"), id, name: z.string(), server_tool_call: typed }),
  z.looseObject({ type: z.literal("server_tool_call_response"), id, server_tool_call_response: typed }),
  z.looseObject({ type: z.literal("blob"), mime_type: mimeType, modality, content: z.string() }),
  z.looseObject({ type: z.literal("file"), mime_type: mimeType, modality, file_id: z.string() }),
  z.looseObject({ type: z.literal("uri"), mime_type: mimeType, modality, uri: z.string() }),
  z.looseObject({ type: z.literal("compaction"), id, content: z.string().nullish() }),
] as const;

/** The types of parts that the conventions name. */
export const PART_TYPES: ReadonlySet<string> = new Set(NAMED_PARTS.map(({ shape }) => shape.type.value));
const genericPart = typed.refine(({ type }) => !PART_TYPES.has(type), "expected the members of a part of this type");
const parts = z.array(z.union([z.discriminatedUnion("type", NAMED_PARTS), genericPart]));

/** `system`, `user`, `assistant`, `tool`, or any other text. */
const message = z.looseObject({ role: z.string(), parts, name: z.string().nullish() });

/** The attributes that hold messages, and the schema of each. */
export function messageSchemasOf(semconv: Semconv): Readonly<Record<string, z.ZodType>> {
  // In 1.41 it is required, later deprecated.
  const finishReason = semconv === "1.41" ? z.string() : z.string().nullish();
  return {
    "gen_ai.system_instructions": parts,
    "gen_ai.input.messages": z.array(message),
    "gen_ai.output.messages": z.array(message.extend({ finish_reason: finishReason })),
    "gen_ai.tool.definitions": z.array(z.union([
      z.looseObject({
        type: z.literal("function"),
        name: z.string(),
        description: z.string().nullish(),
        // A JSON Schema is an object, or true or false.
        parameters: z.union([z.record(z.string(), z.unknown()), z.boolean()]).nullish(),
      }),
      z.looseObject({ type: z.string().refine((type) => type !== "function"), name: z.string() }),
    ])),
  };
}
