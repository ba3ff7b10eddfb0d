import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import {
  INPUT_COUNTS,
  INPUT_TEXTS,
  OUTPUT_COUNTS,
  OUTPUT_TEXTS,
  RECORD_TEXTS,
  VIDEO_NUMBERS,
} from "../metadata_text.ts";
import { countOf, isObject, type JsonObject, jsonTextOf, labelOf, setMember } from "../read/json.ts";
import { type Invocation, timeOf } from "../read/record.ts";
import type { MappedValues } from "./mapped_values.ts";
import { unmappedOf } from "./unmapped.ts";

/** What of a member's value stands in no field; undefined when all of it does. */
type Rest = (value: unknown) => unknown;

/**
 * Keeps what stands beside the bodies of a record and in no field: members that are newer than this program, and those whose
 * values have another type than their fields. `mapped`: all that stands in fields.
 */
export function addKeptRecord(attributes: InvocationAttributes, { log, text }: Invocation, mapped: MappedValues): void {
  const images: Record<string, unknown> = {};
  for (const name of IMAGE_MEMBERS) if (log[name] !== undefined) images[name] = log[name];
  const rest = { ...restOf(log, RECORD), ...unmappedOf(images, mapped) as JsonObject | undefined };
  if (Object.keys(rest).length > 0) attributes["aws_bedrock.invocation.record"] = jsonTextOf(rest) ?? text;
}

/** Members that an image operation has beside its bodies. They are read as bodies are. */
const IMAGE_MEMBERS = ["taskType", "imageGenerationConfig", "imageVariationParams", "images", "artifacts"];

function restOf(object: JsonObject, rests: ReadonlyMap<string, Rest>): JsonObject | undefined {
  let rest: Record<string, unknown> | undefined;
  for (const name in object) {
    const value = object[name];
    const own = (rests.get(name) ?? whole)(value);
    if (own !== undefined) setMember(rest ??= {}, name, own);
  }
  return rest;
}

function whole(value: unknown): unknown {
  return value === null || value === "" || value === false ? undefined : value;
}

function unless(isMapped: (value: unknown) => boolean): Rest {
  return (value) => isMapped(value) ? undefined : whole(value);
}

/** Of an object the rests of its members; anything else is kept. */
function inside(rests: ReadonlyMap<string, Rest>): Rest {
  return (value) => isObject(value) ? restOf(value, rests) : whole(value);
}

const label = unless((value) => labelOf(value) !== undefined);
const count = unless((value) => countOf(value) !== undefined);
function isText(value: unknown): boolean {
  return typeof value === "string";
}

const nothing: Rest = () => undefined;

function all(names: Iterable<string>, rest: Rest): [string, Rest][] {
  return Array.from(names, (name) => [name, rest]);
}

const TIER = inside(new Map([["type", unless(isText)]]));

const RECORD: ReadonlyMap<string, Rest> = new Map([
  ...all(Object.keys(RECORD_TEXTS), label),
  ...all(IMAGE_MEMBERS, nothing),
  ["timestamp", unless((value) => timeOf(value) !== undefined)],
  ["identity", inside(new Map([["arn", unless(isText)]]))],
  ["performanceConfig", inside(new Map([["latency", unless(isText)]]))],
  ["serviceTier", (value) => isText(value) ? undefined : TIER(value)],
  ["requestMetadata", unless(isObject)],
  [
    "input",
    inside(
      new Map([...all(Object.keys(INPUT_TEXTS), label), ...all(INPUT_COUNTS, count), ["inputBodyJson", nothing]]),
    ),
  ],
  [
    "output",
    inside(
      new Map([
        ...all(Object.keys(OUTPUT_TEXTS), label),
        ...all(OUTPUT_COUNTS, count),
        ...VIDEO_NUMBERS.map(([name, , read]): [string, Rest] => [name, unless((value) => read(value) !== undefined)]),
        ["outputBodyJson", nothing],
      ]),
    ),
  ],
]);
