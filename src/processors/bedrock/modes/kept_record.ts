import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import {
  INPUT_COUNTS,
  INPUT_TEXTS,
  OUTPUT_COUNTS,
  OUTPUT_TEXTS,
  RECORD_TEXTS,
  VIDEO_NUMBERS,
} from "../metadata_text.ts";
import { countOf, isObject, type JsonObject, jsonTextOf, labelOf, objectOf, setMember } from "../read/json.ts";
import { type Invocation, timeOf } from "../read/record.ts";
import type { MappedValues } from "./mapped_values.ts";
import { unmappedOf } from "./unmapped.ts";

/** What of a member's value stands in no field; undefined when all of it does. */
type Rest = (value: unknown, mapped: MappedValues) => unknown;

/**
 * Keeps what stands beside the bodies of a record and in no field: members that are newer than this program, and those whose
 * values have another type than their fields. `mapped`: all that stands in fields.
 */
export function addKeptRecord(attributes: InvocationAttributes, invocation: Invocation, mapped: MappedValues): void {
  const rest = restOf(invocation.log, { rests: RECORD, mapped });
  // The text of a redacted record is written only when it is asked for.
  if (rest !== undefined) attributes["aws_bedrock.invocation.record"] = jsonTextOf(rest) ?? invocation.text;
}

function restOf(
  object: JsonObject,
  { rests, mapped }: { rests: ReadonlyMap<string, Rest>; mapped: MappedValues },
): JsonObject | undefined {
  let rest: Record<string, unknown> | undefined;
  for (const name in object) {
    const own = (rests.get(name) ?? whole)(object[name], mapped);
    if (own !== undefined) setMember(rest ??= {}, name, own);
  }
  return rest;
}

function whole(value: unknown): unknown {
  return value === null || value === "" || value === false ? undefined : value;
}

function nothing(): undefined {
  return undefined;
}

function unless(isMapped: (value: unknown) => boolean): Rest {
  return (value) => isMapped(value) ? undefined : whole(value);
}

/** Of an object the rests of its members; anything else is kept. */
function inside(entries: Iterable<readonly [string, Rest]>): Rest {
  const rests = new Map(entries);
  return (value, mapped) => isObject(value) ? restOf(value, { rests, mapped }) : whole(value);
}

function all(names: Iterable<string>, rest: Rest): (readonly [string, Rest])[] {
  return Array.from(names, (name) => [name, rest]);
}

const text = unless((value) => typeof value === "string");
const label = unless((value) => labelOf(value) !== undefined);
const count = unless((value) => countOf(value) !== undefined);
const tier = inside([["type", text]]);

/** What an image operation has beside its bodies is read as bodies are. */
function asInBody(name: string): Rest {
  return (value, mapped) => objectOf(unmappedOf({ [name]: value }, mapped))[name];
}

const RECORD: ReadonlyMap<string, Rest> = new Map([
  ...all(Object.keys(RECORD_TEXTS), label),
  ["timestamp", unless((value) => timeOf(value) !== undefined)],
  ["identity", inside([["arn", text]])],
  ["performanceConfig", inside([["latency", text]])],
  ["serviceTier", (value, mapped) => typeof value === "string" ? undefined : tier(value, mapped)],
  ["requestMetadata", unless(isObject)],
  ["input", inside([...all(Object.keys(INPUT_TEXTS), label), ...all(INPUT_COUNTS, count), ["inputBodyJson", nothing]])],
  [
    "output",
    inside([
      ...all(Object.keys(OUTPUT_TEXTS), label),
      ...all(OUTPUT_COUNTS, count),
      ...VIDEO_NUMBERS.map(([name, , read]) => [name, unless((value) => read(value) !== undefined)] as const),
      ["outputBodyJson", nothing],
    ]),
  ],
  ...["taskType", "imageGenerationConfig", "imageVariationParams", "images", "artifacts"].map((name) =>
    [name, asInBody(name)] as const
  ),
]);
