/** Whatever text or number stands in a body stands in its document, too. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ALL_SAMPLES, fixture, mapped } from "../../../test/world/bedrock_records.ts";
import { exactJson } from "./read/exact_json.ts";
import { isObject, type JsonObject } from "./read/json.ts";

interface Logged extends JsonObject {
  readonly input: { readonly inputBodyJson?: unknown };
  readonly output: { readonly outputBodyJson?: unknown };
}

/** Members whose values say only of what kind others are or where they belong, and what is not for readers. */
const STRUCTURE = new Set([
  ...["type", "object", "role", "index", "event_type", "contentBlockIndex", "content_index", "output_index"],
  ...["summary_index", "sequence_number", "obfuscation", "embedding", "embeddings", "embeddingsByType"],
  ...["audioInput", "audioOutput"],
]);

/** Bodies of the samples that a dialect reads; others are kept as they are. */
const BODIES = ALL_SAMPLES.flatMap((name) => {
  const logged = fixture(`${name}.json`) as Logged;
  const bodies = [["input", logged.input?.inputBodyJson], ["output", logged.output?.outputBodyJson]] as const;
  return bodies.filter(([, body]) => typeof body === "object" && body !== null).map(([side]) => ({
    name,
    side,
    logged,
  }));
});

/** The record with a body that `change` returns. */
function changed(logged: Logged, side: "input" | "output", change: (body: unknown) => unknown): string {
  const body = side === "input" ? "inputBodyJson" : "outputBodyJson";
  const part = logged[side] as JsonObject;
  return JSON.stringify({ ...logged, [side]: { ...part, [body]: change(structuredClone(part[body])) } });
}

interface Place {
  readonly holder: Record<string | number, unknown>;
  readonly key: string | number;
}

/** All places in a value, but those where its structure is. */
function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string | number, unknown>;
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return keys.filter((key) => !STRUCTURE.has(String(key))).flatMap((
    key,
  ) => [{ holder, key }, ...placesIn(holder[key])]);
}

const MARK = "qzxjv";
const marks: readonly (readonly [value: unknown, found: RegExp])[] = [
  [`${MARK} text`, /qzxjv text/],
  [917_352_468_013, /917352468013/],
  [[`${MARK} in a list`], /qzxjv in a list/],
  [{ unknown: `${MARK} in an object` }, /qzxjv in an object/],
];

for (const mapping of ["ecs", "otel", "integration"]) {
  Deno.test(`whatever stands anywhere in a body leaves in mode ${mapping}`, async () => {
    const property = fc.asyncProperty(
      fc.constantFrom(...BODIES),
      fc.nat(),
      fc.constantFrom(...marks),
      fc.boolean(),
      async ({ name, side, logged }, number, [value, found], isAdded) => {
        let where = "";
        const text = changed(logged, side, (body) => {
          const places = placesIn(body);
          const place = places[number % Math.max(1, places.length)];
          if (place === undefined) return { body, added: value };
          where = JSON.stringify(place.holder).slice(0, 200) + ` at ${place.key}`;
          if (isAdded && !Array.isArray(place.holder)) place.holder["somethingNew"] = value;
          else place.holder[place.key] = value;
          return body;
        });
        const { attributes, body } = await mapped(text, { mapping });
        assert.match(JSON.stringify({ attributes, body }), found, `${name} ${side}: ${where}`);
      },
    );
    await fc.assert(property, { numRuns: 3000 });
  });
}

/** The texts and numbers of a value. */
function leavesOf(value: unknown, name = ""): (string | number)[] {
  if (STRUCTURE.has(name) || value === "[DONE]") return [];
  if (typeof value === "string" || typeof value === "number") return value === "" ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((element) => leavesOf(element, name));
  return isObject(value) ? Object.entries(value).flatMap(([key, member]) => leavesOf(member, key)) : [];
}

