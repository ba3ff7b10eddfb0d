/** What of a body stands in no field. */
import { TASK_PARAMETERS } from "../dialects/images.ts";
import { PARAMETER_NAMES } from "../dialects/parameters.ts";
import { USAGE_NAMES } from "../dialects/usage.ts";
import { isExactNumber } from "../../../mappings/exact_number.ts";
import { isNumber, isObject, type JsonObject, jsonTextOf, setMember } from "../read/json.ts";
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
  ...["conditionImage", "maskImage", "init_image", "mask_image"],
  ...["textGenerationConfig", "inferenceConfig", "additionalModelRequestFields", "imageGenerationConfig", "contents"],
  ...["taskType", "cfgScale", "height", "width", "quality", "keyframes", "frame0", "frame1", "shots", "value", "query"],
  ...["referenceImage", "sourceImage", "style_image", "mask"],
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
  ...[
    "tool_use_id",
    "tool_call_id",
    "tool_calls",
    "call_id",
    "function",
    "function_call",
    "custom",
    "parameters",
    "id",
    "name",
  ],
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
    "mediaSources",
    "video_url",
    "audio_url",
    "document_url",
    "text_image",
    "multi_input",
    "embeddingConfig",
    "status",
    "output",
  ],
  // Tools.
  ...["tool_choice", "toolChoice", "tool"],
  ...["tools", "toolConfig", "toolSpec", "systemTool", "inputSchema", "json", "input_schema", "parameter_definitions"],
  "description",
  ...["version", "conversation", "file_id", "filename", "code", "container_id", "encrypted_content"],
  // What was answered.
  ...["choices", "results", "generations", "completions", "artifacts", "response", "item", "part", "output_text"],
  ...["model", "generation_id", "response_id", "stop_reason", "stopReason", "finish_reason", "finishReason", "reason"],
  ...["completionReason", "finish_reasons", "completionStart", "completionEnd", "completionId", "summary"],
  ...["result", "revised_prompt", "service_tier", "generated_text", "details"],
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

/** Indices and ids of the block that an event of a stream belongs to. */
const INDICES: ReadonlySet<string> = new Set([
  ...["index", "contentBlockIndex", "output_index", "content_index", "contentId", "contentName"],
]);
/** Members that say whether there is a stream, and its end. */
const SWITCHES: ReadonlySet<string> = new Set(["is_finished", "stream"]);

/** What is known of a member by its name. */
interface Member {
  readonly name: string;
  readonly isRead: boolean;
  readonly isStructure: boolean;
  readonly isPiece: boolean;
  readonly isVector: boolean;
  readonly isSnapshot: boolean;
  readonly isIndex: boolean;
}

/** The members above. One look-up for all that is asked of each member of each body. */
const MEMBERS: ReadonlyMap<string, Member> = new Map(
  [...STRUCTURE, ...NAMES, ...VECTORS, ...SNAPSHOTS, ...INDICES].map((name) => [name, describe(name)]),
);

function describe(name: string): Member {
  return {
    name,
    isRead: NAMES.has(name),
    isStructure: STRUCTURE.has(name),
    isPiece: PIECES.has(name),
    isVector: VECTORS.has(name),
    isSnapshot: SNAPSHOTS.has(name),
    isIndex: INDICES.has(name),
  };
}

function memberOf(name: string): Member {
  return MEMBERS.get(name) ?? { ...UNKNOWN, name, isRead: TASK_PARAMETERS.test(name) };
}

const UNKNOWN = describe("");

const CONTENT = memberOf("content");

/** The texts, numbers and switches of a body that stand in no field, where they stood; undefined when all of them do. */
export function unmappedOf(body: unknown, mapped: MappedValues): unknown {
  return Array.isArray(body) ? unmappedEvents(body, mapped) : new BodyWalk(mapped).unmapped(body, CONTENT);
}

/** The elements of a stream, with what says where they belong; what all elements have alike is kept once. */
function unmappedEvents(events: readonly unknown[], mapped: MappedValues): unknown {
  const common = commonMembers(events);
  const kept: unknown[] = [];
  if (common.size > 0) kept.push(new BodyWalk(mapped).unmapped(Object.fromEntries(common), CONTENT));
  const walk = new BodyWalk(mapped, { common });
  for (const event of events) {
    // A stream may end so.
    if (event === "[DONE]") continue;
    const rest = walk.unmapped(event, CONTENT);
    if (rest !== undefined) kept.push(isObject(event) && isObject(rest) ? { ...structureOf(event), ...rest } : rest);
  }
  const rests = kept.filter((rest) => rest !== undefined);
  return rests.length > 0 ? rests : undefined;
}

/** Texts and numbers that every element which has them has alike, of more than one: `created`, `system_fingerprint`. */
function commonMembers(events: readonly unknown[]): Map<string, unknown> {
  const counts = new Map<string, { readonly value: unknown; count: number }>();
  for (const event of events) {
    if (!isObject(event)) continue;
    for (const name in event) {
      const value = event[name];
      const known = counts.get(name);
      if (known === undefined) counts.set(name, { value, count: 1 });
      else known.count = known.value === value ? known.count + 1 : NaN;
    }
  }
  const common = new Map<string, unknown>();
  for (const [name, { value, count }] of counts) {
    const isPlain = typeof value === "string" || typeof value === "number";
    if (count > 1 && isPlain && !STRUCTURE.has(name)) common.set(name, value);
  }
  return common;
}

