/** What of a body stands in no field. */
import { PARAMETER_NAMES } from "../dialects/parameters.ts";
import { USAGE_NAMES } from "../dialects/usage.ts";
import { isNumber, isObject, type JsonObject } from "../read/json.ts";
import type { MappedValues } from "./mapped_values.ts";

/** Levels of a body that are walked; what is below is kept. */
const MAX_LEVELS = 64;

/** Members that say of what kind others are, or where they belong: alone they say nothing. */
const STRUCTURE: ReadonlySet<string> = new Set([
  ...["type", "object", "role", "index", "event_type", "contentBlockIndex", "content_index", "output_index"],
  ...["summary_index", "sequence_number", "obfuscation", "is_finished", "stream"],
]);

/** Members that a stream gives in pieces. */
const PIECES: ReadonlySet<string> = new Set([
  ...["text", "content", "thinking", "reasoning", "reasoning_content", "partial_json", "input", "arguments", "delta"],
  ...["generation", "outputText", "completion", "refusal", "transcript", "message"],
]);

/** The numbers of an embedding, and the sound of a conversation, are not for readers. */
const VECTORS: ReadonlySet<string> = new Set([
  ...["embedding", "embeddings", "embeddingsByType", "audioInput", "audioOutput"],
]);
/** Members of an event that repeat what a stream has given so far. */
const SNAPSHOTS: ReadonlySet<string> = new Set(["response", "item", "part"]);

/**
 * Names under which dialects read what they map, and of what holds it. Under any other name a value stays, even if the same
 * value stands in a field: nothing would say what it was.
 */
const NAMES: ReadonlySet<string> = new Set([
  ...PIECES,
  ...PARAMETER_NAMES,
  ...USAGE_NAMES,
  // What was asked.
  ...["messages", "system", "instructions", "prompt", "inputText", "inputPrompt", "preamble", "chat_history"],
  ...["documents", "tool_results", "outputs", "text_prompts", "texts", "images", "inputImage", "inputs", "image"],
  ...["conditionImage", "maskImage", "init_image", "mask_image", "textToImageParams", "imageVariationParams"],
  ...["textGenerationConfig", "inferenceConfig", "additionalModelRequestFields", "imageGenerationConfig", "contents"],
  ...["sessionStart", "promptStart", "inferenceConfiguration", "start", "event"],
  ...[
    "contentStart",
    "textInput",
    "textOutput",
    "contentEnd",
    "promptEnd",
    "sessionEnd",
    "toolName",
    "toolConfiguration",
  ],
  ...["toolResultInputConfiguration", "usageEvent", "audioInputConfiguration"],
  // Blocks.
  ...["toolUse", "toolUseId", "toolResult", "reasoningContent", "reasoningText", "guardContent", "citationsContent"],
  ...["tool_use_id", "tool_call_id", "tool_calls", "call_id", "function", "function_call", "parameters", "id", "name"],
  ...["source", "media_type", "format", "data", "bytes", "url", "uri", "s3Uri", "s3Location", "base64", "base64String"],
  ...[
    "document",
    "video",
    "audio",
    "image_url",
    "input_audio",
    "file",
    "file_data",
    "scale",
    "mediaSource",
    "status",
    "output",
  ],
  // Tools.
  ...["tools", "toolConfig", "toolSpec", "systemTool", "inputSchema", "json", "input_schema", "parameter_definitions"],
  "description",
  // What was answered.
  ...["choices", "results", "generations", "completions", "artifacts", "response", "item", "part", "output_text"],
  ...["model", "generation_id", "response_id", "stop_reason", "stopReason", "finish_reason", "finishReason", "reason"],
  ...["completionReason", "finish_reasons", "completionStart", "completionEnd", "completionId", "summary"],
  ...[
    "content_block",
    "contentBlockStart",
    "contentBlockDelta",
    "contentBlockStop",
    "messageStart",
    "messageStop",
    "metadata",
  ],
  ...["metrics", "latencyMs", "invocationLatency", "firstByteLatency"],
]);

/** The texts, numbers and switches of a body that stand in no field, where they stood; undefined when all of them do. */
export function unmappedOf(body: unknown, mapped: MappedValues): unknown {
  if (!Array.isArray(body)) return unmapped(body, { mapped, name: "content", level: 0 });
  return unmappedEvents(body, mapped);
}

/** The elements of a stream, with what says where they belong; what all elements have alike is kept once. */
function unmappedEvents(events: readonly unknown[], mapped: MappedValues): unknown {
  const common = commonMembers(events.filter(isObject));
  const walk = { mapped, name: "content", level: 0, block: "", snapshots: new Set<string>() };
  const kept: unknown[] = [unmapped(Object.fromEntries(common), { ...walk, block: undefined })];
  for (const event of events) {
    if (!isObject(event)) {
      // A stream may end so.
      if (event !== "[DONE]") kept.push(unmapped(event, walk));
      continue;
    }
    const own = common.size === 0
      ? event
      : Object.fromEntries(Object.entries(event).filter(([name]) => !common.has(name)));
    const rest = unmapped(own, walk);
    if (isObject(rest)) kept.push({ ...structureOf(event), ...rest });
  }
  const rests = kept.filter((rest) => rest !== undefined);
  return rests.length > 0 ? rests : undefined;
}

