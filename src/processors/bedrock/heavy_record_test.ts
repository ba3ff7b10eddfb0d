import assert from "node:assert/strict";
import { processed, received, sampleText, sampleWith } from "../../../test/world/bedrock_records.ts";
import { MAX_VALUES } from "../../decode/weight.ts";
import { isObject } from "./read/json.ts";

const DENSE = `[${Array(MAX_VALUES / 2 + 1).fill("[]").join(",")}]`;

/** The text of a sample with this JSON text as a body. */
function withBody(side: "request" | "response", body: string): string {
  return sampleWith("converse_text", {}, { [side]: "@" }).replace('"@"', () => body);
}

async function mapped(text: string, settings: Record<string, unknown> = {}) {
  const { records: [record], events } = await processed([received(text)], settings);
  assert.ok(record);
  return { record, attributes: record.attributes, events };
}

Deno.test("a body with too many values to be parsed stays the text that it is, and the rest is mapped", async () => {
  const text = withBody("request", DENSE);
  const { attributes } = await mapped(text);
  const { attributes: light } = await mapped(withBody("request", "[[],[]]"));
  const own = ["aws_bedrock.invocation.input.body", "aws_bedrock.invocation.input.body_size", "error.message"];
  assert.ok(attributes["aws_bedrock.invocation.input.body"] === DENSE);
  assert.equal(attributes["aws_bedrock.invocation.input.body_size"], DENSE.length);
  assert.match(
    String(attributes["error.message"]),
    /^Too many values to be read \(more than 262144\): .* taken as text$/,
  );
  const others = (all: object) => Object.fromEntries(Object.entries(all).filter(([name]) => !own.includes(name)));
  assert.deepEqual(others(attributes), others(light));
});

Deno.test("the answer is read where the question is too much, and the other way round", async () => {
  const { attributes: asked } = await mapped(withBody("request", DENSE));
  assert.equal(asked["gen_ai.input.messages"], undefined);
  assert.ok(asked["gen_ai.output.messages"] !== undefined);
  const { attributes: answered } = await mapped(withBody("response", DENSE));
  assert.ok(answered["gen_ai.input.messages"] !== undefined);
  assert.ok(answered["aws_bedrock.invocation.output.body"] === DENSE);
});

Deno.test("no mode loses what was not parsed, but integration, which has hashes of long bodies", async () => {
  const text = withBody("request", DENSE);
  const { record: otel } = await mapped(text, { mapping: "otel" });
  assert.ok(otel.body === text);
  assert.ok(otel.attributes["gen_ai.output.messages"] !== undefined);
  const { record: raw } = await mapped(text, { mapping: "raw" });
  assert.ok(raw.body === text);
  assert.equal(raw.attributes["error.message"], undefined);
  const { record: integration } = await mapped(text, { mapping: "integration" });
  assert.match(JSON.stringify(integration.body), /"input_body_json_massive_hash":"[0-9a-f]{40}"/);
});

for (const content of ["redacted", "metadata_only"]) {
  for (const mapping of ["ecs", "integration", "otel", "raw"]) {
    Deno.test(`content ${content} leaves out what was not parsed: ${mapping}`, async () => {
      const secrets = DENSE.replace("[]", '["jane.roe\\u0040example.com"]');
      for (const body of [secrets, JSON.stringify(secrets)]) {
        const { record, attributes } = await mapped(withBody("request", body), { content, mapping });
        assert.doesNotMatch(JSON.stringify(record), /jane|example\.com/);
        const message = isObject(record.body) ? JSON.stringify(record.body["error"]) : attributes["error.message"];
        if (mapping !== "raw" || content === "metadata_only") assert.match(String(message), /are left out/);
      }
    });
  }
}

Deno.test("a member of the record itself may be too much too, and of equal names the last counts", async () => {
  const sample = sampleText("converse_text");
  const { attributes } = await mapped(sample.replace("{", () => `{"unknown":${DENSE},`));
  assert.ok(attributes["gen_ai.input.messages"] !== undefined && attributes["gen_ai.output.messages"] !== undefined);
  const { attributes: twice } = await mapped(
    sample.replace('"input":{', () => `"input":{"inputBodyJson":${DENSE}},"input":{"inputBodyJson":${DENSE},`),
  );
  assert.ok(twice["gen_ai.input.messages"] !== undefined);
});

Deno.test("a body that arrives as JSON text or in base64 stays that when it has too many values", async () => {
  for (const body of [DENSE, btoa(DENSE)]) {
    const { attributes } = await mapped(withBody("request", JSON.stringify(body)));
    assert.ok(attributes["aws_bedrock.invocation.input.body"] === body);
  }
});

Deno.test("what is no invocation, no JSON, or too much outside of bodies is a pipeline error", async () => {
  const members = Array.from({ length: MAX_VALUES + 1 }, (_, index) => `"m${index}":1`).join(",");
  for (
    const [text, message] of [
      [`{"secret":${DENSE}}`, /it has no schemaType/],
      [withBody("request", DENSE).slice(0, -1), /it is not JSON$/],
      [DENSE, /more than 262144 values outside of its bodies/],
      [sampleText("converse_text").replace("{", () => `{${members},`), /more than 262144 values outside of its bodies/],
    ] as const
  ) {
    const { attributes } = await mapped(text);
    assert.equal(attributes["event.kind"], "pipeline_error");
    assert.match(String(attributes["error.message"]), message);
  }
});
