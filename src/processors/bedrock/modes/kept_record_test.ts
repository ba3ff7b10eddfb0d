/** What stands beside the bodies of a record. */
import assert from "node:assert/strict";
import { ALL_SAMPLES, mapped, sampleText, sampleWith } from "../../../../test/world/bedrock_records.ts";
import type { JsonObject } from "../read/json.ts";

const RECORD = "aws_bedrock.invocation.record";

function keptOf(attributes: JsonObject): unknown {
  const text = attributes[RECORD];
  return text === undefined ? undefined : JSON.parse(String(text));
}

for (const mapping of ["ecs", "otel"]) {
  Deno.test(`members that are newer than the program leave in mode ${mapping}`, async () => {
    const news = { new: { a: [1, "b"] } };
    const record = { ...JSON.parse(sampleText("converse_text")), ...news };
    const text = JSON.stringify({
      ...record,
      identity: { ...record.identity, ...news },
      input: { ...record.input, ...news },
      output: { ...record.output, ...news },
      performanceConfig: { latency: "optimized", ...news },
      serviceTier: { type: "flex", ...news },
    });
    const { attributes } = await mapped(text, { mapping });
    assert.deepEqual(keptOf(attributes), {
      ...news,
      identity: news,
      input: news,
      output: news,
      performanceConfig: news,
      serviceTier: news,
    });
    const withheld = await mapped(text, { mapping, content: "metadata_only" });
    assert.equal(withheld.attributes[RECORD], undefined);
  });

  Deno.test(`members of an unknown type leave in mode ${mapping}`, async () => {
    const wrong = {
      identity: "someone",
      inferenceRegion: ["x"],
      requestMetadata: "text",
      timestamp: 5,
      errorCode: { a: 1 },
    };
    const counts = { input: { inputTokenCount: -3 }, output: { outputTokenCount: 1.5, outputVideoWidth: "wide" } };
    const { attributes } = await mapped(sampleWith("metadata_only", { ...wrong, ...counts }), { mapping });
    assert.deepEqual(keptOf(attributes), { ...wrong, ...counts });
  });

  Deno.test(`what is nested too deeply to be written leaves as it was logged in mode ${mapping}`, async () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const text = sampleText("metadata_only").replace(/}$/, `,"new":${deep}}`);
    const { attributes, body } = await mapped(text, { mapping });
    assert.ok(JSON.stringify({ attributes, body }).includes(deep));
  });

  Deno.test(`of the samples only what has no field is kept of the record in mode ${mapping}`, async () => {
    for (const name of ALL_SAMPLES) {
      const { attributes } = await mapped(sampleText(name), { mapping });
      const expected = name === "image_fields_of_record" ? { result: "success" } : undefined;
      assert.deepEqual(keptOf(attributes), expected, name);
    }
  });

  Deno.test(`numbers name things as texts do in mode ${mapping}`, async () => {
    const { attributes, severityText } = await mapped(
      sampleWith("metadata_only", { errorCode: 429, status: 200, accountId: 123456789012 }),
      { mapping },
    );
    assert.equal(attributes["error.type"], "429");
    assert.equal(severityText, "ERROR");
    assert.equal(attributes["cloud.account.id"], "123456789012");
    assert.equal(attributes["aws_bedrock.invocation.status"], "200");
    assert.equal(attributes[RECORD], undefined);
  });

  Deno.test(`an image operation that reports an error beside its bodies has failed in mode ${mapping}`, async () => {
    const { attributes, severityText } = await mapped(sampleWith("image_fields_of_record", { error: "blocked" }), {
      mapping,
    });
    assert.equal(attributes["error.type"], "_OTHER");
    assert.equal(severityText, "ERROR");
    assert.deepEqual(keptOf(attributes), { result: "success", error: "blocked" });
  });
}

Deno.test("a video's place, size and length leave without content, too, in each mode", async () => {
  for (const mapping of ["ecs", "otel", "integration", "raw"]) {
    for (const content of ["full", "redacted", "metadata_only"]) {
      const { attributes, body } = await mapped(sampleText("async_video"), { mapping, content });
      const all = JSON.stringify({ attributes, body });
      for (const value of ["s3://example-out/xyz/output.mp4", "1280", "720", "24"]) {
        assert.ok(all.includes(value), `${mapping}, ${content}: ${value}`);
      }
    }
  }
});

Deno.test("what is kept of the record is redacted as all else is", async () => {
  const text = sampleWith("converse_text", { new: "mail ada@example.com", result: "of ada@example.com" });
  const { attributes } = await mapped(text, { content: "redacted" });
  assert.match(String(attributes[RECORD]), /EMAIL/);
  assert.doesNotMatch(String(attributes[RECORD]), /ada@/);
});
