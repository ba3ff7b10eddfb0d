import assert from "node:assert/strict";
import { decodeLogsRequest } from "../../../test/world/otlp_logs.ts";
import { mapped, processed, received, sampleText } from "../../../test/world/bedrock_records.ts";
import { storedDocument } from "../../elasticsearch/stored_document.ts";
import { typesIn } from "../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../mappings/generated/invocation.ts";
import { contentType } from "../../otlp/encoding.ts";
import { encodeLogsJson } from "../../otlp/json_logs.ts";
import { createLogsEncoder } from "../../otlp/logs.ts";
import { readLogsJson } from "../../otlp/read_json_logs.ts";

const typeOf = typesIn(INVOCATION_FIELDS);
const NUMBERS = ["9007199254740993", "1.0", "1e400", "12345678901234567890", "0.10", "-0", "1E5", "1.5"];
/** As they leave where numbers have 64 bits. */
const OVER_OTLP = ["9007199254740993", "1.0", '"1e400"', '"12345678901234567890"', "0.1", "0.0", "100000.0", "1.5"];
const ARGUMENTS = `{"n":[${NUMBERS.join(",")}]}`;
const SPACED = `{ "n" : [${NUMBERS.join(" , ")}], "n2":1.0 }`;

/** A record with these numbers wherever a body holds values of any kind. */
function recordText(request: string, response: string, operation = "InvokeModel"): string {
  return sampleText("metadata_only").replace(/"inputTokenCount":\d+/, '"unused":null')
    .replace(/"operation":"[^"]*"/, `"operation":"${operation}"`)
    .replace(/"input":\{/, `"input":{"inputBodyJson":${request},`)
    .replace(/"output":\{/, `"output":{"outputBodyJson":${response},`);
}

const TOOL = `{"name":"t","input_schema":{"type":"object","default":${ARGUMENTS}}}`;
const TEXTS: Readonly<Record<string, string>> = {
  anthropic: recordText(
    `{"anthropic_version":"x","tools":[${TOOL}],"messages":[{"role":"user","content":[` +
      `{"type":"tool_result","tool_use_id":"1","content":[{"type":"json","json":${ARGUMENTS}}]},` +
      `{"type":"new","value":${ARGUMENTS}}]}]}`,
    `{"type":"message","role":"assistant","content":[{"type":"tool_use","id":"1","name":"t","input":${ARGUMENTS}}]}`,
  ),
  converse: recordText(
    `{"toolConfig":{"tools":[{"toolSpec":{"name":"t","inputSchema":{"json":{"default":${ARGUMENTS}}}}}]},"messages":[` +
      `{"role":"user","content":[{"toolResult":{"toolUseId":"1","content":[{"json":${ARGUMENTS}}]}}]}]}`,
    `{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"1","name":"t","input":${ARGUMENTS}}}]}}}`,
    "Converse",
  ),
  "an unknown shape": recordText(`{"unknown":${ARGUMENTS}}`, `{"answer":${ARGUMENTS}}`),
};

for (const [name, text] of Object.entries(TEXTS)) {
  for (const content of ["full", "redacted"]) {
    Deno.test(`numbers of ${name} leave with the digits that were logged (ecs, ${content})`, async () => {
      const { attributes } = await mapped(text, { content });
      const document = JSON.stringify(attributes);
      const places = document.split(JSON.stringify(ARGUMENTS).slice(1, -1)).length - 1 +
        document.split(JSON.stringify(JSON.stringify(ARGUMENTS)).slice(3, -3)).length - 1;
      assert.ok(places >= (name === "an unknown shape" ? 2 : 3), document);
    });
  }

  Deno.test(`numbers of ${name} leave with the digits that were logged (integration, raw)`, async () => {
    const { body } = await mapped(text, { mapping: "integration" });
    const { prompt, completion } = (body as { gen_ai: { prompt: string; completion: string } }).gen_ai;
    for (const body of [prompt, completion]) assert.ok(body.includes(ARGUMENTS), body);
    for (const content of ["full", "redacted"]) {
      assert.ok(String((await mapped(text, { mapping: "raw", content })).body).includes(ARGUMENTS));
    }
  });
}

for (const name of ["anthropic", "converse"]) {
  Deno.test(`numbers of ${name} keep their values in structures, too (otel)`, async () => {
    const record = await mapped(TEXTS[name] as string, { mapping: "otel" });
    const values = `"n":[${OVER_OTLP.join()}]`;
    const document = storedDocument(record, typeOf);
    assert.ok(document.split(values).length - 1 >= 3, document);
    const json = encodeLogsJson([record], typeOf);
    for (const part of ['"intValue":"9007199254740993"', '{"doubleValue":1}', '"stringValue":"1e400"']) {
      assert.ok(json.includes(part), part);
    }
    const [again] = readLogsJson(json);
    assert.ok(again);
    assert.equal(encodeLogsJson([{ ...record, ...again }], typeOf), json);
    const proto = createLogsEncoder("proto", typeOf)([record]);
    const decoded = decodeLogsRequest(proto.slice(), contentType("proto"));
    assert.deepEqual(decoded, decodeLogsRequest(new TextEncoder().encode(json), contentType("json")));
  });
}

Deno.test("arguments that are JSON text leave as that text", async () => {
  const pieces = SPACED.match(/.{1,9}/g) ?? [];
  const bodies = {
    openai: { choices: [{ message: { tool_calls: [{ id: "1", function: { name: "t", arguments: SPACED } }] } }] },
    "openai, streamed": pieces.map((piece, index) => ({
      choices: [{
        index: 0,
        delta: { tool_calls: [{ index: 0, function: { name: index === 0 ? "t" : undefined, arguments: piece } }] },
      }],
    })),
    anthropic: [
      { type: "message_start", message: { role: "assistant", content: [] } },
      { type: "content_block_start", index: 0, content_block: { type: "tool_use", id: "1", name: "t", input: {} } },
      ...pieces.map((partial_json) => ({ type: "content_block_delta", index: 0, delta: { partial_json } })),
    ],
    converse: [
      { messageStart: { role: "assistant" } },
      { contentBlockStart: { contentBlockIndex: 0, start: { toolUse: { toolUseId: "1", name: "t" } } } },
      ...pieces.map((input) => ({ contentBlockDelta: { contentBlockIndex: 0, delta: { toolUse: { input } } } })),
    ],
  };
  for (const [name, body] of Object.entries(bodies)) {
    for (const content of ["full", "redacted"]) {
      const { attributes } = await mapped(recordText("{}", JSON.stringify(body)), { content });
      const [message] = attributes["gen_ai.output.messages"] as unknown as { parts: { arguments: string }[] }[];
      assert.equal(message?.parts[0]?.arguments, SPACED, `${name}, ${content}`);
    }
  }
});

Deno.test("parameters and counts are read however their numbers are written", async () => {
  const text = recordText(
    '{"anthropic_version":"x","max_tokens":100.0,"temperature":1.0,"top_p":1e0,"messages":[]}',
    '{"type":"message","content":[],"usage":{"input_tokens":3.0,"output_tokens":2}}',
  );
  const { attributes } = await mapped(text);
  const names = ["gen_ai.request.max_tokens", "gen_ai.request.temperature", "gen_ai.request.top_p"];
  assert.deepEqual(names.map((name) => attributes[name]), [100, 1, 1]);
  assert.equal(attributes["gen_ai.usage.input_tokens"], 3);
});

Deno.test("a number that a rule matches is redacted with all its digits", async () => {
  const { records: [record] } = await processed([received(recordText('{"a":[4111111111111111.0]}', '{"b":1.0}'))], {
    content: "redacted",
    mapping: "raw",
  });
  assert.ok(String(record?.body).includes('"inputBodyJson":{"a":["<CREDIT_CARD>'), String(record?.body));
  assert.ok(String(record?.body).includes('"outputBodyJson":{"b":1.0}'));
});