/** Texts and numbers that every element which has them has alike, of more than one: `created`, `system_fingerprint`. */
function commonMembers(events: readonly JsonObject[]): Map<string, unknown> {
  const values = new Map<string, { value: unknown; count: number }>();
  const others = new Set<string>();
  for (const event of events) {
    for (const name of Object.keys(event)) {
      if (others.has(name) || STRUCTURE.has(name)) continue;
      const value = event[name];
      const known = values.get(name);
      if ((typeof value !== "string" && typeof value !== "number") || (known !== undefined && known.value !== value)) {
        others.add(name);
      } else if (known === undefined) values.set(name, { value, count: 1 });
      else known.count++;
    }
  }
  const common = [...values].filter(([name, { count }]) => count > 1 && !others.has(name));
  return new Map(common.map(([name, { value }]) => [name, value]));
}

function structureOf(event: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(event).filter(([name, value]) => STRUCTURE.has(name) && !isObject(value)));
}

interface Walk {
  readonly mapped: MappedValues;
  /** The member that holds the value; elements of a list have the list's name. */
  readonly name: string;
  readonly level: number;
  readonly isElement?: boolean;
  /** In a stream: the block that the value belongs to, and what was kept of snapshots before. */
  readonly block?: string | undefined;
  readonly snapshots?: Set<string>;
  readonly isSnapshot?: boolean;
}

function unmapped(value: unknown, walk: Walk): unknown {
  const { mapped, level } = walk;
  if (value === null || value === "" || value === false || value === undefined) return undefined;
  if (typeof value !== "object" || isNumber(value)) return isMapped(value, walk) ? undefined : value;
  if (mapped.hasObject(value)) return undefined;
  if (level === MAX_LEVELS) return value;
  return Array.isArray(value) ? unmappedList(value, walk) : unmappedObject(value as JsonObject, walk);
}

function isMapped(value: unknown, { mapped, name, block, isSnapshot, snapshots }: Walk): boolean {
  if (NAMES.has(name) && hasValue(value, { mapped, name, block })) return true;
  if (isSnapshot !== true || snapshots === undefined) return false;
  const isKept = snapshots.has(`${name} ${value}`);
  snapshots.add(`${name} ${value}`);
  return isKept;
}

function hasValue(
  value: unknown,
  { mapped, name, block }: Pick<Walk, "mapped" | "name"> & { block: string | undefined },
) {
  if (typeof value !== "string") return isNumber(value) && mapped.hasNumber(value);
  return block !== undefined && PIECES.has(name) ? mapped.takePiece(value, `${block}/${name}`) : mapped.hasText(value);
}

function unmappedList(list: readonly unknown[], walk: Walk): unknown[] | undefined {
  const inner = { ...walk, level: walk.level + 1, isElement: true };
  const rests = list.map((element) => unmapped(element, inner)).filter((rest) => rest !== undefined);
  return rests.length > 0 ? rests : undefined;
}

function unmappedObject(object: JsonObject, walk: Walk): JsonObject | undefined {
  const { name: holder, level, isElement, mapped } = walk;
  const block = walk.block === undefined ? undefined : blockIn(object, walk.block);
  const isSnapshot = walk.isSnapshot === true || SNAPSHOTS.has(holder);
  const isKnown = NAMES.has(holder) && !VECTORS.has(holder);
  const rests: [string, unknown][] = [];
  let isSaid = false;
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (VECTORS.has(name) && typeof value === "object") continue;
    if (STRUCTURE.has(name) && isStructure(name, value, mapped)) continue;
    const rest = isKnown
      ? unmapped(value, { ...walk, name, level: level + 1, isElement: false, block, isSnapshot })
      : keptWhole(value);
    if (rest === undefined) isSaid = true;
    else rests.push([name, rest]);
  }
  if (rests.length > 0) return isKnown ? Object.fromEntries(rests) : object;
  // `{"type": "disabled"}` says something, unless what it is the kind of is said.
  const isAlone = !isSaid && !isElement && level > 0 && typeof object["type"] === "string";
  return isAlone || (!isKnown && Object.keys(object).length > 0) ? object : undefined;
}

/** The block with the indices that an object adds to it. */
function blockIn(object: JsonObject, outer: string): string {
  let block = outer;
  for (const name of INDICES) if (object[name] !== undefined) block += `/${String(object[name])}`;
  return block;
}

const INDICES = ["index", "contentBlockIndex", "output_index", "content_index", "contentId", "contentName"];

function isStructure(name: string, value: unknown, mapped: MappedValues): boolean {
  if (name === "role") return typeof value === "string" && (value === "CHATBOT" || mapped.hasText(value.toLowerCase()));
  return SWITCHES.has(name) ? typeof value === "boolean" : typeof value !== "object" || value === null;
}

/** Members that say whether there is a stream, and its end. */
const SWITCHES: ReadonlySet<string> = new Set(["is_finished", "stream"]);

function keptWhole(value: unknown): unknown {
  return value === null || value === "" || value === false ? undefined : value;
}
