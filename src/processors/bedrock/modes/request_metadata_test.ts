import assert from "node:assert/strict";
import { mapped, sampleText, sampleWith } from "../../../../test/world/bedrock_records.ts";
import { storedDocument } from "../../../elasticsearch/stored_document.ts";
import { typesIn } from "../../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../../mappings/generated/invocation.ts";

const typeOf = typesIn(INVOCATION_FIELDS);
const REQUEST_METADATA = {
  "team": "1",
  "team-id": "2",
  "team.name": "3",
  "team_name": "4",
  "": "5",
  " ": "6",
  "a.": "7",
};
const KEYS = { "team": "1", "team-id": "2", "team_name (2)": "3", "team_name": "4", "_": "5", "a_": "7" };

for (const mapping of ["ecs", "integration"]) {
  Deno.test(`in mode ${mapping} a caller's keys leave without dots, each once`, async () => {
    const record = await mapped(sampleWith("metadata_only", { requestMetadata: REQUEST_METADATA }), { mapping });
    const text = storedDocument(record, typeOf);
    for (const [key, value] of Object.entries(KEYS)) assert.ok(text.includes(`${JSON.stringify(key)}:"${value}"`), key);
    // A document with a key twice would be shorter once it is read.
    assert.equal(JSON.stringify(JSON.parse(text)).replaceAll(".0", "").length, text.replaceAll(".0", "").length);
  });
}

Deno.test("a key with a dot still names the conversation, and may be allowed without content", async () => {
  const text = sampleWith("metadata_only", { requestMetadata: { "thread.id": "t-1", other: "x" } });
  const { attributes } = await mapped(text, {
    content: "metadata_only",
    metadata_keys: ["thread.id"],
    conversation_id_keys: ["thread.id"],
  });
  assert.equal(attributes["gen_ai.conversation.id"], "t-1");
  assert.deepEqual(attributes["aws_bedrock.invocation.request_metadata"], { thread_id: "t-1" });
});

const METADATA = "aws_bedrock.invocation.request_metadata";

for (const mapping of ["ecs", "otel"]) {
  Deno.test(`in mode ${mapping} metadata in a body leaves as the record's does, and names the conversation`, async () => {
    for (const sample of ["chat_completions_audio", "anthropic_server_tools", "responses_server_tools"]) {
      const { attributes } = await mapped(sampleText(sample), { mapping });
      assert.equal(typeof attributes[METADATA], "object", sample);
      assert.doesNotMatch(String(attributes["aws_bedrock.invocation.input.body"]), /"metadata"/);
      const { attributes: without } = await mapped(sampleText(sample), { mapping, content: "metadata_only" });
      assert.equal(METADATA in without, false);
    }
    const allowed = { mapping, content: "metadata_only", metadata_keys: ["ticket"] };
    const { attributes } = await mapped(sampleText("responses_server_tools"), allowed);
    assert.deepEqual(attributes[METADATA], { ticket: "T-7" });
    assert.match(String(attributes["gen_ai.conversation.id"]), /^conv_6896/);
    const { attributes: audio } = await mapped(sampleText("chat_completions_audio"), { mapping });
    assert.equal(audio["gen_ai.conversation.id"], "s-91");
  });

  Deno.test(`in mode ${mapping} the record's metadata takes precedence, and none is lost`, async () => {
    const text = sampleWith("responses_server_tools", { requestMetadata: { team: "record", session_id: "s-1" } });
    const { attributes } = await mapped(text, { mapping });
    assert.deepEqual(attributes[METADATA], { team: "record", session_id: "s-1", ticket: "T-7" });
    assert.equal(attributes["gen_ai.conversation.id"], "s-1");
    assert.match(String(attributes["aws_bedrock.invocation.input.body"]), /"metadata":\{"team":"travel"/);
  });
}

Deno.test("metadata in a body that no API would take stays in the kept body", async () => {
  const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, "v"]));
  for (const metadata of [{ team: { name: "travel" } }, { team: "x".repeat(513) }, { team: 7 }, many]) {
    const request = { input: "Hi", metadata };
    const { attributes } = await mapped(sampleWith("responses_server_tools", {}, { request }));
    assert.equal(METADATA in attributes, false);
    assert.ok(String(attributes["aws_bedrock.invocation.input.body"]).includes(JSON.stringify(metadata).slice(1, -1)));
  }
});

Deno.test("a conversation that a caller named itself does not leave without content", async () => {
  const text = sampleText("responses_server_tools").replaceAll(
    "conv_689667905b048191b4740501625afd940c7533ace33a2dab",
    "conv_jane",
  );
  const { attributes } = await mapped(text, { content: "metadata_only" });
  assert.equal("gen_ai.conversation.id" in attributes, false);
});