function structureOf(event: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(event).filter(([name, value]) => STRUCTURE.has(name) && !isObject(value)));
}

/** Walks through a body, or through the elements of a stream one after the other. */
class BodyWalk {
  readonly #mapped: MappedValues;
  /** In a stream: the members that all elements have alike. */
  readonly #common: ReadonlyMap<string, unknown> | undefined;
  /** What was kept of snapshots before. */
  #snapshots: Set<string> | undefined;
  #level = 0;
  /** In a stream: indices of the block that the current value belongs to. */
  #block = "";
  #isSnapshot = false;

  constructor(mapped: MappedValues, { common }: { common?: ReadonlyMap<string, unknown> } = {}) {
    this.#mapped = mapped;
    this.#common = common;
  }

  /** `holder`: the member that holds the value; elements of a list have the list's. */
  unmapped(value: unknown, holder: Member, isElement = false): unknown {
    if (value === null || value === "" || value === false || value === undefined) return undefined;
    if (typeof value !== "object" || isExactNumber(value)) return this.#isMapped(value, holder) ? undefined : value;
    if (this.#mapped.hasObject(value)) return undefined;
    if (this.#level === MAX_LEVELS) return value;
    this.#level++;
    const rest = Array.isArray(value)
      ? this.#list(value, holder)
      : this.#object(value as JsonObject, holder, isElement);
    this.#level--;
    return rest;
  }

  #isMapped(value: unknown, holder: Member): boolean {
    if (holder.isRead && this.#hasValue(value, holder)) return true;
    if (!this.#isSnapshot) return false;
    const key = `${holder.name} ${value}`;
    this.#snapshots ??= new Set();
    const isKept = this.#snapshots.has(key);
    this.#snapshots.add(key);
    return isKept;
  }

  #hasValue(value: unknown, { isPiece, name }: Member): boolean {
    if (typeof value !== "string") return isNumber(value) && this.#mapped.hasNumber(value);
    return this.#common !== undefined && isPiece
      ? this.#mapped.takePiece(value, `${this.#block}/${name}`)
      : this.#mapped.hasText(value);
  }

  #list(list: readonly unknown[], holder: Member): unknown[] | undefined {
    let rests: unknown[] | undefined;
    for (const element of list) {
      const rest = this.unmapped(element, holder, true);
      if (rest !== undefined) (rests ??= []).push(rest);
    }
    return rests;
  }

  #object(object: JsonObject, holder: Member, isElement: boolean): JsonObject | undefined {
    const block = this.#block;
    const isSnapshot = this.#isSnapshot;
    if (this.#common !== undefined) this.#enter(object, holder);
    const rest = this.#rest(object, holder, isElement);
    this.#block = block;
    this.#isSnapshot = isSnapshot;
    return rest;
  }

  #rest(object: JsonObject, holder: Member, isElement: boolean): JsonObject | undefined {
    const isTop = this.#level === 1;
    const isKnown = holder.isRead && !holder.isVector;
    let rests: Record<string, unknown> | undefined;
    let isSaid = false;
    let isEmpty = true;
    for (const name in object) {
      isEmpty = false;
      const value = object[name];
      const member = memberOf(name);
      if (member.isVector && typeof value === "object") continue;
      if (member.isStructure && this.#isStructure(name, value)) continue;
      if (isTop && this.#common?.has(name) === true) continue;
      const rest = isKnown ? this.unmapped(value, member) : keptWhole(value);
      if (rest === undefined) isSaid = true;
      else setMember(rests ??= {}, name, rest);
    }
    // `{"type": "disabled"}` says something, unless what it is the kind of is said.
    const isAlone = !isSaid && !isElement && !isTop && typeof object["type"] === "string";
    if (rests !== undefined && isKnown) return isAlone ? { type: object["type"], ...rests } : rests;
    return rests !== undefined || isAlone || (!isKnown && !isEmpty) ? object : undefined;
  }

  /** In a stream, an object may say which block it belongs to, and may repeat what was given so far. */
  #enter(object: JsonObject, { isSnapshot }: Member): void {
    for (const name in object) {
      if (memberOf(name).isIndex && object[name] !== undefined) this.#block += `/${jsonTextOf(object[name]) ?? ""}`;
    }
    this.#isSnapshot ||= isSnapshot;
  }

  #isStructure(name: string, value: unknown): boolean {
    if (name === "role") {
      return typeof value === "string" && (value === "CHATBOT" || this.#mapped.hasText(value.toLowerCase()));
    }
    return SWITCHES.has(name) ? typeof value === "boolean" : typeof value !== "object" || value === null;
  }
}

function keptWhole(value: unknown): unknown {
  return value === null || value === "" || value === false ? undefined : value;
}
