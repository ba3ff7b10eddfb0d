import assert from "node:assert/strict";
import { fixture, mapped, sampleWith } from "../../../../test/world/bedrock_records.ts";
import { bodyValueOf } from "./body_value.ts";

const EVENTS = [{ a: 1 }, { b: [2] }];

const STREAMS: readonly (readonly [name: string, text: string, value: unknown])[] = [
  ["server-sent events", 'data: {"a":1}\n\ndata: {"b":[2]}\n\n', EVENTS],
  ["server-sent events without their end", 'data: {"a":1}\n\ndata: {"b":[2]}', EVENTS],
  [
    "events with names, ids and comments",
    ': hi\r\nevent: x\r\nid: 1\r\ndata: {"a":1}\r\n\r\ndata:{"b":[2]}\r\n\r\n',
    EVENTS,
  ],
  ["an event in several lines", 'data: {"a":\ndata: 1}\n\ndata: {"b":[2]}\n\n', EVENTS],
  ["events with an end of their own", 'data: {"a":1}\n\ndata: [DONE]\n\n', [{ a: 1 }, "[DONE]"]],
  ["JSON objects line by line", '{"a":1}\n{"b":[2]}\n', EVENTS],
];

for (const [name, text, value] of STREAMS) {
  Deno.test(`a body is a list where it has ${name}`, () => assert.deepEqual(bodyValueOf(text), value));
}

const OTHERS: readonly string[] = [
  "data: of the year\n\nare here",
  'data: {"a":1}\n\nand more',
  "data: 1\n\ndata: 2\n\n",
  '{"a":1}\nnot JSON',
  '{"a":1}\n[2]',
  "",
  ":",
  "plain\ntext",
];

for (const text of OTHERS) {
  Deno.test(`${JSON.stringify(text)} stays a text`, () => assert.equal(bodyValueOf(text), text));
}

for (const name of ["openai_shape_stream", "responses_stream", "anthropic_stream_thinking"]) {
  Deno.test(`the stream ${name} has the same fields where it arrives as text`, async () => {
    const { output } = fixture(`${name}.json`) as { output: { outputBodyJson: unknown[] } };
    const events = output.outputBodyJson;
    const data = (event: unknown) => typeof event === "string" ? event : JSON.stringify(event);
    const text = events.map((event) => `data: ${data(event)}\n\n`).join("");
    for (const mapping of ["ecs", "otel"]) {
      for (const content of ["full", "redacted", "metadata_only"]) {
        const attributesOf = async (response: unknown) => {
          const { attributes } = await mapped(sampleWith(name, {}, { response }), { mapping, content });
          const { "aws_bedrock.invocation.output.body_size": _, ...others } = attributes;
          return others;
        };
        assert.deepEqual(await attributesOf(text), await attributesOf(events), `${mapping}, ${content}`);
      }
    }
  });
}