/** All texts of a document, those that are JSON read as well: pieces of a stream are somewhere in them. */
function textsIn(value: unknown): string[] {
  if (typeof value === "number") return [String(value)];
  if (typeof value === "string") {
    const inner = /^[[{]/.test(value) ? readOrNone(value) : undefined;
    return [value, ...textsIn(inner)];
  }
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? [JSON.stringify(value), ...Object.values(value).flatMap(textsIn)] : [];
}

/** Arguments that came as JSON text may be a structure, without its blanks. */
function withoutBlanks(text: string): string {
  return text.replaceAll(/\s/g, "");
}

function readOrNone(text: string): unknown {
  try {
    return exactJson(text);
  } catch {
    return undefined;
  }
}

const STREAMS = BODIES.filter(({ side, logged }) =>
  Array.isArray(side === "input" ? logged.input.inputBodyJson : logged.output.outputBodyJson)
);

for (const mapping of ["ecs", "otel", "integration"]) {
  Deno.test(`a stream cut after any event gives all that was there in mode ${mapping}`, async () => {
    for (const { name, side, logged } of STREAMS) {
      const events = (side === "input" ? logged.input.inputBodyJson : logged.output.outputBodyJson) as unknown[];
      for (let length = 1; length <= events.length; length++) {
        const text = changed(logged, side, (body) => (body as unknown[]).slice(0, length));
        const { attributes: own, body } = await mapped(text, { mapping });
        const attributes = { ...own, body };
        const texts = textsIn(attributes).map(withoutBlanks);
        for (const leaf of leavesOf(events.slice(0, length))) {
          const isThere = texts.some((text) => text.includes(withoutBlanks(String(leaf))));
          assert.ok(isThere, `${name} after ${length}: ${leaf} is not in ${JSON.stringify(attributes).slice(0, 3000)}`);
        }
      }
    }
  });

  Deno.test(`an unknown event at any place of a stream stays in mode ${mapping}`, async () => {
    for (const { name, side, logged } of STREAMS) {
      const events = (side === "input" ? logged.input.inputBodyJson : logged.output.outputBodyJson) as unknown[];
      const full = JSON.stringify(
        (await mapped(JSON.stringify(logged), { mapping })).attributes["gen_ai.output.messages"],
      );
      for (let place = 0; place <= events.length; place++) {
        const text = changed(
          logged,
          side,
          (body) => (body as unknown[]).toSpliced(place, 0, { type: "new", news: MARK }),
        );
        const { attributes, body } = await mapped(text, { mapping });
        assert.ok(JSON.stringify({ attributes, body }).includes(MARK), `${name} at ${place}`);
        if (full !== undefined) assert.equal(JSON.stringify(attributes["gen_ai.output.messages"]), full, name);
      }
    }
  });
}

for (const mapping of ["ecs", "otel"]) {
  Deno.test(`of a body that is JSON text no more is kept in mode ${mapping} than of an object`, async () => {
    for (const { name, side, logged } of BODIES) {
      const kept = async (change: (body: unknown) => unknown) =>
        (await mapped(changed(logged, side, change), { mapping })).attributes[`aws_bedrock.invocation.${side}.body`];
      assert.equal(await kept((body) => JSON.stringify(body)), await kept((body) => body), `${name}, ${side}`);
    }
  });
}

/** Whether Bedrock's own members stand here, and no body does. */
function isBesideBodies({ key }: Place): boolean {
  return key !== "schemaType" && key !== "inputBodyJson" && key !== "outputBodyJson";
}

for (const mapping of ["ecs", "otel"]) {
  Deno.test(`whatever stands beside the bodies of a record leaves in mode ${mapping}`, async () => {
    const property = fc.asyncProperty(
      fc.constantFrom(...ALL_SAMPLES),
      fc.nat(),
      fc.constantFrom(...marks),
      fc.boolean(),
      async (name, number, [value, found], isAdded) => {
        const record = fixture(`${name}.json`) as Logged;
        const { inputBodyJson, outputBodyJson } = { ...record.input, ...record.output } as Record<string, unknown>;
        const own = new Set([inputBodyJson, outputBodyJson].flatMap(placesIn).map(({ holder }) => holder));
        const places = placesIn(record).filter((place) => isBesideBodies(place) && !own.has(place.holder));
        const { holder, key } = places[number % places.length] as Place;
        if (isAdded && !Array.isArray(holder)) holder["somethingNew"] = value;
        else holder[key] = value;
        const { attributes, body } = await mapped(JSON.stringify(record), { mapping });
        assert.match(JSON.stringify({ attributes, body }), found, `${name}: ${key}`);
      },
    );
    await fc.assert(property, { numRuns: 1000 });
  });
}
